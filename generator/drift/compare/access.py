"""
Observes what differs in how an operation is reached and who may: security and servers, as they come to hold for it.

A scheme is known by what it is and not by its name, so that one that was renamed is told as that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.drift.compare.content import Side
from generator.drift.compare.grammar import canonical, resolved
from generator.drift.judge.findings import Ledger, Scope, Where
from generator.drift.report.wording import told

_LABELS = ("bearerFormat", "openIdConnectUrl")


def security(ledger: Ledger, scope: Scope, old: Side, new: Side) -> None:
    """Observe the ways to authenticate that came, went or have another name."""
    (before, was_at), (after, now_at) = _held(old, "security"), _held(new, "security")
    was = {_identity(old.contract, one): one for one in before}
    now = {_identity(new.contract, one): one for one in after}
    if not was or not now:
        was, now = was or {"": {}}, now or {"": {}}
    gone = [one for key, one in was.items() if key not in now]
    came = [one for key, one in now.items() if key not in was]
    for one in list(gone):
        if one in came:  # the same names for schemes that are not what they were
            gone.remove(one)
            came.remove(one)
            for name in sorted(one):
                if _scheme(old.contract, name) != _scheme(new.contract, name):
                    said = f"the security scheme {name} is sent in another way"
                    where = ("components", "securitySchemes", name)
                    ledger.observe("security-alternative-removed", scope, where, said, old=name, new=name)
    if gone and any(not one for one in now.values()):
        said = f"{_who(scope)} needs no key any more"
        ledger.observe("security-alternative-added", scope, now_at, said, old=gone, new=came)
        return
    if gone:
        said = f"{_who(scope)} refuses {_alternatives(gone)}"
        if any(not one for one in gone):
            said = f"{_who(scope)} needs {_alternatives(came)} now"
        ledger.observe("security-alternative-removed", scope, was_at, said, old=gone, new=came)
    if came and not any(not one for one in was.values()):
        said = f"{_who(scope)} takes {_alternatives(came)} too"
        ledger.observe("security-alternative-added", scope, now_at, said, old=None, new=came)
    for key in was.keys() & now.keys():
        for one, other in zip(sorted(was[key]), sorted(now[key]), strict=True):
            if one != other:
                where = ("components", "securitySchemes", other)
                said = f"the security scheme {one} is called {other} now and sent as before"
                ledger.observe("security-scheme-renamed", scope, where, said, old=one, new=other)


def servers(ledger: Ledger, scope: Scope, old: Side, new: Side) -> None:
    """Observe servers that came or went, and another first one: the client talks to it."""
    (before, was_at), (after, now_at) = _held(old, "servers"), _held(new, "servers")
    was, now = [_url(one) for one in before], [_url(one) for one in after]
    gone, came = [url for url in was if url not in now], [url for url in now if url not in was]
    if gone or was[:1] != now[:1]:
        said = (
            f"the server {told((was or ['/'])[0])} became {told((now or ['/'])[0])}"
            if was[:1] != now[:1]
            else f"the server {told(gone[0])} is gone"
        )
        ledger.observe("server-changed", scope, now_at if now else was_at, said, old=was, new=now)
    elif came:
        ledger.observe("server-added", scope, now_at, f"the server {told(came[0])} is new", old=None, new=came)
    elif canonical(before) != canonical(after) and was == now:
        ledger.observe("fact-changed", scope, now_at, "the variables of a server differ", old=before, new=after)


def _held(side: Side, key: str) -> tuple[list[Any], Where]:
    """What holds for an operation: its own, else that of its path, else that of all."""
    for holder, where in ((side.operation, side.where), (side.item, side.where[:-1])):
        if key in holder:
            return list(holder[key]), (*where, key)
    return list(side.contract.get(key, ())), (key,)


def _identity(contract: Mapping[str, Any], alternative: Mapping[str, Any]) -> str:
    """An alternative by what its schemes are, sorted by their names' order of use."""
    found = [[_scheme(contract, name), sorted(map(str, scopes or ()))] for name, scopes in alternative.items()]
    return canonical(sorted(found, key=canonical)) if found else ""


def _scheme(contract: Mapping[str, Any], name: str) -> Any:
    """What a scheme is; its name, where it is declared nowhere."""
    scheme = resolved(contract, contract.get("components", {}).get("securitySchemes", {}).get(name))
    return {key: value for key, value in scheme.items() if key not in _LABELS} if isinstance(scheme, dict) else name


def _alternatives(listed: list[Any]) -> str:
    return " or ".join(" and ".join(sorted(one)) or "no key" for one in listed) or "no key"


def _who(scope: Scope) -> str:
    return next(iter(scope.operations)) if len(scope.operations) == 1 else "the API"


def _url(server: Any) -> str:
    return str(server.get("url", "")).rstrip("/") if isinstance(server, dict) else ""
