"""
Names for places and values in the sentences of findings: short, one line, safe to show.

It knows where names stand in a pointer, and no contract.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from generator.drift.report.places import shown
from generator.source.document import printable

_NAMED = {"properties", "patternProperties", "headers"}
_NUMBERED = {"anyOf", "oneOf", "allOf", "prefixItems"}
_MANY = 4


def label(where: Sequence[str], called: str = "") -> str:
    """What a place is called: the path of its properties, else what holds the schema, such as a parameter."""
    root, rest = _root(list(where))
    names: list[str] = []
    while rest:
        part = rest.pop(0)
        if part in _NAMED and rest:
            names.append(rest.pop(0))
        elif part == "items":
            names[-1:] = [f"{names[-1] if names else ''}[]"]
        elif part == "additionalProperties":
            names[-1:] = [f"{names[-1] if names else ''}{{}}"]
        elif part in _NUMBERED and rest:
            rest.pop(0)
        else:
            break
    if called and called not in root:
        names[:1] = [called + names[0]] if names and names[0].startswith(("[", "{")) else [called, *names[:1]]
        return printable(": ".join([names[0], ".".join(names[1:])] if names[1:] else names), limit=80)
    return printable(".".join(names) if names else root, limit=80)


def listed(values: Sequence[Any]) -> str:
    """Some values, the first few of many."""
    words = [json.dumps(value, ensure_ascii=False) for value in values[:_MANY]]
    more = f" and {len(values) - _MANY} more" if len(values) > _MANY else ""
    return printable(", ".join(words) + more, limit=120)


def told(value: Any) -> str:
    """A value in a few words."""
    return "(none)" if value is None else shown(value, limit=50)


def _root(where: list[str]) -> tuple[str, list[str]]:
    match where:
        case ["components", _, name, *rest]:
            return name, rest
        case ["paths", _, _, "requestBody", *rest]:
            return "the body", _after_schema(rest)
        case ["paths", _, _, "responses", status, "headers", header, *rest]:
            return f"the header {header} of answer {status}", _after_schema(rest)
        case ["paths", _, _, "responses", status, *rest]:
            return f"answer {status}", _after_schema(rest)
        case ["paths", _, _, "parameters", _, *rest] | ["paths", _, "parameters", _, *rest]:
            return "the parameter", _after_schema(rest)
    return "the document", []


def _after_schema(rest: list[str]) -> list[str]:
    return rest[rest.index("schema") + 1 :] if "schema" in rest else []
