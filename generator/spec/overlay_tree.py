"""
The tree of mappings, lists and scalars that an overlay works on: copied, queried, and named in messages.

What the reading of an overlay and its application share. It knows neither actions nor OpenAPI.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from jsonpath_rfc9535 import JSONPathEnvironment, JSONPathNode, JSONPathQuery
from jsonpath_rfc9535.segments import JSONPathChildSegment, JSONPathRecursiveDescentSegment
from jsonpath_rfc9535.selectors import NameSelector

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


def select(query: JSONPathQuery, document: Any) -> list[JSONPathNode]:
    """Return the nodes that a query selects. Single names, the most of all steps, are followed here: it is faster."""
    nodes = [JSONPathNode(value=document, location=(), parent=None, root=document)]
    for segment in query.segments:
        match segment:
            case JSONPathChildSegment(selectors=(NameSelector(name=name),)):
                nodes = [
                    node.new_child(node.value[name], name, node)
                    for node in nodes
                    if isinstance(node.value, dict) and name in node.value
                ]
            case JSONPathRecursiveDescentSegment(selectors=(NameSelector(name=name),)):
                nodes = [found for node in nodes for found in _named(name, node)]
            case _:
                nodes = list(segment.resolve(nodes))
    return nodes


def _named(name: str, node: JSONPathNode) -> Iterator[JSONPathNode]:
    """Yield what has a name in a node or below it, in the order of the document."""
    waiting: list[tuple[Any, tuple[int | str, ...]]] = []
    if isinstance(node.value, dict | list):
        waiting.append((node.value, node.location))
    while waiting:
        value, place = waiting.pop()
        items = value.items() if isinstance(value, dict) else enumerate(value)
        waiting += reversed([(item, (*place, key)) for key, item in items if isinstance(item, dict | list)])
        if isinstance(value, dict) and name in value:
            holder = JSONPathNode(value=value, location=place, parent=None, root=node.root)
            yield holder.new_child(value[name], name, holder)


def copy(value: Any, source: str, depth: int = 0) -> Any:
    """
    Copy a value so that no two places of the copy share an object.

    `copy.deepcopy` would keep sharing: where two YAML aliases point at one node, an update of the one would
    change the other.
    """
    if value is None or isinstance(value, str | int | float):
        return value
    if depth > DEPTH:
        raise OverlayError(
            f"{source}: found a value that nests more than {DEPTH} levels deep, or that holds itself."
            " No real contract does; look at what was fetched."
        )
    if isinstance(value, dict | Mapping):
        copied = {}
        for key, item in value.items():
            copied[key] = copy(item, source, depth + 1)
        return copied
    if isinstance(value, list | tuple):
        items = []
        for item in value:
            items.append(copy(item, source, depth + 1))  # noqa: PERF401  a comprehension would double the stack
        return items
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
