"""
References to component schemas: read, and written with other names.

The API never sees the name of a component, except where a discriminator has it as a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.spec.pointers import escaped, resolve, unescaped

SCHEMAS = "#/components/schemas/"
_WRAPPERS = ("allOf", "anyOf", "oneOf")


def schemas_of(contract: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the component schemas of a contract, by name."""
    components = contract.get("components")
    found = components.get("schemas") if isinstance(components, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def with_names(value: Any, names: Mapping[str, str]) -> Any:
    """Return a value whose references, and mappings of discriminators, have other names for components."""
    if isinstance(value, list):
        return [with_names(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    result = {key: with_names(item, names) for key, item in value.items()}
    if isinstance(reference := value.get("$ref"), str):
        result["$ref"] = _with_name(reference, names)
    said = value.get("discriminator")
    if isinstance(said, dict) and isinstance(said.get("propertyName"), str):
        tags = dict(said.get("mapping") or {})
        # A component that the mapping lacks has its name as its value, which stays as it is.
        branches = {component_of(branch) for kind in _WRAPPERS for branch in value.get(kind, ())}
        mapped = {str(target).removeprefix(SCHEMAS) for target in tags.values()}
        tags |= {name: name for name in sorted(branches - mapped) if names.get(name, name) != name}
        if tags:
            mapping = {tag: _with_name(str(target), names) for tag, target in tags.items()}
            result["discriminator"] = {**said, "mapping": mapping}
    return result


def _with_name(reference: str, names: Mapping[str, str]) -> str:
    """Change a reference to a component, or the plain name of one that the mapping of a discriminator has."""
    start = SCHEMAS if reference.startswith(SCHEMAS) else ""
    name, slash, rest = reference.removeprefix(start).partition("/")
    known = unescaped(name)
    if known not in names or (slash and not start):
        return reference
    return f"{start}{escaped(names[known])}{slash}{rest}"


def component_of(value: Any) -> str:
    """Return the component that a value refers to as a whole, also as the only part of an `allOf`; "" for none."""
    while isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str):
            name = reference.removeprefix(SCHEMAS)
            return "" if name == reference or "/" in name else unescaped(name)
        held = [value[kind] for kind in _WRAPPERS if kind in value]
        if len(held) != 1 or not isinstance(held[0], list) or len(held[0]) != 1 or "properties" in value:
            return ""
        value = held[0][0]
    return ""


def followed(contract: Mapping[str, Any], value: Any) -> Any:
    """Return a parameter, body, response or header behind its reference; None where that leads nowhere."""
    reference = value.get("$ref") if isinstance(value, dict) else None
    if not isinstance(reference, str) or not reference.startswith("#/"):
        return value
    try:
        return resolve(contract, reference[1:])
    except (KeyError, ValueError):
        return None
