"""
The names that hand-written classes of the client and the templates use themselves, found in their source.

The generator never imports the client, so it reads the classes: methods, properties, class attributes and attributes
set on `self`, of a class and of all its bases in `venice_client/_core`. Of templates, it reads the imports and classes.
The lines are as the formatter leaves them, so that patterns find what a parser would, in a tenth of the time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from generator.files import CLIENT, ROOT

TEMPLATES = ROOT / "generator" / "render" / "templates"

_IMPORT = re.compile(r"^ *(?:from [\w.]+ )?import ([\w, ]+)$", re.MULTILINE)
_CLASS = re.compile(r"^class (\w+)\b(?!{)", re.MULTILINE)

_TEXT = re.compile(r'""".*?"""', re.DOTALL)
_CORE = re.compile(r"^ *from venice_client\.(?P<module>_core\.[\w.]+) import (?P<names>\([^)]*\)|.*)$", re.MULTILINE)
_BASE = re.compile(r"(?:^|, )(\w+)(?=\[|,|$)")
_MEMBER = re.compile(
    r"^ +(?:async )?def (\w+)"
    r"|^    (\w+)(?:: | = )"
    r"|\bself\.(\w+)(?=(?:, self\.\w+)*(?:: [^=\n]+)? [-+*/|&]?= )",
    re.MULTILINE,
)
"""A method, an attribute of a class, and an attribute that a method sets."""


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
    source = _source(module)
    declared = re.search(rf"^class {name}\b(?:\((.*)\))?:\n((?:(?: .*)?\n)*)", source, re.MULTILINE)
    if declared is None:
        return
    for found in _MEMBER.finditer(declared[2]):
        yield from filter(None, found.groups())
    sources = {
        imported: line["module"] for line in _CORE.finditer(source) for imported in re.findall(r"\w+", line["names"])
    }
    for base in _BASE.findall(declared[1] or ""):
        yield from _members(sources.get(base, module), base)


@cache
def _source(module: str) -> str:
    """The source of a module of the client without its docstrings."""
    return _TEXT.sub('""', (CLIENT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8"))
