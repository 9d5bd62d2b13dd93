"""
Gives every operation a name in Python: the overlay's, or one made of its tag and operationId.

Limits of openapi-python-client: operations without an operationId, with one that others have too, or with a path of
unusual characters overwrite each other or are dropped; a second tag is not read.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from generator.errors import GeneratorError
from generator.plan.naming import ANNOTATIONS, ARGUMENTS, CLIENT_MEMBERS, MODULES, RESOURCE_MEMBERS, identifier, unique
from generator.spec.contract import operations

_METHOD_NAMES = ANNOTATIONS - {"list"}
_DOTTED = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")


def name_operations(document: dict[str, Any]) -> None:
    """
    Set `x-python-name` ("images.edit") on every operation.

    A new operation joins the resource in which most operations with its first tag already are, so that it is found
    beside its kin before anyone has given it a name.
    """
    listed = operations(document)
    named = {key: str(operation["x-python-name"]) for key, operation in listed.items() if "x-python-name" in operation}
    for key, name in named.items():
        if not _DOTTED.fullmatch(name):
            raise GeneratorError(
                f"{key[0].upper()} {key[1]}: the overlay's name {name!r} is not of the form resource.method."
            )
    homes: dict[str, Counter[str]] = {}
    for key, name in named.items():
        homes.setdefault(_tag(listed[key]), Counter())[name.split(".")[0]] += 1
    derived = {
        key: _derived(*key, operation, homes.get(_tag(operation)))
        for key, operation in listed.items()
        if key not in named
    }
    # A derived resource is one with a chosen resource that has the same folder.
    folders = {name.rpartition(".")[0].replace(".", "_"): name.rpartition(".")[0] for name in named.values()}
    for key, name in derived.items():
        resource, _, function = name.rpartition(".")
        derived[key] = f"{folders.get(resource, resource)}.{function}"
    # Names that we chose come first; then those derived, in the order of paths.
    keys = [*named, *derived]
    names = unique([*named.values(), *derived.values()])
    resources = {name.rsplit(".", 1)[0] for name in names}
    for prefix in list(resources):
        parts = prefix.split(".")
        resources |= {".".join(parts[:length]) for length in range(1, len(parts))}
    for key, name in zip(keys, names, strict=True):
        listed[key]["x-python-name"] = f"{name}_" if name in resources else name


def _tag(operation: dict[str, Any]) -> str:
    tags = operation.get("tags") or [""]
    return str(tags[0])


def _derived(method: str, path: str, operation: dict[str, Any], homes: Counter[str] | None) -> str:
    if homes:
        resource = min(homes, key=lambda name: (-homes[name], name))
    else:
        # "Responses (Alpha)" and "Responses" are one resource.
        tag = re.sub(r"\(.*?\)", "", _tag(operation)).strip() or path.strip("/").split("/")[0] or "default"
        resource = _apart(identifier(tag, reserved=CLIENT_MEMBERS))
    made = operation.get("operationId") or f"{method} {re.sub(r'[{}]', '', path)}"
    return f"{resource}.{_apart(identifier(str(made), reserved=_METHOD_NAMES | ARGUMENTS | RESOURCE_MEMBERS))}"


def _apart(name: str) -> str:
    """Keep a name apart from those in the generated packages: an underscore would not, as a module loses it."""
    bare = name.rstrip("_")
    return f"api_{bare}" if bare in MODULES else name
