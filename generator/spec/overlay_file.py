"""
An overlay as it stands in a file: read, and its shape checked.

`load` refuses what is not an Overlay 1.0 document and names the action at fault. It compiles each target, so a wrong
query is reported before there is a contract. It applies nothing.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any, Final

import yaml
from attrs import frozen

from generator.errors import OverlayError, UnreadableError
from generator.source.yaml_reader import parse
from generator.spec.overlay_tree import JSONPathError, compiled, kind

VERSION: Final = re.compile(r"1\.0\.[0-9]+")


@frozen
class Action:
    """One action of an overlay: an update, or a removal."""

    number: int
    """Its place in the overlay, counted from 1: errors name it."""
    target: str
    """A JSONPath query."""
    update: Any = None
    """What is merged into each selected node; None for a removal."""
    remove: bool = False
    description: str | None = None

    def __str__(self) -> str:
        """Name the action by what a maintainer can search for."""
        return f"action {self.number} ({'remove' if self.remove else 'update'} {self.target})"


@frozen
class Overlay:
    """An overlay whose shape was checked."""

    source: str
    """Where it was read from, for messages."""
    actions: tuple[Action, ...]


def load_file(path: str | Path) -> Overlay:
    """Read an overlay from a file, as `load` does."""
    try:
        text = Path(path).read_bytes()
    except OSError as error:
        raise OverlayError(f"Tried to read the overlay {path}: {error.strerror or error}.") from error
    return load(text, source=path)


def load(text: str | bytes, *, source: str | Path) -> Overlay:
    """
    Read an overlay from YAML (or JSON), as descriptions are read, and check its shape.

    Raises OverlayError for anything that is not an Overlay 1.0 document; the text names the action at fault.
    `source` is for messages only.
    """
    where = str(source)
    try:
        document = parse(text if isinstance(text, str) else text.decode("utf-8-sig"), source=where)
    except UnreadableError as error:
        raise OverlayError(f"Tried to read {where} as YAML: {error.what}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise OverlayError(f"Tried to read {where} as YAML: {error}") from error
    root = _mapping(document, where, required={"overlay", "info", "actions"}, optional={"extends"})
    version = root["overlay"]
    if not isinstance(version, str) or not VERSION.fullmatch(version):
        raise OverlayError(f'{where}: expected `overlay: "1.0.0"` (any 1.0.x), found {version!r}.')
    info = _mapping(root["info"], f"{where}: info", required={"title", "version"})
    if not isinstance(root["actions"], list) or not root["actions"]:
        raise OverlayError(f"{where}: expected `actions` to be a list with at least one action.")
    for key in ("title", "version"):
        _text(info[key], f"{where}: info.{key}")
    return Overlay(where, tuple(_action(item, number, where) for number, item in enumerate(root["actions"], start=1)))


def _mapping(
    value: Any, where: str, *, required: AbstractSet[str], optional: AbstractSet[str] = frozenset()
) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise OverlayError(f"{where}: expected a mapping, found {kind(value)}.")
    if missing := sorted(required - value.keys()):
        raise OverlayError(f"{where}: {', '.join(missing)} missing; the Overlay specification requires it.")
    unknown = sorted(key for key in value.keys() - required - optional if not key.startswith("x-"))
    if unknown:
        known = ", ".join(sorted(required | optional))
        raise OverlayError(f"{where}: found {', '.join(unknown)}; known are {known} and keys that start with x-.")
    return value


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise OverlayError(f"{where}: expected a string, found {kind(value)}; quote it if it is meant as text.")
    return value


def _action(value: Any, number: int, source: str) -> Action:
    where = f"{source}: action {number}"
    given = _mapping(value, where, required={"target"}, optional={"description", "update", "remove"})
    target = _text(given["target"], f"{where}, target")
    try:
        compiled(target)
    except (JSONPathError, RecursionError, ValueError) as error:
        raise OverlayError(f"{where}: the target {target!r} is not a JSONPath query (RFC 9535): {error}") from error
    remove = given.get("remove", False)
    if not isinstance(remove, bool):
        raise OverlayError(f"{where}: expected `remove` to be true or false, found {kind(remove)}.")
    if remove == ("update" in given):
        found = "both" if remove else "neither"
        raise OverlayError(f"{where}: an action has either `update` or `remove: true`; this one has {found}.")
    description = given.get("description")
    if description is not None:
        _text(description, f"{where}, description")
    return Action(number, target, given.get("update"), remove, description)
