"""
Move every object and every enum into a named component.

Limits of openapi-python-client: an object inside of a component's union is built twice and then removed while still
imported; equal inline schemas become as many classes; a component that is neither object nor enum blocks
others. After this pass a property is a reference, a list, a dictionary, a union or a plain value, and every component
is an object or an enum. `generator.plan.naming.classes` chooses their names.
"""

from __future__ import annotations

from typing import Any

from attrs import evolve

from generator.plan.extensions import SHORTCUTS
from generator.plan.naming.classes import ClassNaming
from generator.plan.naming.lock import Names
from generator.plan.occurrences import Walker
from generator.plan.walk import Schema
from generator.spec.contract import operations


def hoist(document: dict[str, Any], names: Names) -> tuple[Names, dict[str, str]]:
    """
    Move objects and enums into `components.schemas`; write out components that are neither.

    Returns the lock with the places of all classes, and the classes that the overlay gave another name.
    """
    components: dict[str, Schema] = document["components"]["schemas"]
    walker = Walker(components, operations(document))
    naming = ClassNaming(walker, document, names)
    naming.run()
    renamed = naming.renamed()
    result = evolve(names.with_classes_renamed(renamed), classes=naming.locked_places())
    walker.start()
    schemas: dict[str, Schema] = {}
    for one in naming.classes.values():
        if one.found.component or one.name not in schemas:
            schemas[one.name] = walker.inside(one.found, one.locked or f"?{one.found.key}", naming.name_of)
    for one in naming.classes.values():
        if one.shortcuts:
            shortcuts = schemas[one.name].get(SHORTCUTS, {}) | one.shortcuts
            schemas[one.name] = {**schemas[one.name], SHORTCUTS: shortcuts}
    for place, spot in naming.roots:
        if place.role != "component":
            place.holder[place.key] = walker.parts(place.schema, spot, naming.name_of)
    document["components"]["schemas"] = {name: schemas[name] for name in sorted(schemas)}
    return result, renamed
