"""
Give every operation a name in Python: from the overlay, else from the lock, else by rule.

Limits of openapi-python-client: operations without an operationId, with one that others have too, or with a path of
unusual characters overwrite each other or are dropped; a second tag is not read.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from generator.errors import GeneratorError
from generator.plan.naming.identifiers import module_name, resources_of, unique
from generator.plan.naming.operations import Homes, derived_name, full_name
from generator.spec.contract import operations

_DOTTED = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
KNOWN = "x-python-known"
"""The key of the name that the lock has for an operation, put there by `generator.plan.description`."""


def name_operations(document: dict[str, Any], reserved: Collection[str] = ()) -> dict[str, str]:
    """
    Set `x-python-name` ("images.edit") on every operation.

    Returns the operations of the lock that have another name now, because the overlay names them. `reserved` are names
    of operations that are gone: no other operation takes one by rule.
    """
    listed = operations(document)
    chosen = {key: str(operation["x-python-name"]) for key, operation in listed.items() if "x-python-name" in operation}
    for key, name in chosen.items():
        if not _DOTTED.fullmatch(name):
            raise GeneratorError(
                f"{key[0].upper()} {key[1]}: the overlay's name {name!r} is not of the form resource.method."
            )
    locked = {key: str(operation[KNOWN]) for key, operation in listed.items() if KNOWN in operation}
    named = chosen | {key: name for key, name in locked.items() if key not in chosen}
    homes = Homes(named, listed)
    taken = {module_name(name) for name in (*named.values(), *reserved)}
    derived: dict[tuple[str, str], str] = {}
    for key in sorted(listed.keys() - named.keys(), key=lambda key: (key[1], key[0])):
        name = derived_name(*key, listed[key], homes)
        if module_name(name) in taken:
            name = full_name(*key, listed[key], homes)
        derived[key] = name
        taken.add(module_name(name))
    names = dict(zip(named, unique(named.values()), strict=True))
    gone = [name for name in reserved if name not in names.values()]
    names |= zip(derived, unique(derived.values(), reserved=[*names.values(), *gone]), strict=True)
    resources = resources_of(names.values())
    names = {key: f"{name}_" if name in resources else name for key, name in names.items()}
    for key, name in names.items():
        listed[key]["x-python-name"] = name
    return {name: names[key] for key, name in locked.items() if name != names[key]}
