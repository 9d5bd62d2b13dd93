"""
Compares two versions of an operation: names, price, parameters, body, responses, headers, media types.

Absent values have the defaults of the OpenAPI Specification: a parameter is optional, `style` depends on where it is
sent, `explode` on the style.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import evolve, frozen

from generator.drift.compare.branches import Found, Node, Path
from generator.drift.compare.changes import Direction, Kind, Place
from generator.drift.compare.pairing import Key, are_similar, spelling
from generator.drift.compare.references import Contract, Part, Where, follow, resolved, same
from generator.drift.compare.schemas import SchemaComparison
from generator.drift.compare.views import view
from generator.spec.identity import placeholders, shape_of
from generator.spec.keywords import NOTES

_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
_WALKED = {
    "$ref", "name", "in", "required", "schema", "content", "deprecated", "style", "explode", "allowReserved",
    "allowEmptyValue",
}  # fmt: skip
_PLAIN = {"string", "number", "boolean"}
_FILES: tuple[dict[str, str], ...] = ({}, {"type": "string", "format": "binary"})
"""How 3.1 and 3.0 write that a body is a file."""


@frozen
class Spot:
    """What a part of an operation is: its direction, and its place without the field."""

    direction: Direction
    place: Place


@frozen
class Root:
    """What differs at a spot: in a pair of schemas that it holds, or beside them."""

    spot: Spot
    node: Node


def seen(
    kind: Kind, spot: Spot, where: Where, subject: str = "", old: Any = None, new: Any = None, *, path: Path = ()
) -> Root:
    """Return one difference outside of schemas."""
    return Root(spot, Node([Found(kind, where, path, subject, old, new)]))


@frozen
class Side:
    """One operation in one of the two contracts."""

    contract: Contract
    key: Key
    where: Where
    """Its place."""
    item: Mapping[str, Any]
    """The path item that holds it."""
    operation: Mapping[str, Any]

    @classmethod
    def of(cls, contract: Contract, key: Key) -> Side:
        """Return the operation of a contract that has a method and a path."""
        method, path = key
        item = contract["paths"][path]
        return cls(contract, key, ("paths", path, method), item, item[method])


class OperationComparison:
    """Compares one operation that both contracts have; yields differences, and the schemas that it holds."""

    def __init__(self, schemas: SchemaComparison, name: str, old: Side, new: Side) -> None:
        self.schemas, self.old, self.new = schemas, old, new
        self.spot = Spot("none", Place(name))

    def all(self) -> Iterator[Root]:
        """Yield all that differs."""
        old, new = self.old.operation, self.new.operation
        yield from self._names(old, new)
        if bool(old.get("deprecated")) != bool(new.get("deprecated")):
            kind = Kind.OPERATION_DEPRECATED if new.get("deprecated") else Kind.OPERATION_DEPRECATION_WITHDRAWN
            yield seen(kind, self.spot, (*self.new.where, "deprecated"))
        before, after = old.get("x-payment-info"), new.get("x-payment-info")
        if not same(before, after):
            yield seen(Kind.PRICE_CHANGED, self.spot, (*self.new.where, "x-payment-info"), "", before, after)
        yield from self._parameters()
        yield from self._body(old.get("requestBody"), new.get("requestBody"))
        yield from self._responses(old.get("responses", {}), new.get("responses", {}))

    def _names(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Root]:
        before, after = old.get("operationId"), new.get("operationId")
        if before != after:
            kind = Kind.OPERATION_ID_CHANGED if before and after else Kind.OPERATION_ID_FALLBACK_CHANGED
            yield seen(kind, self.spot, (*self.new.where, "operationId"), "", before, after)
        tags, now = old.get("tags") or [], new.get("tags") or []
        if tags != now:
            kind = Kind.FIRST_TAG_CHANGED if tags[:1] != now[:1] else Kind.TAGS_CHANGED
            yield seen(kind, self.spot, (*self.new.where, "tags"), "", tags, now)

    def _parameters(self) -> Iterator[Root]:
        before, after = _parameters(self.old), _parameters(self.new)
        yield from self._placeholders(before, after)
        gone, came = [key for key in before if key not in after], [key for key in after if key not in before]
        for key in list(gone):
            partner = next((one for one in came if one[0] == key[0] and spelling(one[1]) == spelling(key[1])), None)
            if partner is not None:
                gone.remove(key)
                came.remove(partner)
                spot, where = self._parameter_spot(*partner), after[partner].where
                yield seen(Kind.PARAMETER_RENAMED, spot, where, "", key[1], partner[1])
                yield from self._parameter(before[key], after[partner])
        for key in gone:
            yield seen(Kind.PARAMETER_REMOVED, self._parameter_spot(*key), before[key].where, "", before[key].schema)
        for key in came:
            must = after[key].schema.get("required") is True
            kind = Kind.PARAMETER_ADDED_REQUIRED if must else Kind.PARAMETER_ADDED
            yield seen(kind, self._parameter_spot(*key), after[key].where, "", None, after[key].schema)
        for key in before:
            if key in after:
                yield from self._parameter(before[key], after[key])

    def _parameter_spot(self, at: str, name: str) -> Spot:
        return Spot("request", self.spot.place._replace(holder=f"{at} parameter {name}"))

    def _placeholders(self, before: dict[Key, Part], after: dict[Key, Part]) -> Iterator[Root]:
        """Pair placeholders of other names by their order, in a path that is otherwise the same."""
        was, now = self.old.key[1], self.new.key[1]
        if shape_of(was) != shape_of(now):
            return
        for one, other in zip(placeholders(was), placeholders(now), strict=True):
            if one != other and ("path", one) in before and ("path", other) in after:
                part, here = before.pop(("path", one)), after.pop(("path", other))
                yield seen(Kind.PATH_PARAMETER_RENAMED, self._parameter_spot("path", other), here.where, "", one, other)
                yield from self._parameter(part, here)

    def _parameter(self, old: Part, new: Part) -> Iterator[Root]:
        one, other = old.schema, new.schema
        spot = self._parameter_spot(str(other.get("in")), other["name"])
        kinds = Kind.PARAMETER_BECAME_REQUIRED, Kind.PARAMETER_BECAME_OPTIONAL
        yield from _switched(kinds, spot, new.where, "", one.get("required"), other.get("required"))
        yield from _deprecated(spot, old, new)
        was, now = _style(self.old.contract, one), _style(self.new.contract, other)
        if was != now:
            differing = [key for key in was if was[key] != now[key]]
            before, after = ({key: style[key] for key in differing} for style in (was, now))
            yield seen(Kind.PARAMETER_STYLE_CHANGED, spot, new.where, "", before, after)
        if bool(one.get("allowEmptyValue")) != bool(other.get("allowEmptyValue")):
            kind = Kind.CONSTRAINT_REMOVED if other.get("allowEmptyValue") else Kind.CONSTRAINT_ADDED
            yield seen(kind, spot, new.below("allowEmptyValue"), "allowEmptyValue: false")
        for key in sorted({*one, *other} - _WALKED):
            if (one.get(key) or None) != (other.get(key) or None):
                yield seen(Kind.DETAIL_CHANGED, spot, new.below(key), key, one.get(key), other.get(key))
        for root in self._held(spot, old, new):
            if "schema" in other and other["schema"].keys() <= {"type", *NOTES}:
                root.node.found = [_as_text(found) for found in root.node.found]
            yield root

    def _body(self, old: Any, new: Any) -> Iterator[Root]:
        spot = Spot("request", self.spot.place._replace(holder="body"))
        before = follow(self.old.contract, Part(old or {}, (*self.old.where, "requestBody")))
        after = follow(self.new.contract, Part(new or {}, (*self.new.where, "requestBody")))
        required = after.schema.get("required") is True
        if old is None and new is not None:
            kind = Kind.BODY_ADDED_REQUIRED if required else Kind.BODY_ADDED
            yield seen(kind, spot, after.where, "", None, sorted(after.schema.get("content", {})))
        elif new is None and old is not None:
            yield seen(Kind.BODY_REMOVED, spot, before.where, "", sorted(before.schema.get("content", {})))
        elif new is not None:
            kinds = Kind.BODY_BECAME_REQUIRED, Kind.BODY_BECAME_OPTIONAL
            was_required = before.schema.get("required") is True
            yield from _switched(kinds, spot, after.below("required"), "", was_required, required)
            yield from self._media(spot, before, after)

    def _responses(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Root]:
        for status in [*old, *(status for status in new if status not in old)]:
            success = is_success(status, {*old, *new})
            spot = Spot(
                "response" if success else "error",
                self.spot.place._replace(holder=f"{'response' if success else 'error'} {status}"),
            )
            one, other = (_declared(status, held) for held in (old, new))
            was, now = (*self.old.where, "responses", one), (*self.new.where, "responses", other)
            if not other:
                is_one = not success and status.isdecimal()
                left = [] if is_one else sorted(key for key in new if is_success(key, set(new)) == success)
                yield seen(Kind.STATUS_REMOVED, spot, (*was[:-1], status), status, status, left or None)
            elif not one:
                yield seen(Kind.STATUS_ADDED, spot, (*now[:-1], status), status, None, status)
            elif self.schemas.differs(old[one], new[other]):
                before = follow(self.old.contract, Part(old[one], was))
                after = follow(self.new.contract, Part(new[other], now))
                yield from self._media(spot, before, after)
                yield from self._headers(spot, before, after)

    def _media(self, spot: Spot, before: Part, after: Part) -> Iterator[Root]:
        old, new = (_members(part, "content", _media_type) for part in (before, after))
        for name in sorted({*old, *new}):
            here = evolve(spot, place=spot.place._replace(media_type=name))
            if name not in new and not _ranged(name, new):
                yield seen(Kind.MEDIA_REMOVED, here, old[name].where, name, name, [*new] or None)
            elif name not in old and not _ranged(name, old):
                yield seen(Kind.MEDIA_ADDED, here, new[name].where, name, None, name)
            elif name in old and name in new:
                one, other = old[name], new[name]
                if not _is_file(name) or any(_schema_of(media).schema not in _FILES for media in (one, other)):
                    yield from self._held(here, one, other)
                encodings, others = one.schema.get("encoding", {}), other.schema.get("encoding", {})
                for part in sorted({*encodings, *others}):
                    was = _without_default(self.old.contract, one, part, encodings.get(part))
                    now = _without_default(self.new.contract, other, part, others.get(part))
                    if not same(was, now):
                        where = other.below("encoding", part)
                        yield seen(Kind.ENCODING_CHANGED, here, where, part, was, now, path=(part,))

    def _headers(self, spot: Spot, before: Part, after: Part) -> Iterator[Root]:
        old, new = (_members(part, "headers", str.lower) for part in (before, after))
        gone, came = [key for key in old if key not in new], [key for key in new if key not in old]
        renamed: dict[str, str] = {}
        for key in gone:
            free = [one for one in came if one not in renamed.values()]
            alike = [one for one in free if same(old[key].schema, new[one].schema) and are_similar(key, one)]
            spelled = [one for one in free if spelling(one) == spelling(key)]
            renamed[key] = spelled[0] if spelled else alike[0] if len(alike) == 1 else ""
        pairs = [(key, key) for key in old if key in new] + [(key, other) for key, other in renamed.items() if other]
        for key in gone:
            if not renamed[key]:
                name = old[key].where[-1]
                yield seen(Kind.HEADER_REMOVED, self._header(spot, name), old[key].where, name, name)
        for key in came:
            if key not in renamed.values():
                name = new[key].where[-1]
                yield seen(Kind.HEADER_ADDED, self._header(spot, name), new[key].where, name, None, name)
        for key, other in pairs:
            was, name = old[key].where[-1], new[other].where[-1]
            here = self._header(spot, name)
            one, two = follow(self.old.contract, old[key]), follow(self.new.contract, new[other])
            if key != other:
                yield seen(Kind.HEADER_RENAMED, here, new[other].where, name, was, name)
            yield from _deprecated(here, one, two)
            kinds = Kind.HEADER_BECAME_REQUIRED, Kind.HEADER_BECAME_OPTIONAL
            yield from _switched(kinds, here, two.where, name, one.schema.get("required"), two.schema.get("required"))
            yield from self._held(here, one, two)

    def _header(self, spot: Spot, name: str) -> Spot:
        return evolve(spot, place=spot.place._replace(holder=f"header {name} of {spot.place.holder}"))

    def _held(self, spot: Spot, old: Part, new: Part) -> Iterator[Root]:
        """Compare the schemas that a parameter, a header or a media type holds."""
        pairs = [(_schema_of(old), _schema_of(new))]
        content, others = old.schema.get("content", {}), new.schema.get("content", {})
        for media_type in sorted(content.keys() & others.keys()) if len(content) > 1 or len(others) > 1 else ():
            keys = ("content", media_type, "schema")
            pairs.append(
                (
                    Part(content[media_type].get("schema", {}), old.below(*keys)),
                    Part(others[media_type].get("schema", {}), new.below(*keys)),
                )
            )
        for one, other in pairs:
            if self.schemas.differs(one.schema, other.schema):
                yield Root(spot, self.schemas.root(one, other))


def _as_text(found: Found) -> Found:
    """Return what differs in a parameter that any text is accepted for: numbers and flags are text in an address."""
    is_wider = found.kind is Kind.TYPE_CHANGED and found.new == ["string"] and {*found.old} <= {"integer", *_PLAIN}
    return evolve(found, kind=Kind.TYPE_WIDENED) if is_wider else found


def is_success(status: str, all_statuses: set[str]) -> bool:
    """Return whether a response is a success: 2xx; `default` where no 2xx is declared."""
    if status == "default":
        return not any(one[:1] == "2" for one in all_statuses)
    return status[:1] in "123"


def _declared(status: str, held: Mapping[str, Any]) -> str:
    """Return the key of the response that holds for a status: its own, that of its range, or `default`; "" for none."""
    success = is_success(status, {*held, status})
    for key in (status, f"{status[:1]}XX", f"{status[:1]}xx", "default"):
        if key in held and is_success(key, set(held)) == success:
            return key
    return ""


def _parameters(side: Side) -> dict[Key, Part]:
    """Return the parameters of an operation, by place and name; its own replace those of its path."""
    found: dict[Key, Part] = {}
    for holder, start in ((side.item, side.where[:-1]), (side.operation, side.where)):
        for at, parameter in enumerate(holder.get("parameters", ())):
            part = follow(side.contract, Part(parameter, (*start, "parameters", str(at))))
            name, place = part.schema.get("name"), str(part.schema.get("in"))
            if isinstance(name, str):
                found[place, name.lower() if place == "header" else name] = part  # header names have no case
    return found


def _style(contract: Contract, parameter: Mapping[str, Any]) -> dict[str, Any]:
    style = parameter.get("style") or _STYLES.get(str(parameter.get("in")), "form")
    explode = parameter.get("explode")
    if explode is not None:
        types = {one.type for one in view(contract, _schema_of(Part(parameter, ()))).branches}
        if style == "deepObject" or types <= (_PLAIN | {"array"} if style == "simple" else _PLAIN):
            explode = None  # it is written in one way
    return {
        "style": style,
        "explode": style == "form" if explode is None else explode,
        "allowReserved": bool(parameter.get("allowReserved")),
        "content": sorted(parameter.get("content", {})) or "none",
    }


def _schema_of(part: Part) -> Part:
    """Return the schema that something holds: its own, or that of its only media type."""
    content = part.schema.get("content")
    if "schema" not in part.schema and isinstance(content, dict) and len(content) == 1:
        [(name, media)] = content.items()
        return Part(media.get("schema", {}), part.below("content", name, "schema"))
    return Part(part.schema.get("schema", {}), part.below("schema"))


def _without_default(contract: Contract, media: Part, part: str, encoding: Any) -> dict[str, Any]:
    """Return how a part of a form is encoded, without the media type that it has by default."""
    found = dict(encoding or {})
    holder = resolved(contract, media.schema.get("schema", {}))
    schema = holder.get("properties", {}).get(part) if isinstance(holder, dict) else None
    if found.get("contentType") == _default_media_type(contract, Part(schema or {}, ())):
        del found["contentType"]
    return found


def _default_media_type(contract: Contract, part: Part) -> str:
    """Return the media type of a part of a form; a list is sent as its items are."""
    branches = view(contract, part).branches
    if len(branches) != 1:
        return ""
    one = branches[0]
    if one.type == "array":
        return _default_media_type(contract, one.items) if one.items else ""
    if one.word("format") in ("binary", "byte"):
        return "application/octet-stream"
    return {"object": "application/json"}.get(one.type, "text/plain" if one.type in _PLAIN else "")


def _deprecated(spot: Spot, old: Part, new: Part) -> Iterator[Root]:
    kinds, key = (Kind.DEPRECATED, Kind.DEPRECATION_WITHDRAWN), "deprecated"
    return _switched(kinds, spot, new.below(key), key, old.schema.get(key), new.schema.get(key))


def _switched(
    kinds: tuple[Kind, Kind], spot: Spot, where: Where, subject: str, was: object, now: object
) -> Iterator[Root]:
    """Yield the first kind where a flag is set now, the second where it is no longer."""
    if bool(was) != bool(now):
        yield seen(kinds[not now], spot, where, subject, bool(was), bool(now))


def _is_file(name: str) -> bool:
    return name.startswith(("image/", "audio/", "video/")) or name in ("application/octet-stream", "application/pdf")


def _members(part: Part, key: str, known_by: Callable[[str], str]) -> dict[str, Part]:
    """Return the media types or the headers of a response or a body, each by what is the same in all its spellings."""
    return {known_by(name): Part(value, part.below(key, name)) for name, value in part.schema.get(key, {}).items()}


def _media_type(text: str) -> str:
    """Return a media type in small letters, without spaces and without the charset that is the default of all text."""
    pieces = [piece.strip().lower() for piece in text.split(";")]
    return ";".join(piece for piece in pieces if piece not in ("charset=utf-8", 'charset="utf-8"'))


def _ranged(name: str, others: Mapping[str, object]) -> bool:
    """Return whether a range such as `image/*` among the others holds this media type."""
    return "*/*" in others or f"{name.partition('/')[0]}/*" in others
