"""
Settles what each class is called, of all the names that its shape could have.

A title of the overlay's comes first. Then the name that the client already has for this shape, or for this place, stays
(`generator.plan.class_names`); of others the shortest is taken, then the first by alphabet, so that the order of a
description has no say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import Factory, define

from generator.plan.naming import class_name, class_of, module_name, pascal
from generator.plan.normal import shape
from generator.plan.walk import SCHEMAS, Schema, places, rebuild
from generator.spec.contract import operations

TITLED, PLACED, SPARE = range(3)
DIGITS = 16
"""So much of a shape's hash is remembered."""
TELLING = 3
"""Properties that an inline object must have for its being equal to a component to mean that it is one."""


@define
class Found:
    """A shape, and the names that it could have."""

    schema: Schema
    names: set[tuple[int, int, str]] = Factory(set)
    uses: int = 0

    def suggest(self, rank: int, name: str) -> None:
        self.uses += rank <= PLACED
        self.names.add((rank, len(name), name))


def settle(
    document: dict[str, Any], kept: dict[str, Schema], found: dict[str, Found], remembered: Mapping[str, str]
) -> None:
    """Choose the names, and put them in the place of the shapes' keys everywhere."""
    memory = _Memory(remembered, found)
    hidden = {name: shape(schema) for name, schema in kept.items()}
    names: dict[str, str] = {}
    # The modules of the resources have classes of their own.
    resources = {str(item["x-python-name"]).rpartition(".")[0] for item in operations(document).values()}
    classes = (class_of(resource) for resource in resources)
    taken = {module_name(name) for plain in classes for name in (plain, f"Async{plain}")}
    functions = (
        str(item["x-python-name"]).rpartition(".")[2]
        for item in operations(document).values()
        if "x-python-facade" in item
    )
    taken |= {module_name(f"{pascal(function)}Options") for function in functions}
    for name, schema in kept.items():
        names[name] = _free(class_name(str(schema.get("title") or name)), taken)
    by_shape = {text: names[name] for name, text in sorted(hidden.items(), reverse=True)}
    # Those with the best claim to a name choose first; of equals, the one that is used most.
    for key, item in sorted(found.items(), key=lambda pair: (memory.rank(*pair), -pair[1].uses, pair[0])):
        rank, _, name = min(item.names)
        free = (other for _, _, other in sorted(item.names) if module_name(other) not in taken)
        if rank != TITLED:
            name = next(free, name)
        same = by_shape.get(shape(item.schema))
        # A title of its own, or a shape so small that it may be equal by chance, is a class of its own.
        is_same = same is not None and (name == same or (rank == PLACED and _is_telling(item.schema)))
        known = memory.name(key, item)
        if known and module_name(known) not in taken:
            names[key] = _free(known, taken)
        else:
            names[key] = same if same is not None and is_same else _free(name, taken)

    def renamed(schema: Schema) -> Schema:
        schema = rebuild(schema, renamed)
        if "$ref" in schema:
            schema["$ref"] = SCHEMAS + names[str(schema["$ref"]).removeprefix(SCHEMAS)]
        return schema

    schemas = {names[key]: renamed(item.schema) for key, item in found.items()}
    schemas |= {names[name]: renamed(schema) for name, schema in kept.items()}
    document["components"]["schemas"] = {}
    for place in places(document):
        place.holder[place.key] = renamed(place.schema)
    document["components"]["schemas"] = {name: schemas[name] for name in sorted(schemas)}
    own = set(by_shape.values())
    document["x-python-classes"] = {
        names[key]: key[:DIGITS]
        for key, item in found.items()
        if min(item.names)[0] != TITLED and names[key] not in own
    }


class _Memory:
    """What the classes of the client are called already: by shape, or at least by one of their places."""

    def __init__(self, remembered: Mapping[str, str], found: Mapping[str, Found]) -> None:
        shapes = {key[:DIGITS] for key in found}
        self._by_shape = {shape_: name for name, shape_ in remembered.items()}
        self._free = {name for name, shape_ in remembered.items() if shape_ not in shapes}

    def name(self, key: str, item: Found) -> str:
        """Return the name that a shape keeps; "" for one that is new, or that the overlay names."""
        candidates = [name for _, _, name in sorted(item.names)]
        if min(item.names)[0] == TITLED:
            return ""
        kept = self._by_shape.get(key[:DIGITS], "")
        if any(kept == name or (kept.startswith(name) and kept[len(name) :].isdigit()) for name in candidates):
            return kept
        # The class of a place whose shape has changed is still the class of that place.
        return next((name for name in candidates if name in self._free), "")

    def rank(self, key: str, item: Found) -> tuple[int, tuple[int, int, str]]:
        """Return who chooses first: a title, then a shape with its name, then a place with its name."""
        best = min(item.names)
        if best[0] == TITLED:
            return 0, best
        if not self.name(key, item):
            return 3, best
        return 1 if key[:DIGITS] in self._by_shape else 2, best


def _is_telling(schema: Schema) -> bool:
    return "properties" not in schema or len(schema["properties"]) >= TELLING


def _free(name: str, taken: set[str]) -> str:
    candidate, number = name, 2
    while module_name(candidate) in taken:
        candidate, number = class_name(f"{name}{number}"), number + 1
    taken.add(module_name(candidate))
    return candidate
