"""
An overlay as it stands in a file: read, and its shape checked.

`load` refuses what is not an Overlay 1.0 document and names the action at fault. It compiles each target, so a wrong
query is reported before there is a contract. It applies nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, TypeVar

from attrs import frozen
from msgspec import UNSET, Meta, Struct, UnsetType, ValidationError, convert

from generator.errors import OverlayError, UnreadableError
from generator.files import ROOT
from generator.source.document import values
from generator.spec.overlay_tree import JSONPathError, compiled

Object = TypeVar("Object")


class _File(Struct, forbid_unknown_fields=True):
    overlay: Annotated[str, Meta(pattern=r"\A1\.0\.[0-9]+\Z")]
    info: Any
    actions: Annotated[list[Any], Meta(min_length=1)]
    extends: str = ""


class _Info(Struct, forbid_unknown_fields=True):
    title: str
    version: str


class _Action(Struct, forbid_unknown_fields=True):
    target: str
    update: Any | UnsetType = UNSET
    remove: bool = False
    description: str | None = None


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
    path = Path(path)
    source = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    try:
        text = path.read_bytes()
    except OSError as error:
        raise OverlayError(f"Tried to read the overlay {source}: {error.strerror or error}.") from error
    return load(text, source=source)


def load(text: str | bytes, *, source: str | Path) -> Overlay:
    """
    Read an overlay from YAML (or JSON), as descriptions are read, and check its shape.

    Raises OverlayError for anything that is not an Overlay 1.0 document; the text names the action at fault.
    `source` is for messages only.
    """
    where = str(source)
    try:
        document = values(text.encode() if isinstance(text, str) else text, source=where)
    except UnreadableError as error:
        raise OverlayError(
            f"Tried to read {where} as YAML: {error.what}. Mend it, or take it from the last commit."
        ) from error
    root = _object(document, _File, where)
    _object(root.info, _Info, f"{where}: info")
    return Overlay(where, tuple(_action(item, number, where) for number, item in enumerate(root.actions, start=1)))


def _object(value: Any, kind: type[Object], where: str) -> Object:
    """Return an object of the file; keys that start with `x-` are extensions, and may hold anything."""
    known = {key: item for key, item in value.items() if not key.startswith("x-")} if isinstance(value, dict) else value
    try:
        return convert(known, kind)
    except ValidationError as error:
        raise OverlayError(f"{where}: {error}. The Overlay specification says what is required.") from error


def _action(value: Any, number: int, source: str) -> Action:
    where = f"{source}: action {number}"
    given = _object(value, _Action, where)
    try:
        compiled(given.target)
    except (JSONPathError, RecursionError, ValueError) as error:
        raise OverlayError(
            f"{where}: the target {given.target!r} is not a JSONPath query (RFC 9535): {error}"
        ) from error
    if given.remove == (given.update is not UNSET):
        found = "both" if given.remove else "neither"
        raise OverlayError(f"{where}: an action has either `update` or `remove: true`; this one has {found}.")
    update = None if given.update is UNSET else given.update
    return Action(number, given.target, update, given.remove, given.description)
