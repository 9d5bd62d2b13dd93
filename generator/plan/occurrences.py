"""
Where classes occur in a description: every object with properties and every enum, with its places.

A place is how the lock of names addresses a schema (`generator.plan.naming.lock`):

    images.edit body application/json         the body of an operation
    images.edit 200 application/json          a response; the only success of an operation has this status always
    models.list query type                    a parameter
    schema Error                              a component of the description
    ImageEdit.modelId                         a field of a class
    ImageEdit.{}                              what a class holds beside its fields
    place[]  place{}  place|text              an item of a list, a value of a dictionary, a branch of a union

The same walk collects the classes and, later, puts references to them in place of what was written out.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from attrs import frozen

from generator.errors import GeneratorError
from generator.plan.all_of import MOST_SCHEMAS
from generator.plan.bodies import is_form
from generator.plan.extensions import BESIDE, SHORTCUTS
from generator.plan.naming.identifiers import class_name, pascal, singular
from generator.plan.normal_form import distinct, shape
from generator.plan.walk import Place, Schema, target_of
from generator.spec.component_references import SCHEMAS
from generator.spec.contract import place_of_status

_HOLDERS = frozenset({"$ref", "additionalProperties", "anyOf", "enum", "items", "properties"})
"""The keywords of schemas that are, or may hold, a class: most properties have none of them."""

DISCRIMINATORS = ("type", "role", "object", "kind", "name")
_PLAIN = re.compile(r"[A-Za-z0-9_-]+")
_DIGITS = tuple("0123456789")


class Spot(NamedTuple):
    """A position of the walk."""

    place: str
    hint: str
    """The name that a class here has by rule."""
    about: str = ""
    """The property or parameter that it stands in: enums are one by values and by this name."""
    inlined: tuple[str, ...] = ()
    """The components that were put in their places on the way here."""
    others: tuple[str, ...] = ()
    """Places that it may have had before, when it was alone or when other branches were beside it."""

    def at(self, place: str, hint: str, others: tuple[str, ...] = ()) -> Spot:
        """Return a position inside of it."""
        return Spot(place, hint, self.about, self.inlined, others)


class Occurrence(NamedTuple):
    """A class at one position."""

    key: str
    """Equal for what is one class by rule: a shape and what it is about; a component has a key of its own."""
    shape: str
    """Equal for equal shapes."""
    schema: Schema
    spot: Spot
    shortcuts: Schema
    """Those that the overlay gives to this place."""
    component: str = ""

    @property
    def place(self) -> str:
        """The place that the lock records."""
        return self.spot.place

    @property
    def known_by(self) -> Iterator[tuple[str, bool]]:
        """All places to look up, best first, and whether each may belong to another class with better right."""
        if self.component and "|" in self.place:
            yield schema_place(self.component), False
        yield self.place, "|" in self.place and self.place.endswith(_DIGITS)
        if self.component:
            yield schema_place(self.component), False
        yield from ((place, True) for place in self.spot.others)


@frozen
class _Branch:
    """A branch of a union."""

    suffix: str
    """What is added to the hint."""
    marks: list[str]
    """What distinguishes it from the others, best first."""
    is_class: bool = False


Visit = Callable[[Occurrence], str]
"""Takes an occurrence, and returns the name of its class."""


def is_model(schema: Schema) -> bool:
    """Whether a normal schema becomes a class."""
    return "properties" in schema


def is_enum(schema: Schema) -> bool:
    """Whether a normal schema becomes an alias of literals: one value alone is written out where it stands."""
    return len(schema.get("enum", ())) > 1


def is_class(schema: Schema) -> bool:
    """Whether a normal schema has a name in the client."""
    return is_model(schema) or is_enum(schema)


def _is_plain(schema: Schema) -> bool:
    """Whether a normal schema neither is nor holds a class."""
    return _HOLDERS.isdisjoint(schema)


def schema_place(component: str) -> str:
    """Return the place of a component."""
    return f"schema {quoted(component)}"


@cache
def quoted(name: str) -> str:
    """Return a name of the description as a part of a place."""
    return name if _PLAIN.fullmatch(name) else json.dumps(name)


class Walker:
    """Walks the schemas of a description that is in normal form."""

    def __init__(self, components: Mapping[str, Schema], operations: Mapping[tuple[str, str], Mapping[str, Any]]):
        self._components = dict(components)
        self._operations = operations
        self._schemas_read = 0
        # What is known by its id is held, so that the id stays its own.
        self._shapes: dict[tuple[int, tuple[str, ...]], tuple[Schema, str]] = {}
        self._branches: dict[int, tuple[list[Schema], list[_Branch]]] = {}
        self._is_inside = False

    def start(self) -> None:
        """Begin another pass: the limit of schemas is one of a pass."""
        self._schemas_read = 0

    def is_class(self, component: str) -> bool:
        """Whether a component is a class; others are written out where they are referred to."""
        return is_class(self._components[component])

    def root(self, place: Place) -> Spot:
        """Return the position of a schema of an operation, or of a component."""
        if place.role == "component":
            schema = self._components[place.name]
            return Spot(schema_place(place.name), class_name(str(schema.get("title") or place.name)))
        known = str(self._operations[place.method, place.path]["x-python-name"])
        base = pascal(known)
        if place.role == "parameter":
            location = str(place.holder.get("in", ""))
            return Spot(f"{known} {location} {quoted(place.name)}", base + pascal(place.name), place.name)
        if place.role == "body":
            return Spot(f"{known} body {place.media_type}", base + ("Form" if is_form(place.media_type) else "Request"))
        responses = self._operations[place.method, place.path]["responses"]
        status = place_of_status(responses, place.name)
        # Operations share errors: a name made of the first of them would depend on which that is.
        hint = f"{base}Response" if place.name.startswith("2") else f"Error{pascal(place.name)}"
        return Spot(f"{known} {status} {place.media_type}", hint, status)

    def spare_name(self, place: Place) -> str:
        """Return a second name by rule for a class of an error response; "" for others."""
        if place.role != "response" or place.name.startswith("2"):
            return ""
        base = pascal(str(self._operations[place.method, place.path]["x-python-name"]))
        return class_name(f"{base}Error{pascal(place.name)}")

    def inside(self, found: Occurrence, name: str, visit: Visit, *, hint: str = "") -> Schema:
        """Return the schema of a class called `name` with references to the classes in it; an enum has none."""
        if not is_model(found.schema):
            return found.schema
        hint = hint or name
        inlined = () if found.component else found.spot.inlined
        properties = {
            wire: item
            if _is_plain(item)
            else self.parts(item, Spot(f"{name}.{quoted(wire)}", hint + pascal(wire), wire, inlined), visit)
            for wire, item in found.schema["properties"].items()
        }
        rest = found.schema["additionalProperties"]
        if isinstance(rest, dict):
            rest = self.parts(rest, Spot(f"{name}.{{}}", f"{hint}Value", inlined=inlined), visit)
        return {**found.schema, "properties": properties, "additionalProperties": rest}

    def parts(self, schema: Schema, spot: Spot, visit: Visit) -> Schema:
        """
        Return a schema with references in place of the objects and enums in it.

        A component that is neither is put in its place; one that leads to itself again is anything.
        """
        self._schemas_read += 1
        if self._schemas_read > MOST_SCHEMAS:
            raise GeneratorError(
                f"The schemas come to more than {MOST_SCHEMAS:,} once components that are no class are written out:"
                " the description is built to exhaust its reader."
            )
        if "$ref" in schema:
            return self._reference(schema, spot, visit)
        if is_class(schema):
            same = self._shape(schema, spot.inlined)
            key = f"{spot.about} {same}" if is_enum(schema) else same
            found = Occurrence(key, same, schema, spot, schema.get(SHORTCUTS, {}))
            return {"$ref": SCHEMAS + visit(found), **_beside(schema)}
        if "anyOf" in schema:
            return self._union(schema, spot, visit)
        if "items" in schema:
            inner = spot.at(f"{spot.place}[]", singular(spot.hint))
            return {**schema, "items": self.parts(schema["items"], inner, visit)}
        if isinstance(schema.get("additionalProperties"), dict):
            inner = spot.at(f"{spot.place}{{}}", f"{spot.hint}Value")
            return {**schema, "additionalProperties": self.parts(schema["additionalProperties"], inner, visit)}
        return schema

    def _reference(self, schema: Schema, spot: Spot, visit: Visit) -> Schema:
        target = target_of(schema)
        resolved = self._components[target]
        if is_class(resolved):
            # A component may hold itself, and in a shape it is known by its name.
            same = "" if self._is_inside else self._shape(resolved, (), target)
            outside = Spot(spot.place, spot.hint, spot.about, (), spot.others)
            shortcuts = schema.get(SHORTCUTS) or resolved.get(SHORTCUTS, {})
            found = Occurrence(f"schema {target}", same, resolved, outside, shortcuts, target)
            return {"$ref": SCHEMAS + visit(found), **_beside(schema)}
        if target in spot.inlined:
            return {}
        inner = Spot(spot.place, class_name(target), spot.about, (*spot.inlined, target), spot.others)
        return self.parts({**resolved, **_beside(schema)}, inner, visit)

    def _union(self, schema: Schema, spot: Spot, visit: Visit) -> Schema:
        if all(map(_is_plain, schema["anyOf"])):
            return schema
        branches = [
            self.parts(branch, inner, visit)
            for branch, inner in zip(schema["anyOf"], self._branch_spots(schema["anyOf"], spot), strict=True)
        ]
        unique = distinct([inner for branch in branches for inner in branch.get("anyOf", [branch])])
        if len(unique) == 1:
            return {**unique[0], **_beside(schema)}
        return {**schema, "anyOf": unique, **_tags(schema, branches)}

    def _branch_spots(self, branches: list[Schema], spot: Spot) -> list[Spot]:
        """Return the position of each branch: a class alone is at the place of the union itself."""
        if id(branches) not in self._branches:
            self._branches[id(branches)] = branches, self._branches_of(branches)
        listed = self._branches[id(branches)][1]
        is_alone = sum(one.is_class for one in listed) == 1
        spots = []
        for one in listed:
            place, others = spot.place, spot.others
            if one.is_class:
                mark, *more = (f"{place}|{text}" for text in one.marks)
                others = (*others, mark, *more) if is_alone else (*more, place, *others)
                place = place if is_alone else mark
            elif one.marks:
                place, others = f"{place}|{one.marks[0]}", ()
            spots.append(spot.at(place, spot.hint + one.suffix, others))
        return spots

    def _branches_of(self, branches: list[Schema]) -> list[_Branch]:
        """Return what distinguishes the branches of a union, wherever the union stands."""
        seen = [self._resolved(branch) for branch in branches]
        are_classes = [is_class(branch) for branch in seen]
        marks = iter(_marks([branch for branch, is_one in zip(seen, are_classes, strict=True) if is_one]))
        alike = Counter(_kind(branch) for branch, is_one in zip(seen, are_classes, strict=True) if not is_one)
        before: Counter[str] = Counter()
        listed = []
        for branch, is_one, suffix in zip(branches, are_classes, _suffixes(branches), strict=True):
            if is_one:
                listed.append(_Branch(suffix, next(marks), is_class=True))
                continue
            kind = _kind(branch)
            before[kind] += 1
            if "$ref" in branch and len(branches) > 1:
                listed.append(_Branch(suffix, [quoted(target_of(branch))]))
            else:
                listed.append(_Branch(suffix, [f"{before[kind]}"] if alike[kind] > 1 else []))
        return listed

    def _resolved(self, branch: Schema) -> Schema:
        if "$ref" not in branch:
            return branch
        target = self._components[target_of(branch)]
        return target if is_class(target) else branch

    def _shape(self, schema: Schema, inlined: tuple[str, ...], component: str = "") -> str:
        """Return a hash that is equal for equal shapes, however their parts are written out."""
        key = id(schema), inlined
        if key not in self._shapes:
            found = Occurrence("", "", schema, Spot("", "", inlined=inlined), {}, component)
            self._is_inside, was_inside = True, self._is_inside
            try:
                text = shape(self.inside(found, "-", lambda inner: inner.key))
            finally:
                self._is_inside = was_inside
            self._shapes[key] = schema, hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
        return self._shapes[key][1]


def _beside(schema: Schema) -> Schema:
    return {key: schema[key] for key in BESIDE if key in schema}


def _tags(schema: Schema, branches: list[Schema]) -> Schema:
    """Return the discriminator of a union with the references of its new branches."""
    said = schema.get("discriminator")
    if said is None:
        return {}
    pairs = zip(schema["anyOf"], branches, strict=True)
    renamed = {old["$ref"]: new["$ref"] for old, new in pairs if "$ref" in old and "$ref" in new}
    mapping = {value: renamed[target] for value, target in said["mapping"].items() if target in renamed}
    return {"discriminator": {**said, "mapping": mapping}}


def _kind(schema: Schema) -> str:
    return "items" if "items" in schema else "values" if "additionalProperties" in schema else ""


def _marks(branches: list[Schema]) -> list[list[str]]:
    """
    Return for each class of a union its distinguishing features, best first, independent of their order.

    That is the value of a discriminator, else a property that it alone has, else its type, else a number.
    """
    values = [_discriminating_value(branch) for branch in branches]
    users = Counter(name for branch in branches for name in branch.get("properties", ()))
    marks: list[list[str]] = []
    taken: set[str] = set()
    for index, branch in enumerate(branches):
        required = branch.get("required", ())
        names = sorted(branch.get("properties", ()), key=lambda name: (users[name], name not in required, name))
        texts = [] if values[index] is None else [quoted(str(values[index]))]
        own = [f"has {quoted(name)}" for name in names]
        texts += own if names and users[names[0]] == 1 else [f"{index + 1}", *own] if names else [str(branch["type"])]
        best = next((text for text in texts if text not in taken), f"{index + 1}")
        taken.add(best)
        marks.append([best, *(text for text in texts if text != best)])
    return marks


def _discriminating_value(branch: Schema) -> str | None:
    return next((value for value in (_only_value(branch, key) for key in DISCRIMINATORS) if value is not None), None)


def _discriminator(branches: list[Schema]) -> list[str]:
    """Return the one value of the property that separates the branches; none where no property does."""
    for key in DISCRIMINATORS:
        values = [_only_value(branch, key) for branch in branches]
        known = [value for value in values if value is not None]
        if len(known) == len(branches) == len(set(known)):
            return known
    return []


def _suffixes(branches: list[Schema]) -> list[str]:
    """Return what is added to the names of the objects and enums that a union writes out: a value, else a number."""
    objects = [branch for branch in branches if is_class(branch)]
    if len(objects) < 2:
        return [""] * len(branches)
    texts = [pascal(value) for value in _discriminator(objects)]
    if not texts or not all(texts):
        texts = [str(number) for number in range(1, len(objects) + 1)]
    waiting = iter(texts)
    return [next(waiting) if is_class(branch) else "" for branch in branches]


def _only_value(schema: Schema, key: str) -> str | None:
    values = schema.get("properties", {}).get(key, {}).get("enum", ())
    return str(values[0]) if len(values) == 1 else None
