"""
Compares how an operation is reached and who may: security and servers, as they come to hold for it.

A security scheme is known by what it is and not by its name, so that a new name alone is seen as that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from generator.drift.compare.changes import Kind
from generator.drift.compare.operations import Root, Side, Spot, seen
from generator.drift.compare.references import Contract, Where, resolved
from generator.spec.canonical import canonical
from generator.spec.servers import url_of

_LABEL = "bearerFormat"
"""It says what a token looks like: the client takes it as it is."""
NO_KEY = "no key"
"""The subject of a change about whether a key is needed at all."""
_SCHEMES = ("components", "securitySchemes")


def compare_security(spot: Spot, old: Side, new: Side) -> Iterator[Root]:
    """Yield the ways to authenticate that are gone, new or have another name."""
    (before, was_at), (after, now_at) = _held(old, "security"), _held(new, "security")
    was = {_identity(old.contract, one): one for one in before} or {"": {}}
    now = {_identity(new.contract, one): one for one in after} or {"": {}}
    gone = [one for key, one in was.items() if key not in now]
    came = [one for key, one in now.items() if key not in was]
    for one in list(gone):
        if one in came:  # the same names for schemes that are not what they were
            gone.remove(one)
            came.remove(one)
            for name in sorted(one):
                schemes = _scheme(old.contract, name), _scheme(new.contract, name)
                if schemes[0] != schemes[1]:
                    yield seen(Kind.SECURITY_SCHEME_CHANGED, spot, (*_SCHEMES, name), name, *map(_how, schemes))
    if gone and not all(now.values()):
        yield seen(Kind.SECURITY_ADDED, spot, now_at, NO_KEY, _names(gone), [*_names(came), NO_KEY])
        return
    if gone:
        names = NO_KEY if not all(gone) and not all(was.values()) else " or ".join(_names(gone))
        yield seen(Kind.SECURITY_REMOVED, spot, was_at, names, _names(gone), _names(after))
    if came and all(was.values()):
        yield seen(Kind.SECURITY_ADDED, spot, now_at, " or ".join(_names(came)), None, _names(came))
    for key in sorted(was.keys() & now.keys()):
        for one, other in zip(sorted(was[key]), sorted(now[key]), strict=True):
            if one != other:
                yield seen(Kind.SECURITY_SCHEME_RENAMED, spot, (*_SCHEMES, other), one, one, other)


def compare_servers(spot: Spot, old: Side, new: Side) -> Iterator[Root]:
    """Yield servers that are gone or new, and another first one, which the client sends its requests to."""
    (before, was_at), (after, now_at) = _held(old, "servers"), _held(new, "servers")
    was, now = [url_of(one) for one in before] or [""], [url_of(one) for one in after] or [""]
    gone, came = [url for url in was if url not in now], [url for url in now if url not in was]
    if gone or was[:1] != now[:1]:
        url = was[0] if was[:1] != now[:1] else gone[0]
        yield seen(Kind.SERVER_CHANGED, spot, now_at if now else was_at, url or "/", was, now)
    elif came:
        yield seen(Kind.SERVER_ADDED, spot, now_at, came[0], None, came)
    for name, choices in sorted(_choices(after).items()):
        if choices != _choices(before).get(name, choices):
            yield seen(Kind.DETAIL_CHANGED, spot, now_at, f"server variable {name}", _choices(before)[name], choices)


def _held(side: Side, key: str) -> tuple[list[Any], Where]:
    """Return what holds for an operation: its own, else that of its path, else that of the document."""
    for holder, where in ((side.operation, side.where), (side.item, side.where[:-1])):
        if key in holder:
            return list(holder[key]), (*where, key)
    return list(side.contract.get(key, ())), (key,)


def _identity(contract: Contract, alternative: Mapping[str, Any]) -> str:
    found = [[_scheme(contract, name), sorted(map(str, scopes or ()))] for name, scopes in alternative.items()]
    return canonical(sorted(found, key=canonical)) if found else ""


def _scheme(contract: Contract, name: str) -> Any:
    """Return what a scheme is; its name, where it is declared nowhere."""
    scheme = resolved(contract, contract.get("components", {}).get("securitySchemes", {}).get(name))
    if not isinstance(scheme, dict):
        return name
    found = {key: value for key, value in scheme.items() if key != _LABEL}
    if isinstance(found.get("scheme"), str):
        found["scheme"] = found["scheme"].lower()  # names of schemes have no case
    if isinstance(found.get("flows"), dict):  # the scopes that there are say nothing about those that are needed
        found["flows"] = {
            name: {key: value for key, value in flow.items() if key != "scopes"} if isinstance(flow, dict) else flow
            for name, flow in found["flows"].items()
        }
    return found


def _how(scheme: Any) -> str:
    """Say how a scheme is sent: `header X-Key`, `http bearer`, `oauth2`."""
    if not isinstance(scheme, dict):
        return "declared nowhere"
    said = ("in", "name") if scheme.get("type") == "apiKey" else ("type", "scheme", "openIdConnectUrl")
    words = [scheme.get(key) for key in said]
    for name, flow in scheme["flows"].items() if isinstance(scheme.get("flows"), dict) else ():
        words += [name, *(flow[key] for key in sorted(flow))] if isinstance(flow, dict) else [name]
    return " ".join(str(word) for word in words if word)


def _names(alternatives: list[Any]) -> list[str]:
    return [" and ".join(_with_scopes(*item) for item in sorted(one.items())) or NO_KEY for one in alternatives]


def _with_scopes(name: str, scopes: Any) -> str:
    return f"{name} with the scope{'s' * (len(scopes) > 1)} {', '.join(sorted(map(str, scopes)))}" if scopes else name


def _choices(servers: list[Any]) -> dict[str, Any]:
    """Return the values that the variables of servers may have, by name; "any" for all."""
    variables = (item for server in servers for item in server.get("variables", {}).items())
    return {name: variable.get("enum") or "any" for name, variable in variables}
