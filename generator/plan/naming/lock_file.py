"""
The file of the lock, `spec/names.toml`: read and checked, and written so that a reviewer reads one line a name.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

from msgspec import Meta, Struct, convert, field

from generator.errors import GeneratorError
from generator.plan.naming.identifiers import class_name
from generator.plan.naming.lock import (
    Alias,
    Aliases,
    ClassName,
    LockedOperation,
    LockedPlace,
    MemberName,
    MethodName,
    Names,
)
from generator.spec.identity import parse_address, written
from generator.spec.pin import SPEC

NAMES = SPEC / "names.toml"
LOST = (
    f"spec/{NAMES.name} is missing: take it from the last commit. Without it, python -m generator generate names"
    " everything anew, and names that users rely on change."
)

_HEADER = """\
# The public names of the client, which it keeps: written by `python -m generator generate` and `bump`.
#
# operations  by name in Python: every address and operationId that the operation has had, the current one last, and
#             whether a call costs money: a description that names no price any more makes nothing free.
# classes     by name: its places, which are arguments, bodies and responses of operations, fields of classes, and
#             schemas that the description names. "[]" is an item of a list, "{}" a value of a dictionary, "|" a branch
#             of a union. The first place keeps the name if the class splits. "- " marks a place that is gone.
# arguments, fields  only names that no rule gives, or that have a twin such as `fooBar` beside `foo_bar`.
# aliases     names that went: since which pin, and what to use instead. `python -m generator names prune` drops those
#             that are old enough. `to` may be added by hand where a successor is known.
"""
_COMPONENTS = (
    "# Schemas that the description calls by another name than this file and the overlay do: all names that each has",
    "# had, the current one last. What was split from another schema has the key of that one first. A schema that is",
    "# written out now has a place where it stands as its last name.",
)
_GONE = "- "
_BARE = re.compile(r"[A-Za-z0-9_-]+")

Value = TypeVar("Value")
_Texts = Annotated[tuple[str, ...], Meta(min_length=1)]


class _Operation(Struct, forbid_unknown_fields=True):
    at: _Texts
    id: tuple[str, ...] = ()
    paid: bool = False


class _File(Struct, forbid_unknown_fields=True):
    """The tables of the file, as its head describes them."""

    operations: dict[MethodName, _Operation] = {}
    classes: dict[ClassName, tuple[str, ...]] = {}
    components: dict[str, _Texts] = {}
    arguments: dict[MethodName, dict[str, MemberName]] = {}
    fields: dict[ClassName, dict[str, MemberName]] = {}
    aliases: Aliases = field(default_factory=Aliases)


def load_names(path: Path | None = None) -> Names:
    """Return the lock of the tree; an empty one where there is no file yet: an empty file is one that was lost."""
    path = NAMES if path is None else path
    try:
        return parse_names(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Names()
    except (OSError, ValueError) as error:
        raise GeneratorError(f"spec/{path.name} cannot be read ({error}): take it from the last commit.") from error


def parse_names(text: str) -> Names:
    """Return the lock that a text holds. Raises ValueError for a text that is not one."""
    if not text.strip():
        raise ValueError("it is empty")
    found = convert(tomllib.loads(text), _File)
    aliases = found.aliases
    for name in (*found.classes, *found.fields, *aliases.classes, *aliases.fields):
        if class_name(name) != name:
            raise ValueError(f"{name!r} cannot be the name of a class")
    return Names(
        operations={
            name: LockedOperation(tuple(map(parse_address, one.at)), one.id, one.paid)
            for name, one in found.operations.items()
        },
        classes={name: tuple(map(_place, texts)) for name, texts in found.classes.items()},
        components=found.components,
        arguments=found.arguments,
        fields=found.fields,
        aliases=aliases,
    )


def _place(text: str) -> LockedPlace:
    return LockedPlace(text.removeprefix(_GONE), not text.startswith(_GONE))


def names_text(names: Names) -> str:
    """Return the text of spec/names.toml."""
    return _HEADER + "".join(f"{line}\n" for line in _lines(names))


def _lines(names: Names) -> Iterator[str]:
    yield "\n[operations]"
    for name, one in sorted(names.operations.items()):
        ids = f", id = {_list(one.ids)}" if one.ids else ""
        paid = ", paid = true" if one.is_paid else ""
        yield f"{_key(name)} = {{at = {_list(map(written, one.addresses))}{ids}{paid}}}"
    yield "\n[classes]"
    for name, places in sorted(names.classes.items()):
        texts = [place.text if place.is_live else _GONE + place.text for place in places]
        if len(texts) == 1:
            yield f"{name} = {_list(texts)}"
        else:
            yield f"{name} = ["
            yield from (f"    {_string(text)}," for text in texts)
            yield "]"
    if names.components:
        yield from ("", *_COMPONENTS, "[components]")
        yield from (f"{_key(key)} = {_list(listed)}" for key, listed in sorted(names.components.items()))
    for title, table in (("arguments", names.arguments), ("fields", names.fields)):
        for owner, members in sorted(table.items()):
            yield from _table(f"{title}.{_key(owner)}", members, _string)
    yield from _table("aliases.operations", names.aliases.operations, _inline)
    yield from _table("aliases.classes", names.aliases.classes, _inline)
    for title, nested in (("arguments", names.aliases.arguments), ("fields", names.aliases.fields)):
        for owner, group in sorted(nested.items()):
            yield from _table(f"aliases.{title}.{_key(owner)}", group, _inline)


def _table(title: str, rows: Mapping[str, Value], written: Callable[[Value], str]) -> Iterator[str]:
    """Yield the lines of a table; none for one without rows."""
    if rows:
        yield f"\n[{title}]"
        yield from (f"{_key(name)} = {written(value)}" for name, value in sorted(rows.items()))


def _inline(alias: Alias) -> str:
    values = {key: getattr(alias, key) for key in ("to", "wire", "location", "since")}
    return "{" + ", ".join(f"{key} = {_string(value)}" for key, value in values.items() if value) + "}"


def _list(texts: Any) -> str:
    return f"[{', '.join(map(_string, texts))}]"


def _key(text: str) -> str:
    return text if _BARE.fullmatch(text) else _string(text)


def _string(text: str) -> str:
    """Return a basic string of TOML: one of JSON in ASCII, with surrogate pairs as one escape and DEL escaped."""
    safe = text.encode("utf-8", "replace").decode()
    return json.dumps(safe, ensure_ascii=False).replace("\x7f", "\\u007f")
