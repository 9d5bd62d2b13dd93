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

EACH = "*"
"""Stands in a path for every item of a list."""

Location: TypeAlias = tuple[str | int, ...]
"""Names on the wire and indices that lead to one value."""


def leaves(body: Any, path: Sequence[str]) -> list[tuple[Location, Any]]:
    """Return the values at a path. What is not there, null or an object of its own is passed over."""
    found: list[tuple[Location, Any]] = []
    _gather(body, path, (), found)
    return found


def _gather(body: Any, path: Sequence[str], location: Location, found: list[tuple[Location, Any]]) -> None:
    # A level is as deep into the path as the location is long. Every body of a chat is looked through, so it is quick.
    for wire in path[len(location) :]:
        if body.__class__ is str:
            return
        if wire == EACH:
            for index, item in enumerate(body if body.__class__ is list else listed(body) or ()):
                _gather(item, path, (*location, index), found)
            return
        body = body.get(wire, UNSET) if body.__class__ is dict else leaf_of(body, wire)
        if body is UNSET or body is None:
            return
        location = (*location, wire)
    if body is not UNSET and body is not None and not isinstance(body, (Mapping, Model)):
        found.append((location, body))


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
