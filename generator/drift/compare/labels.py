"""Alternatives of a schema in a few words, for reports, and what sets them apart."""

from __future__ import annotations

from generator.drift.compare.branches import Branch
from generator.drift.compare.references import Contract, component_name, resolved
from generator.drift.compare.views import view
from generator.errors import first_few
from generator.spec.canonical import canonical


def label(contract: Contract, branch: Branch) -> str:
    """Name an alternative in a few words: its component, what sets it apart, or its type."""
    if branch.ref:
        return component_name(branch.ref)
    found = marks(contract, branch)
    if found:
        name, value = min(found.items())
        return f"{branch.type} with {name} {value}"
    if branch.values is not None:
        return first_few(list(map(canonical, branch.values)), 4)
    words = "integer" if branch.integer else branch.type
    if branch.properties:
        words += f" with {first_few([*branch.properties], 2)}"
    if branch.items is not None:
        inner = view(contract, branch.items).branches
        words += f" of {' or '.join(label(contract, one) for one in inner[:3])}" if inner else ""
    if branch.word("format"):
        words += f" ({branch.word('format')})"
    return f"{words} like {branch.word('pattern')}" if branch.word("pattern") else words


def marks(contract: Contract, branch: Branch) -> dict[str, str]:
    """Return the properties that allow one value only, such as `type` in the parts of a message, with that value."""
    found = {}
    for name, part in branch.properties.items():
        schema = resolved(contract, part.schema)
        if isinstance(schema, dict):
            if "const" in schema:
                found[name] = canonical(schema["const"])
            elif isinstance(schema.get("enum"), list) and len(schema["enum"]) == 1:
                found[name] = canonical(schema["enum"][0])
    return found
