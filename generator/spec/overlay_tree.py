"""
The tree of mappings, lists and scalars that an overlay works on: copied, queried, and named in messages.

What the reading of an overlay and its application share. It knows neither actions nor OpenAPI.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from jsonpath_rfc9535 import JSONPathEnvironment, JSONPathQuery

from generator.errors import OverlayError

DEPTH: Final = 300
"""How deeply a contract may nest before it is refused. Real ones stay below 40."""


class _Environment(JSONPathEnvironment):
    """Queries that descend as far as a contract may nest; the library stops at 100 levels."""

    max_recursion_depth = DEPTH + 1


_JSONPATH: Final = _Environment()


@lru_cache(maxsize=2048)
def compiled(query: str) -> JSONPathQuery:
    """A JSONPath query, taken apart once: an overlay is checked, and then applied to one contract after the other."""
    return _JSONPATH.compile(query)


def copy(value: Any, source: str, depth: int = 0) -> Any:
    """
    Copy a value so that no two places of the copy share an object.

    `copy.deepcopy` would keep sharing: where two YAML aliases point at one node, an update of the one would
    change the other.
    """
    if depth > DEPTH:
        raise OverlayError(
            f"{source}: found a value that nests more than {DEPTH} levels deep, or that holds itself."
            " No real contract does; look at what was fetched."
        )
    if isinstance(value, Mapping):
        copied = {}
        for key, item in value.items():
            copied[key] = copy(item, source, depth + 1)
        return copied
    if isinstance(value, list | tuple):
        items = []
        for item in value:
            items.append(copy(item, source, depth + 1))  # noqa: PERF401  a comprehension would double the stack
        return items
    if value is None or isinstance(value, str | int | float):
        return value
    raise OverlayError(f"{source}: found {kind(value)}, which JSON does not have; quote it if it is text.")


def kind(value: Any) -> str:
    """What a value is, in words."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case str():
            return "a string"
        case int() | float():
            return "a number"
        case _:
            return f"a {type(value).__name__}"
