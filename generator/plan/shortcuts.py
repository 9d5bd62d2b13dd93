"""
Read the overlay's short ways to a part of a response (`x-python-shortcuts` on the schema of an object).

    x-python-shortcuts:
      text: { path: "choices[0].message.content", as: text, summary: "Text of the first choice." }

A path has names on the wire, `[0]` for an item of a list, `[*]` for all items, and `[type=message]` for those whose
field has the value. A field of the contract with the name of a shortcut takes its place, and a shortcut whose path
leads nowhere is left out: the comparison of the Python names (`drift/python_api`) reports both.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct

from generator.errors import GeneratorError
from generator.plan.extensions import SHORTCUTS, read_extension
from generator.plan.naming.identifiers import ANNOTATIONS, MODEL_MEMBERS
from generator.plan.normal_form import NULL, distinct
from generator.plan.plan import Field, Model, Shortcut, Step
from generator.plan.walk import Schema, target_of
from generator.spec.component_references import SCHEMAS

_PART = r"[A-Za-z0-9_]+(?:\[(?:[0-9]+|\*|[A-Za-z0-9_]+=[A-Za-z0-9_]+)\])*"
_PATH = rf"\A{_PART}(?:\.{_PART})*\Z"
_STEP = re.compile(r"\w+=\w+|\w+|\*", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


class ShortcutMark(Struct, frozen=True, forbid_unknown_fields=True, rename={"kind": "as"}):
    """A declaration. It becomes code."""

    path: Annotated[str, Meta(pattern=_PATH)]
    summary: str
    kind: Literal["value", "list", "text"] = "value"


def shortcuts_of(model: Model, schema: Schema, models: Mapping[str, Model]) -> Iterator[Shortcut]:
    """Yield the shortcuts of a model that the contract still has room and a way for."""
    declared = read_extension(schema.get(SHORTCUTS, {}), dict[str, ShortcutMark], f"{model.name}: {SHORTCUTS}")
    taken = {field.name for field in model.fields}
    for name, said in declared.items():
        if not _NAME.fullmatch(name) or keyword.iskeyword(name) or name in MODEL_MEMBERS | ANNOTATIONS:
            raise GeneratorError(f"{model.name}: the shortcut {name!r:.40} must have a free name.")
        found = follow({"$ref": f"{SCHEMAS}{model.name}"}, said.path, models)
        if found is not None and name not in taken:
            yield Shortcut(name, said.kind, *found, said.summary)


def follow(schema: Schema, path: str, models: Mapping[str, Model]) -> tuple[tuple[Step, ...], Schema] | None:
    """Return the steps of a path in names of Python, and what is at its end; None where it leads nowhere."""
    steps: list[Step] = []
    places = [schema]
    for part in _STEP.findall(path):
        if part == "*" or part.isdigit():
            steps.append(int(part) if part != "*" else part)
            places = [place["items"] for place in _branches(places) if "items" in place]
        elif "=" in part:
            wire, value = part.split("=")
            items = _branches([place["items"] for place in _branches(places) if "items" in place])
            chosen = [
                (item, field)
                for item, field in _fields(items, wire, models)
                if any(value in one.get("enum", ()) for one in _branches([field.schema]))
            ]
            steps += [(field.name, value) for _, field in chosen[:1]]
            places = [item for item, _ in chosen]
        else:
            found = [field for _, field in _fields(_branches(places), part, models)]
            steps += [field.name for field in found[:1]]
            places = [field.schema for field in found]
        if not places:
            return None
    found_schemas = distinct(_branches(places))
    return tuple(steps), found_schemas[0] if len(found_schemas) == 1 else {"anyOf": found_schemas}


def _branches(places: Iterable[Schema]) -> list[Schema]:
    """Return what values may be, without null."""
    listed = [branch for place in places for branch in place.get("anyOf", [place])]
    return [branch for branch in listed if branch != NULL]


def _fields(places: Iterable[Schema], wire: str, models: Mapping[str, Model]) -> Iterator[tuple[Schema, Field]]:
    """Yield the places that are objects with a field, each with the field."""
    for place in places:
        model = models.get(target_of(place))
        for field in model.fields if model else ():
            if field.wire == wire:
                yield place, field
