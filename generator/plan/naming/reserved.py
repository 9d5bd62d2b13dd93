"""
The names that hand-written classes of the client and the templates use themselves, parsed from their source.

The generator never imports the client, so it parses the classes: methods, properties, class attributes and attributes
set on `self`, of a class and of all its bases in `venice_client/_core`. Of templates, it reads the imports and classes.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parents[2] / "render" / "templates"
CLIENT = Path(__file__).resolve().parents[3] / "venice_client"

_IMPORT = re.compile(r"^ *(?:from [\w.]+ )?import ([\w, ]+)$", re.MULTILINE)
_CLASS = re.compile(r"^class (\w+)\b(?!{)", re.MULTILINE)


@cache
def template_names(*names: str) -> frozenset[str]:
    """Return the public names that templates import or define as classes; of all templates, where none is named."""
    found: set[str] = set()
    for file in sorted(TEMPLATES.glob("*.py.jinja")):
        if not names or file.name.removesuffix(".py.jinja") in names:
            text = file.read_text(encoding="utf-8")
            found |= {name.rpartition(" as ")[2].strip() for line in _IMPORT.findall(text) for name in line.split(",")}
            found |= set(_CLASS.findall(text))
    return frozenset(name for name in found if not name.startswith("_"))


@cache
def class_members(module: str, name: str) -> frozenset[str]:
    """Return the public names of a class in a module such as "_core.client", with those that it inherits."""
    return frozenset(member for member in _members(module, name) if not member.startswith("_"))


def _members(module: str, name: str) -> Iterator[str]:
    tree = _parsed(module)
    declared = next((node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name), None)
    if declared is None:
        return
    yield from _own(declared)
    sources = {
        alias.asname or alias.name: node.module.removeprefix("venice_client.")
        for node in _statements(tree.body)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("venice_client._core")
        for alias in node.names
        if node.module
    }
    for base in declared.bases:
        inner = base.value if isinstance(base, ast.Subscript) else base
        if isinstance(inner, ast.Name):
            yield from _members(sources.get(inner.id, module), inner.id)


def _own(declared: ast.ClassDef) -> Iterator[str]:
    for statement in declared.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))
    for statement in _statements(declared.body):
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.Assign(targets=targets):
                yield from (name for target in targets for name in _attributes(target))
            case ast.AnnAssign(target=target) | ast.AugAssign(target=target) | ast.For(target=target):
                yield from _attributes(target)


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements, however deep: a walk that leaves out expressions takes a quarter of the time."""
    for statement in body:
        yield statement
        for key in ("body", "orelse", "finalbody"):
            yield from _statements(getattr(statement, key, []))
        for handler in getattr(statement, "handlers", []):
            yield from _statements(handler.body)


def _attributes(target: ast.expr) -> Iterator[str]:
    """Yield the attributes of `self` that an assignment sets."""
    for node in ast.walk(target):
        match node:
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                yield name


@cache
def _parsed(module: str) -> ast.Module:
    return ast.parse((CLIENT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8"))
