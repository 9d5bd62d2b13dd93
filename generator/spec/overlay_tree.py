"""
The tree of mappings, lists and scalars that an overlay works on, queried.

What the reading of an overlay and its application share. It knows no actions, and of OpenAPI only references.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Final, TypeGuard

from generator.source.yaml_reader import MAX_DEPTH
from generator.spec.component_references import component_of, followed, schemas_of
from generator.spec.contract import place_of_status
from generator.startup import postponed

with postponed("regex"):  # the library behind the functions match() and search()
    from jsonpath_rfc9535 import JSONPathEnvironment, JSONPathError, JSONPathNode
    from jsonpath_rfc9535.segments import JSONPathChildSegment, JSONPathRecursiveDescentSegment, JSONPathSegment
    from jsonpath_rfc9535.selectors import JSONPathSelector, NameSelector

__all__ = ["JSONPathError", "JSONPathNode", "compiled", "select"]


class _Environment(JSONPathEnvironment):
    """Queries that descend as far as a description may nest; the library stops at 100 levels."""

    max_recursion_depth = MAX_DEPTH + 1


_JSONPATH: Final = _Environment()

_NAMES: Final = re.compile(r"\$(?:\.[A-Za-z_][A-Za-z0-9_]*|\['[ -&(-\[\]-~]*'\])+")
_NAME: Final = re.compile(r"\.([A-Za-z_][A-Za-z0-9_]*)|\['([^']*)'\]")

_FOLLOWED: Final = 20  # a longer chain of references is a circle
_FILTERED: Final = 6  # so deep filters look
_COLLECTIONS: Final = (dict, list)
_UNIONS: Final = ("allOf", "anyOf", "oneOf")
_NULLS: Final = ({"nullable": True}, {"type": "null"})

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


def select(query: tuple[Step, ...], document: Any, *, behind: bool = False) -> list[JSONPathNode]:
    """
    Return the nodes that a query selects; `behind` where references to components stand for what they lead to.

    Since the query was written, a schema, body or response may have become a component, a schema the only branch of a
    union, and the status of a success another one. What a query looks for at any depth is not looked for behind further
    references.
    """
    nodes = [JSONPathNode(value=document, location=(), parent=None, root=document)]
    for step in query:
        if behind:
            nodes = [_with_value(node, _target(node.value, document)) for node in nodes]
        nodes = [found for node in nodes for found in _follow(step, node, behind=behind)]
    return [_with_value(node, _target(node.value, document)) for node in nodes] if behind else nodes


def _follow(step: Step, node: JSONPathNode, *, behind: bool) -> Iterable[JSONPathNode]:
    """Return what a step selects from a node. Names, the most of all steps, are followed here: it is faster."""
    value: Any = node.value
    if isinstance(step, str):
        if behind:
            step, node = _key(step, node), _inside(step, node)
            value = node.value
        return (node.new_child(value[step], step, node),) if isinstance(value, dict) and step in value else ()
    if isinstance(step, JSONPathRecursiveDescentSegment) and _is_name(step.selectors):
        return _anywhere(step.selectors[0].name, node)
    if behind and isinstance(step, JSONPathChildSegment):  # a filter sees what references lead to
        keys = [one.location[-1] for one in step.resolve([_with_value(node, _view(value, node.root, _FILTERED))])]
        return [node.new_child(value[key], key, node) for key in keys]
    return step.resolve([node])


def _key(name: str, node: JSONPathNode) -> str:
    """Return the key that a name stands for: another status for the only success among responses."""
    value: Any = node.value
    if node.location[-1:] != ("responses",) or not isinstance(value, dict):
        return name
    return next((key for key in value if place_of_status(value, key) == name), name)


def _inside(name: str, node: JSONPathNode) -> JSONPathNode:
    """Return a node, or what holds the name in the only branch of its union: it may be written without a union too."""
    value = node.value
    for _ in range(_FOLLOWED):
        if not isinstance(value, dict) or name in value or (branch := _only_branch(value)) is None:
            break
        value = _target(branch, node.root)
    return node if value is node.value else _with_value(node, value)


def _only_branch(schema: dict[str, Any]) -> Any:
    """Return the branch of a union that has one beside null; None where there are none or several."""
    branches = [branch for key in _UNIONS for branch in schema.get(key) or () if branch not in _NULLS]
    return branches[0] if len(branches) == 1 else None


def _anywhere(name: str, node: JSONPathNode) -> Iterator[JSONPathNode]:
    """Yield what a name leads to from a node or from anything below it, in the order of the document."""
    waiting: list[tuple[Any, tuple[int | str, ...]]] = [(node.value, node.location)]
    while waiting:
        value, location = waiting.pop()
        if isinstance(value, dict) and name in value:
            holder = JSONPathNode(value=value, location=location, parent=None, root=node.root)
            yield holder.new_child(value[name], name, holder)
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        waiting += [(item, (*location, key)) for key, item in items if isinstance(item, _COLLECTIONS)][::-1]


def _view(value: Any, root: Any, depth: int) -> Any:
    """Return a value with what references in it lead to, some levels deep."""
    value = _target(value, root)
    if isinstance(value, dict):
        value = _in_one_way(value, root)
    if depth and isinstance(value, dict):
        return {key: _view(item, root, depth - 1) for key, item in value.items()}
    if depth and isinstance(value, list):
        return [_view(item, root, depth - 1) for item in value]
    return value


def _in_one_way(schema: dict[str, Any], root: Any) -> dict[str, Any]:
    """Return a schema with what its only branch holds, `const` as `enum`, and one type beside null as this type."""
    if isinstance(branch := _target(_only_branch(schema), root), dict):
        schema = {**_in_one_way(branch, root), **schema}
    if "const" in schema:
        schema = {"enum": [schema["const"]], **schema}
    if isinstance(kinds := schema.get("type"), list) and len(known := [kind for kind in kinds if kind != "null"]) == 1:
        schema = {**schema, "type": known[0]}
    return schema


def _with_value(node: JSONPathNode, value: Any) -> JSONPathNode:
    return JSONPathNode(value=value, location=node.location, parent=node.parent, root=node.root)


def _target(value: Any, root: Any) -> Any:
    """Return the component that a value refers to, of any kind; the value itself where it refers to none."""
    for _ in range(_FOLLOWED):
        name = component_of(value)
        found = schemas_of(root).get(name) if name else followed(root, value)
        if found is None or found is value:
            break
        value = found
    return value
