"""
Walks what bodies, answers, parameters and headers hold: media types, encodings, headers and the schemas in them.

It observes events at their places; what is shared by reference keeps its own place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve, frozen

from generator.drift.compare.directions import REQUEST
from generator.drift.compare.flat import Part
from generator.drift.compare.grammar import canonical, resolved, target
from generator.drift.compare.schemas import SchemaWalk
from generator.drift.judge.findings import Ledger, Scope, Where


@frozen
class Side:
    """One operation in one of the two contracts."""

    contract: Mapping[str, Any]
    method: str
    path: str

    @property
    def where(self) -> Where:
        """Its place."""
        return ("paths", self.path, self.method)

    @property
    def item(self) -> Mapping[str, Any]:
        """The path item that holds it."""
        item: Mapping[str, Any] = self.contract["paths"][self.path]
        return item

    @property
    def operation(self) -> Mapping[str, Any]:
        """The operation."""
        operation: Mapping[str, Any] = self.item[self.method]
        return operation


class ContentWalk:
    """The part of a walk over an operation that looks at what is sent and answered."""

    ledger: Ledger
    schemas: SchemaWalk
    old: Side
    new: Side

    def _media(self, scope: Scope, before: Part, after: Part, name: str) -> None:
        old, new = before.schema.get("content", {}), after.schema.get("content", {})
        for media_type in sorted({*old, *new}):
            within = evolve(scope, media_types=frozenset({media_type}) if scope.direction == REQUEST else frozenset())
            was, now = before.below("content", media_type), after.below("content", media_type)
            if media_type not in new:
                self._tell("media-removed", within, was, f"{name} is no longer {media_type}", media_type, None)
            elif media_type not in old:
                self._tell("media-added", within, now, f"{name} may be {media_type}", None, media_type)
            else:
                self._held(within, Part(old[media_type], was), Part(new[media_type], now))
                encodings, others = old[media_type].get("encoding", {}), new[media_type].get("encoding", {})
                for part in sorted({*encodings, *others}):
                    one, other = encodings.get(part), others.get(part)
                    if canonical(one) != canonical(other):
                        event = "encoding-changed" if scope.direction == REQUEST else "fact-changed"
                        said = f"{part} in {name} is encoded in another way"
                        self._tell(event, within, (*now, "encoding", part), said, one, other)

    def _headers(self, scope: Scope, before: Part, after: Part, name: str) -> None:
        old = {key.lower(): key for key in before.schema.get("headers", {})}
        new = {key.lower(): key for key in after.schema.get("headers", {})}
        for known in sorted({*old, *new}):
            if known not in new:
                where = before.below("headers", old[known])
                self._tell(
                    "header-removed", scope, where, f"the header {old[known]} is gone from {name}", old[known], None
                )
            elif known not in old:
                where = after.below("headers", new[known])
                self._tell("header-added", scope, where, f"{name} has the header {new[known]} now", None, new[known])
            else:
                one = follow(
                    self.old.contract, Part(before.schema["headers"][old[known]], before.below("headers", old[known]))
                )
                other = follow(
                    self.new.contract, Part(after.schema["headers"][new[known]], after.below("headers", new[known]))
                )
                self._deprecated(scope, one, other, f"the header {new[known]}")
                must = bool(other.schema.get("required"))
                if bool(one.schema.get("required")) != must:
                    said = f"the header {new[known]} is {'in every' if must else 'not in every'} {name} now"
                    self._tell(
                        "header-became-required" if must else "header-became-optional",
                        scope,
                        other.where,
                        said,
                        not must,
                        must,
                    )
                self._held(scope, one, other)

    def _held(self, scope: Scope, old: Part, new: Part) -> None:
        """The schema that a parameter, a header or a media type holds."""
        if "schema" in old.schema or "schema" in new.schema:
            one = Part(old.schema.get("schema", {}), old.below("schema"))
            self.schemas.pair(scope, one, Part(new.schema.get("schema", {}), new.below("schema")))
        content, now = old.schema.get("content", {}), new.schema.get("content", {})
        for media_type in sorted(content.keys() & now.keys()):
            was, place = old.below("content", media_type, "schema"), new.below("content", media_type, "schema")
            self.schemas.pair(
                scope, Part(content[media_type].get("schema", {}), was), Part(now[media_type].get("schema", {}), place)
            )

    def _deprecated(self, scope: Scope, old: Part, new: Part, name: str) -> None:
        before, after = bool(old.schema.get("deprecated")), bool(new.schema.get("deprecated"))
        if before != after:
            event, word = ("deprecated", "is") if after else ("deprecation-withdrawn", "is no longer")
            self._tell(event, scope, new.below("deprecated"), f"{name} {word} deprecated", before, after)

    def _tell(self, event: str, scope: Scope, where: Where, said: str, old: Any, new: Any) -> None:
        self.ledger.observe(event, scope, where, said, old=old, new=new)


def follow(contract: Mapping[str, Any], part: Part) -> Part:
    """An object of the specification where it stands: behind its reference, if it is one."""
    ref = part.schema.get("$ref") if isinstance(part.schema, dict) else None
    where = target(ref) if isinstance(ref, str) else None
    seen = resolved(contract, part.schema)
    return Part(seen if isinstance(seen, dict) else {}, where or part.where)
