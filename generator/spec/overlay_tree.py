"""
The tree of mappings, lists and scalars that an overlay works on: copied, queried, and named in messages.

What the reading of an overlay and its application share. It knows no actions, and of OpenAPI only references.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, TypeGuard

from generator.errors import OverlayError
from generator.spec.component_references import component_of, schemas_of
from generator.spec.json_path import (
    JSONPathChildSegment,
    JSONPathEnvironment,
    JSONPathError,
    JSONPathNode,
    JSONPathRecursiveDescentSegment,
    JSONPathSegment,
    JSONPathSelector,
    NameSelector,
)

DEPTH: Final = 300
"""How deeply a contract may nest before it is refused. Real ones stay below 40."""


class _Environment(JSONPathEnvironment):
    """Queries that descend as far as a contract may nest; the library stops at 100 levels."""

    max_recursion_depth = DEPTH + 1


_JSONPATH: Final = _Environment()

_NAMES: Final = re.compile(r"\$(?:\.[A-Za-z_][A-Za-z0-9_]*|\['[ -&(-\[\]-~]*'\])+")
_NAME: Final = re.compile(r"\.([A-Za-z_][A-Za-z0-9_]*)|\['([^']*)'\]")

_FOLLOWED: Final = 20  # a longer chain of references is a circle
_FILTERED: Final = 6  # so deep filters look
_COLLECTIONS: Final = (dict, list)
_SCALARS: Final = (str, int, float)
_MAPPINGS: Final = (dict, Mapping)
_SEQUENCES: Final = (list, tuple)

Step = str | JSONPathSegment
"""A step of a query: a single name, or what the library follows."""


@lru_cache(maxsize=2048)
def compiled(query: str) -> tuple[Step, ...]:
    """
    A JSONPath query, taken apart once: an overlay is checked, and then applied to one contract after the other.

    Most queries start with names, which are read here: the library takes ten times as long. It reads what follows, or
    all of it where that fails. Raises JSONPathError for anything that is not a query.
    """
    start = _NAMES.match(query)
    if start is None:
        return _steps(query)
    names = tuple(dotted or quoted for dotted, quoted in _NAME.findall(start[0]))
    try:
        return names + _steps(f"${query[start.end() :]}")
    except JSONPathError:
        return _steps(query)


@lru_cache(maxsize=2048)
def _steps(query: str) -> tuple[Step, ...]:
    return tuple(
        segment.selectors[0].name
        if isinstance(segment, JSONPathChildSegment) and _is_name(segment.selectors)
        else segment
        for segment in _JSONPATH.compile(query).segments
    )


def _is_name(selectors: tuple[JSONPathSelector, ...]) -> TypeGuard[tuple[NameSelector]]:
    return len(selectors) == 1 and isinstance(selectors[0], NameSelector)


def select(query: tuple[Step, ...], document: Any) -> list[JSONPathNode]:
    """Return the nodes that a query selects. Single names, the most of all steps, are followed here: it is faster."""
    nodes = [JSONPathNode(value=document, location=(), parent=None, root=document)]
    waiting = list(reversed(query))
    while waiting:
        step = waiting.pop()
        if isinstance(step, str):
            find, names = _at, [step]
        elif isinstance(step, JSONPathRecursiveDescentSegment) and _is_name(step.selectors):
            find, names = _anywhere, [step.selectors[0].name]
        else:
            nodes = list(step.resolve(nodes))
            continue
        while waiting and isinstance(following := waiting[-1], str):
            names.append(following)
            waiting.pop()
        nodes = [found for node in nodes for found in find(names, node)]
    return nodes


def select_behind(query: tuple[Step, ...], document: Any) -> list[JSONPathNode]:
    """
    Return the nodes that a query selects where references to components stand for what they lead to.

    A schema may have become a component since the query was written. What a query looks for at any depth is not looked
    for behind further references.
    """
    nodes = [JSONPathNode(value=document, location=(), parent=None, root=document)]
    for step in query:
        nodes = [_with_value(node, _target(node.value, document)) for node in nodes]
        if isinstance(step, str):
            nodes = [found for node in nodes for found in _at([step], node)]
        elif isinstance(step, JSONPathRecursiveDescentSegment) and _is_name(step.selectors):
            nodes = [found for node in nodes for found in _anywhere([step.selectors[0].name], node)]
        elif isinstance(step, JSONPathRecursiveDescentSegment):
            nodes = list(step.resolve(nodes))
        else:
            nodes = [found for node in nodes for found in _children(step, node)]
    return [_with_value(node, _target(node.value, document)) for node in nodes]


def _children(step: JSONPathSegment, node: JSONPathNode) -> Iterator[JSONPathNode]:
    """Yield what a step selects right inside of a node, where a filter sees what references lead to."""
    for found in step.resolve([_with_value(node, _view(node.value, node.root, _FILTERED))]):
        held: Any = node.value
        value = held[found.location[-1]]
        yield JSONPathNode(value=value, location=found.location, parent=node, root=node.root)


def _view(value: Any, root: Any, depth: int) -> Any:
    """Return a value with what references in it lead to, some levels deep."""
    value = _target(value, root)
    if depth and isinstance(value, dict):
        return {key: _view(item, root, depth - 1) for key, item in value.items()}
    if depth and isinstance(value, list):
        return [_view(item, root, depth - 1) for item in value]
    return value


def _with_value(node: JSONPathNode, value: Any) -> JSONPathNode:
    return JSONPathNode(value=value, location=node.location, parent=node.parent, root=node.root)


def _target(value: Any, root: Any) -> Any:
    """Return the component that a value refers to; the value itself where it refers to none."""
    for _ in range(_FOLLOWED):
        name = component_of(value)
        found = schemas_of(root).get(name) if name else None
        if found is None:
            break
        value = found
    return value


def _at(names: list[str], node: JSONPathNode) -> Iterator[JSONPathNode]:
    """Yield what names lead to from a node, one after the other."""
    if (found := _led(names, node.value)) is not None:
        yield _made(found, (*node.location, *names), node)


def _anywhere(names: list[str], node: JSONPathNode) -> Iterator[JSONPathNode]:
    """Yield what names lead to from a node or from anything below it, in the order of the document."""
    # Each value comes with its key and with the same of what holds it: most locations are never needed.
    waiting: list[tuple[Any, Any, Any]] = [(node.value, None, None)]
    while waiting:
        entry = value, _, _ = waiting.pop()
        if isinstance(value, dict):
            waiting += [(item, key, entry) for key, item in value.items() if isinstance(item, _COLLECTIONS)][::-1]
            if (found := _led(names, value)) is not None:
                yield _made(found, (*_location(node, entry), *names), node)
        elif isinstance(value, list):
            waiting += [(item, at, entry) for at, item in enumerate(value) if isinstance(item, _COLLECTIONS)][::-1]


def _led(names: list[str], value: Any) -> tuple[Any, Any] | None:
    """Return what names lead to, after what holds it."""
    holder = None
    for name in names:
        if not isinstance(value, dict) or name not in value:
            return None
        holder, value = value, value[name]
    return holder, value


def _made(found: tuple[Any, Any], location: tuple[int | str, ...], above: JSONPathNode) -> JSONPathNode:
    holder = JSONPathNode(value=found[0], location=location[:-1], parent=None, root=above.root)
    return JSONPathNode(value=found[1], location=location, parent=holder, root=above.root)


def _location(node: JSONPathNode, entry: tuple[Any, Any, Any]) -> tuple[int | str, ...]:
    keys = []
    _, key, holder = entry
    while holder is not None:
        keys.append(key)
        _, key, holder = holder
    return (*node.location, *reversed(keys))


def copy(value: Any, source: str, depth: int = 0) -> Any:
    """
    Copy a value so that no two places of the copy share an object.

    `copy.deepcopy` would keep sharing: where two YAML aliases point at one node, an update of the one would
    change the other.
    """
    if value is None or isinstance(value, _SCALARS):
        return value
    if depth > DEPTH:
        raise OverlayError(
            f"{source}: found a value that nests more than {DEPTH} levels deep, or that holds itself."
            " No real contract does; look at what was fetched."
        )
    if isinstance(value, _MAPPINGS):
        copied = {}
        for key, item in value.items():
            copied[key] = copy(item, source, depth + 1)
        return copied
    if isinstance(value, _SEQUENCES):
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
