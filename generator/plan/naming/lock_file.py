"""
The file of the lock, `spec/names.toml`: read and checked, and written so that a reviewer reads one line a name.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from generator.errors import GeneratorError
from generator.plan.naming.identifiers import class_name
from generator.plan.naming.lock import Alias, Aliases, LockedOperation, LockedPlace, Names
from generator.spec.identity import parse_address, written
from generator.spec.pin import SPEC

NAMES = SPEC / "names.toml"

_HEADER = """\
# The public names of the client, which it keeps: written by `python -m generator generate` and `bump`.
#
# operations  by name in Python: every address and operationId that the operation has had, the current one last.
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
_CLASS = re.compile(r"[A-Z][A-Za-z0-9_]*")
_DOTTED = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_MEMBER = re.compile(r"[a-z_][a-z0-9_]*")
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})?")
_LOCATIONS = ("", "path", "query", "header", "cookie", "property", "body")


def load_names(path: Path | None = None) -> Names:
    """Return the lock of the tree; an empty one where there is no file yet."""
    path = NAMES if path is None else path
    try:
        return parse_names(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Names()
    except (OSError, ValueError) as error:
        raise GeneratorError(f"spec/{path.name} cannot be read ({error}): take it from the last commit.") from error


def parse_names(text: str) -> Names:
    """Return the lock that a text holds. Raises ValueError for a text that is not one."""
    known = {"operations", "classes", "components", "arguments", "fields", "aliases"}
    tables = _tables(tomllib.loads(text), known)
    aliases = _tables(tables["aliases"], {"operations", "classes", "arguments", "fields"})
    return Names(
        operations={name: _operation(name, value) for name, value in tables["operations"].items()},
        classes={_checked(name, _CLASS): _places(name, value) for name, value in tables["classes"].items()},
        components={key: _component_names(key, value) for key, value in tables["components"].items()},
        arguments={_checked(name, _DOTTED): _members(value) for name, value in tables["arguments"].items()},
        fields={_checked(name, _CLASS): _members(value) for name, value in tables["fields"].items()},
        aliases=Aliases(
            operations={_checked(name, _DOTTED): _alias(name, one) for name, one in aliases["operations"].items()},
            classes={_checked(name, _CLASS): _alias(name, one) for name, one in aliases["classes"].items()},
            arguments={_checked(name, _DOTTED): _aliases(one) for name, one in aliases["arguments"].items()},
            fields={_checked(name, _CLASS): _aliases(one) for name, one in aliases["fields"].items()},
        ),
    )


def names_text(names: Names) -> str:
    """Return the text of spec/names.toml."""
    return _HEADER + "".join(f"{line}\n" for line in _lines(names))


def _lines(names: Names) -> Iterator[str]:
    yield "\n[operations]"
    for name, one in sorted(names.operations.items()):
        ids = f", id = {_list(one.ids)}" if one.ids else ""
        yield f"{_key(name)} = {{at = {_list(map(written, one.addresses))}{ids}}}"
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
            if members:
                yield f"\n[{title}.{_key(owner)}]"
                yield from (f"{_key(wire)} = {_string(name)}" for wire, name in sorted(members.items()))
    for title, flat in (("operations", names.aliases.operations), ("classes", names.aliases.classes)):
        if flat:
            yield f"\n[aliases.{title}]"
            yield from (f"{_key(name)} = {_inline(alias)}" for name, alias in sorted(flat.items()))
    for title, nested in (("arguments", names.aliases.arguments), ("fields", names.aliases.fields)):
        for owner, group in sorted(nested.items()):
            if group:
                yield f"\n[aliases.{title}.{_key(owner)}]"
                yield from (f"{_key(name)} = {_inline(alias)}" for name, alias in sorted(group.items()))


def _inline(alias: Alias) -> str:
    values = {"to": alias.to, "wire": alias.wire, "location": alias.location, "since": alias.since}
    return "{" + ", ".join(f"{key} = {_string(value)}" for key, value in values.items() if value) + "}"


def _list(texts: Any) -> str:
    return f"[{', '.join(map(_string, texts))}]"


def _key(text: str) -> str:
    return text if _BARE.fullmatch(text) else _string(text)


def _string(text: str) -> str:
    """Return a basic string of TOML: one of JSON in ASCII, with surrogate pairs as one escape and DEL escaped."""
    safe = text.encode("utf-8", "replace").decode()
    return json.dumps(safe, ensure_ascii=False).replace("\x7f", "\\u007f")


def _tables(value: Any, known: set[str]) -> dict[str, dict[str, Any]]:
    if not isinstance(value, dict) or not set(value) <= known:
        unknown = sorted(set(value) - known) if isinstance(value, dict) else value
        raise ValueError(f"found {unknown!r}, expected the tables {', '.join(sorted(known))}")
    tables = {name: value.get(name, {}) for name in known}
    if wrong := sorted(name for name, table in tables.items() if not isinstance(table, dict)):
        raise ValueError(f"{', '.join(wrong)} must be tables")
    return tables


def _checked(name: str, pattern: re.Pattern[str]) -> str:
    if not pattern.fullmatch(name) or (pattern is _CLASS and class_name(name) != name):
        raise ValueError(f"{name!r} cannot be a public name")
    return name


def _texts(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"{where} must be a list of strings")
    return tuple(value)


def _operation(name: str, value: Any) -> LockedOperation:
    _checked(name, _DOTTED)
    if not isinstance(value, dict) or not set(value) <= {"at", "id"} or not value.get("at"):
        raise ValueError(f"{name} must have `at`, its addresses, and may have `id`, its operationIds")
    addresses = tuple(parse_address(text) for text in _texts(value["at"], f"{name}.at"))
    return LockedOperation(addresses, _texts(value.get("id", []), f"{name}.id"))


def _component_names(key: str, value: Any) -> tuple[str, ...]:
    names = _texts(value, key)
    if not names:
        raise ValueError(f"the component {key} must have its names")
    return names


def _places(name: str, value: Any) -> tuple[LockedPlace, ...]:
    texts = _texts(value, name)
    return tuple(LockedPlace(text.removeprefix(_GONE), not text.startswith(_GONE)) for text in texts)


def _members(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value.values()):
        raise ValueError("arguments and fields must be tables of names")
    return {wire: _checked(name, _MEMBER) for wire, name in value.items()}


def _aliases(value: Mapping[str, Any]) -> dict[str, Alias]:
    if not isinstance(value, dict):
        raise ValueError("aliases of arguments and fields must be tables")  # noqa: TRY004  a file that is wrong
    return {_checked(name, _MEMBER): _alias(name, one) for name, one in value.items()}


def _alias(name: str, value: Any) -> Alias:
    known = {"to", "wire", "location", "since"}
    if not isinstance(value, dict) or not set(value) <= known or not all(isinstance(x, str) for x in value.values()):
        raise ValueError(f"the alias {name} must have the texts {', '.join(sorted(known))}")
    alias = Alias(value.get("since", ""), value.get("to", ""), value.get("wire", ""), value.get("location", ""))
    if alias.location not in _LOCATIONS or not _DATE.fullmatch(alias.since):
        raise ValueError(f"the alias {name} has a location or a date that cannot be one")
    if alias.to and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]*", alias.to):
        raise ValueError(f"the alias {name} leads to {alias.to!r}, which cannot be a public name")
    return alias
