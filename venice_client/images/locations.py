"""
Locations in the body of a request: the values at a path, and a copy of the body with other values there.

A body is a model, a mapping, or both in each other. Nothing is converted or checked, and what the caller passed stays
as it is: what lies on the way to a new value is copied, the rest is shared.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

from venice_client._core.schema.model import Model
from venice_client._core.schema.sentinel import UNSET
from venice_client._core.schema.values import listed

_END = ""
EACH = "*"
"""Stands in a path for every item of a list."""

Location: TypeAlias = tuple[str | int, ...]
"""Names on the wire and indices that lead to one value."""


def leaves(body: Any, path: Sequence[str]) -> list[tuple[Location, Any]]:
    """Return the values at a path. Missing values, null and objects are passed over."""
    return [(location, value) for _, location, value in find(body, (tuple(path),))]


def find(body: Any, paths: tuple[tuple[str, ...], ...]) -> list[tuple[int, Location, Any]]:
    """Return the values at several paths, each with the index of its path, in one walk: every chat is searched."""
    found: list[tuple[int, Location, Any]] = []
    _walk(body, _tree(paths), (), found)
    return found


@cache
def _tree(paths: tuple[tuple[str, ...], ...]) -> Mapping[str, Any]:
    """Return the steps of paths in each other; "" holds the index of a path that ends there."""
    root: dict[str, Any] = {}
    for index, path in enumerate(paths):
        node = root
        for step in path:
            node = node.setdefault(step, {})
        node[_END] = index
    return root


def _walk(body: Any, node: Mapping[str, Any], location: Location, found: list[tuple[int, Location, Any]]) -> None:
    for step, below in node.items():
        if step == _END:
            if not isinstance(body, (Mapping, Model)):
                found.append((below, location, body))
            continue
        if body.__class__ is str:
            continue
        if step == EACH:
            for index, item in enumerate(body if body.__class__ is list else listed(body) or ()):
                if item is not None and (item.__class__ is not str or _END in below):
                    _walk(item, below, (*location, index), found)
            continue
        value = body.get(step, UNSET) if body.__class__ is dict else leaf_of(body, step)
        if value is not UNSET and value is not None and (value.__class__ is not str or _END in below):
            _walk(value, below, (*location, step), found)


def leaf_of(body: Any, wire: str) -> Any:
    """Return a field of a mapping or a model by its name on the wire; UNSET where there is none."""
    if body.__class__ is dict or isinstance(body, Mapping):
        return body.get(wire, UNSET)
    name = _names_of(body).get(wire) if isinstance(body, Model) else None
    return getattr(body, name) if isinstance(body, Model) and name and body.is_set(name) else UNSET


def replaced(body: Any, values: Mapping[Location, Any]) -> Any:
    """Return a copy of a body with other values at some locations."""
    if not values:
        return body
    if () in values:
        return values[()]
    below: dict[str | int, dict[Location, Any]] = {}
    for location, value in values.items():
        below.setdefault(location[0], {})[location[1:]] = value
    if isinstance(body, Model):
        changed = copy.copy(body)
        names = _names_of(body)
        for step, inner in below.items():
            name = names[str(step)]
            setattr(changed, name, replaced(getattr(body, name), inner))
        return changed
    if isinstance(body, Mapping):
        return {**body, **{str(step): replaced(body.get(str(step)), inner) for step, inner in below.items()}}
    items = list(listed(body) or ())
    for step, inner in below.items():
        items[int(step)] = replaced(items[int(step)], inner)
    return items


def _names_of(model: Model) -> Mapping[str, str]:
    return _names(type(model))


@cache
def _names(model: Any) -> Mapping[str, str]:
    """The names in Python of a model's fields, by those on the wire."""
    return {declared.wire: name for name, declared in model.__fields__.items()}
