"""
Walks two versions of an operation and observes what differs outside of its schemas: events, at their places.

Parameters, body, answers, headers, security, servers, price, names. What is shared by reference is walked for each
operation and told once, at its own place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from generator.drift.compare.content import ContentWalk, Side, follow
from generator.drift.compare.directions import REQUEST, RESPONSE
from generator.drift.compare.flat import Part
from generator.drift.compare.grammar import canonical
from generator.drift.compare.objects import spelling
from generator.drift.compare.schemas import SchemaWalk
from generator.drift.judge.findings import Scope, Where
from generator.drift.report.wording import told

_STYLES = ("style", "explode", "allowReserved")
_WALKED = {"$ref", "name", "in", "required", "schema", "content", "deprecated", *_STYLES}


class OperationWalk(ContentWalk):
    """Walks one operation that both contracts have."""

    def __init__(self, schemas: SchemaWalk, name: str, old: Side, new: Side) -> None:
        self.schemas, self.ledger = schemas, schemas.ledger
        self.name, self.old, self.new = name, old, new
        self.scope = Scope("none", frozenset({name}))

    def walk(self) -> None:
        """Observe all that differs."""
        old, new = self.old.operation, self.new.operation
        self._names(old, new)
        if bool(old.get("deprecated")) != bool(new.get("deprecated")):
            event = "operation-deprecated" if new.get("deprecated") else "operation-deprecation-withdrawn"
            said = "was marked as deprecated" if new.get("deprecated") else "is no longer deprecated"
            self._see(event, (*self.new.where, "deprecated"), f"{self.name} {said}")
        if canonical(old.get("x-payment-info")) != canonical(new.get("x-payment-info")):
            before, after = old.get("x-payment-info"), new.get("x-payment-info")
            what = (
                "has a price now"
                if before is None
                else "has no price any more"
                if after is None
                else "has another price"
            )
            self._see("price-changed", (*self.new.where, "x-payment-info"), f"{self.name} {what}", before, after)
        self._parameters()
        self._body(old.get("requestBody"), new.get("requestBody"))
        self._answers(old.get("responses", {}), new.get("responses", {}))

    def _names(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        before, after = old.get("operationId"), new.get("operationId")
        if before != after:
            event = "operation-id-changed" if before and after else "operation-id-fallback-changed"
            said = f"{self.name}: operationId {told(before)} became {told(after)}"
            self._see(event, (*self.new.where, "operationId"), said, before, after)
        tags, now = old.get("tags") or [], new.get("tags") or []
        if tags[:1] != now[:1]:
            said = f"{self.name}: first tag {told((tags or [None])[0])} became {told((now or [None])[0])}"
            self._see("first-tag-changed", (*self.new.where, "tags"), said, tags, now)
        elif tags != now:
            self._see("tags-changed", (*self.new.where, "tags"), f"{self.name}: other tags differ", tags, now)

    def _parameters(self) -> None:
        before, after = _parameters(self.old), _parameters(self.new)
        scope = evolve(self.scope, direction=REQUEST)
        self._placeholders(before, after, scope)
        gone, came = [key for key in before if key not in after], [key for key in after if key not in before]
        for key in list(gone):
            partner = next((one for one in came if one[0] == key[0] and spelling(one[1]) == spelling(key[1])), None)
            if partner is not None:
                gone.remove(key)
                came.remove(partner)
                if key[0] != "header":  # the names of headers have no case
                    said = f"{key[0]} parameter {before[key].schema['name']} renamed {after[partner].schema['name']}"
                    self._tell("property-renamed-open", scope, after[partner].where, said, key[1], partner[1])
                self._parameter(scope, before[key], after[partner])
        for key in gone:
            said = f"the {key[0]} parameter {key[1]} is gone"
            self._tell("parameter-removed", scope, before[key].where, said, before[key].schema, None)
        for key in came:
            must = after[key].schema.get("required") is True
            said = f"the {key[0]} parameter {key[1]} is new{' and required' if must else ''}"
            event = "parameter-added-required" if must else "parameter-added"
            self._tell(event, scope, after[key].where, said, None, after[key].schema)
        for key in before.keys() & after.keys():
            self._parameter(scope, before[key], after[key])

    def _placeholders(
        self, before: dict[tuple[str, str], Part], after: dict[tuple[str, str], Part], scope: Scope
    ) -> None:
        """Placeholders with other names in a path that is else the same: paired by their order."""
        if _shape(self.old.path) != _shape(self.new.path):
            return
        for one, other in zip(_placeholders(self.old.path), _placeholders(self.new.path), strict=True):
            if one != other and ("path", one) in before and ("path", other) in after:
                said = f"the path parameter {one} is called {other} now"
                part, now = before.pop(("path", one)), after.pop(("path", other))
                self._tell("path-parameter-renamed", scope, now.where, said, one, other)
                self._parameter(scope, part, now)

    def _parameter(self, scope: Scope, old: Part, new: Part) -> None:
        one, other = old.schema, new.schema
        name = f"the {other['in']} parameter {other['name']}"
        if bool(one.get("required")) != bool(other.get("required")):
            event = "parameter-became-required" if other.get("required") else "parameter-became-optional"
            said = f"{name} is {'required' if other.get('required') else 'optional'} now"
            self._tell(event, scope, new.where, said, one.get("required"), other.get("required"))
        self._deprecated(scope, old, new, name)
        style = [key for key in _STYLES if canonical(one.get(key)) != canonical(other.get(key))]
        if style or ("schema" in one) != ("schema" in other):
            was, now = ({key: value.get(key) for key in style or ("content",)} for value in (one, other))
            self._tell("parameter-style-changed", scope, new.where, f"{name} is written in another way", was, now)
        for key in sorted({*one, *other} - _WALKED):
            if canonical(one.get(key)) != canonical(other.get(key)):
                said = f"{name}: {key} {told(one.get(key))} became {told(other.get(key))}"
                self._tell("fact-changed", scope, new.below(key), said, one.get(key), other.get(key))
        self._held(evolve(scope, called=name), old, new)

    def _body(self, old: Any, new: Any) -> None:
        scope = evolve(self.scope, direction=REQUEST)
        before = follow(self.old.contract, Part(old or {}, (*self.old.where, "requestBody")))
        after = follow(self.new.contract, Part(new or {}, (*self.new.where, "requestBody")))
        required = after.schema.get("required") is True
        if old is None and new is not None:
            event, said = ("body-added-required", "wants a body") if required else ("body-added", "takes a body")
            self._tell(
                event, scope, after.where, f"{self.name} {said} now", None, sorted(after.schema.get("content", {}))
            )
            return
        if new is None:
            if old is not None:
                said = f"{self.name} takes no body any more"
                self._tell("body-removed", scope, before.where, said, sorted(before.schema.get("content", {})), None)
            return
        if (before.schema.get("required") is True) != required:
            event = "body-became-required" if required else "body-became-optional"
            said = f"the body of {self.name} is {'required' if required else 'optional'} now"
            self._tell(event, scope, after.below("required"), said, not required, required)
        self._media(scope, before, after, f"the body of {self.name}")

    def _answers(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        scope = evolve(self.scope, direction=RESPONSE)
        alive = [status for status in new if _is_success(status)]
        for status in [*old, *(status for status in new if status not in old)]:
            kind = "success" if _is_success(status) else "error"
            if status not in new:
                said = f"{self.name} answers {status} no more"
                if kind == "success" and not alive:
                    said = f"{self.name} answers {' and '.join(sorted(new)) or 'nothing'} only"
                self._tell(f"{kind}-removed", scope, (*self.old.where, "responses", status), said, status, None)
            elif status not in old:
                said = f"{self.name} may answer {status}"
                self._tell(f"{kind}-added", scope, (*self.new.where, "responses", status), said, None, status)
            else:
                before = follow(self.old.contract, Part(old[status], (*self.old.where, "responses", status)))
                after = follow(self.new.contract, Part(new[status], (*self.new.where, "responses", status)))
                if canonical(before.schema) != canonical(after.schema) or self.schemas.has_parts:
                    self._media(scope, before, after, f"answer {status} of {self.name}")
                    self._headers(scope, before, after, f"answer {status}")

    def _see(self, event: str, where: Where, said: str, old: Any = None, new: Any = None) -> None:
        self.ledger.observe(event, self.scope, where, said, old=old, new=new)


def _parameters(side: Side) -> dict[tuple[str, str], Part]:
    """The parameters of an operation, by place and name; its own before those of its path."""
    found: dict[tuple[str, str], Part] = {}
    held = ((side.item, side.where[:-1]), (side.operation, side.where))
    for holder, start in held:
        for at, parameter in enumerate(holder.get("parameters", ())):
            part = follow(side.contract, Part(parameter, (*start, "parameters", str(at))))
            if isinstance(part.schema.get("name"), str):
                found[str(part.schema.get("in")), part.schema["name"]] = part
    return found


def _placeholders(path: str) -> list[str]:
    return [piece.partition("}")[0] for piece in path.split("{")[1:]]


def _shape(path: str) -> str:
    return "{}".join(piece.partition("}")[2] if at else piece for at, piece in enumerate(path.split("{")))


def same_but_placeholders(one: str, other: str) -> bool:
    """Whether two paths differ in the names of their placeholders alone."""
    return _shape(one) == _shape(other)


def _is_success(status: str) -> bool:
    return status[:1] == "2" or status == "default"
