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
from typing import Any

from generator.errors import GeneratorError
from generator.plan.all_of import SHORTCUTS
from generator.plan.naming.identifiers import ANNOTATIONS, MODEL_MEMBERS
from generator.plan.normal_form import NULL, OPEN, distinct
from generator.plan.plan import Field, Model, Shortcut, Step
from generator.plan.walk import Schema, target_of
from generator.spec.component_references import SCHEMAS

_PATH = re.compile(r"\w+(?:\[(?:\d+|\*|\w+=\w+)\])*(?:\.\w+(?:\[(?:\d+|\*|\w+=\w+)\])*)*", re.ASCII)
_STEP = re.compile(r"\w+=\w+|\w+|\*", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_KINDS = ("value", "list", "text")


def shortcuts_of(model: Model, schema: Schema, models: Mapping[str, Model]) -> Iterator[Shortcut]:
    """Yield the shortcuts of a model that the contract still has room and a way for."""
    declared = schema.get(SHORTCUTS, {})
    if not isinstance(declared, Mapping):
        raise GeneratorError(f"{model.name}: {SHORTCUTS} is {declared!r:.80}, and should map names to paths.")
    taken = {field.name for field in model.fields}
    for name, said in declared.items():
        path, kind, text = _read(model.name, name, said)
        found = follow({"$ref": f"{SCHEMAS}{model.name}"}, path, models)
        if found is not None and name not in taken:
            yield Shortcut(name, kind, *found, text)


def _read(model: str, name: str, said: Any) -> tuple[str, Any, str]:
    """Return path, kind and sentence of a declaration, checked: they become code."""
    is_complete = isinstance(said, Mapping) and {"path", "summary"} <= said.keys() <= {"path", "summary", "as"}
    path, kind, text = (said.get("path"), said.get("as", "value"), said.get("summary")) if is_complete else ("", "", "")
    is_name = _NAME.fullmatch(name) and not keyword.iskeyword(name) and name not in MODEL_MEMBERS | ANNOTATIONS
    if not (is_name and _PATH.fullmatch(str(path)) and kind in _KINDS and isinstance(text, str)):
        raise GeneratorError(
            f"{model}: the shortcut {name!r:.40} is {said!r:.80}, and should have a free name, a path, a summary and"
            f" as: {', '.join(_KINDS)}"
        )
    return str(path), kind, text


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
            chosen = [found for found in _fields(items, wire, models) if value in found[1].schema.get("enum", ())]
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
    return [branch for branch in listed if branch not in (NULL, OPEN)]


def _fields(places: Iterable[Schema], wire: str, models: Mapping[str, Model]) -> Iterator[tuple[Schema, Field]]:
    """Yield the places that are objects with a field, each with the field."""
    for place in places:
        model = models.get(target_of(place))
        for field in model.fields if model else ():
            if field.wire == wire:
                yield place, field
