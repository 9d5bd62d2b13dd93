"""The names that hand-written classes and templates use are found in their source."""

from __future__ import annotations

import ast

import pytest

from generator.files import CLIENT
from generator.plan.naming.identifiers import CLASSES, MODULES
from generator.plan.naming.reserved import class_members
from venice_client._core.base_client import BaseClient
from venice_client._core.client import AsyncClient, CommonClient, SyncClient
from venice_client._core.resource import Resource
from venice_client._core.schema.model import Model


@pytest.mark.parametrize(
    ("module", "kind"),
    [
        ("_core.client", SyncClient),
        ("_core.client", AsyncClient),
        ("_core.resource", Resource),
        ("_core.schema.model", Model),
    ],
)
def test_every_public_name_of_a_class_and_its_bases_is_found(module: str, kind: type) -> None:
    public = {name for name in dir(kind) if not name.startswith("_")}
    assert public <= class_members(module, kind.__name__)


def test_attributes_set_in_methods_are_found() -> None:
    assert {"base_url", "close"} <= class_members("_core.client", "SyncClient")
    assert class_members("_core.client", "NoSuchClass") == frozenset()


@pytest.mark.parametrize("kind", [AsyncClient, BaseClient, CommonClient, Model, SyncClient])
def test_what_the_patterns_find_is_what_a_parser_finds(kind: type) -> None:
    module, *inherited = (one.__module__.removeprefix("venice_client.") for one in kind.__mro__[:-1])
    tree = ast.parse((CLIENT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8"))
    declared = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == kind.__name__)
    bases = zip(inherited, kind.__mro__[1:-1], strict=True)
    names = {name for place, base in bases for name in class_members(place, base.__name__)}
    for node in ast.walk(declared):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names.add(name)
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                names.add(name)
    for statement in declared.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                names.add(name)
    assert class_members(module, kind.__name__) == {name for name in names if not name.startswith("_")}


@pytest.mark.slow
def test_names_imported_by_generated_modules_are_reserved() -> None:
    imported: set[str] = set()
    for file in [*(CLIENT / "api").rglob("*.py"), *(CLIENT / "models").rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (not node.level or "_core" in (node.module or "")):
                imported |= {alias.asname or alias.name for alias in node.names}
    classes = {name for name in imported if name[0].isupper()}
    assert len(classes) > 30
    assert classes <= CLASSES
    assert {"choose_body", "cached_property", "overload", "raw", "unread"} <= imported & MODULES
