"""A hostile description cannot inject code, write other files or shadow a name."""

from __future__ import annotations

import ast
import json
import os
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.generate import generate

pytestmark = pytest.mark.slow  # two clients of hundreds of names

MARK = "PWNED"
FLAG = f"__import__('builtins').{MARK}"
ATTACKS = [
    f"{FLAG}",
    f"'; {FLAG}; '",
    f'"; {FLAG}; "',
    f'"""\n{FLAG}\n"""',
    f"'''\n{FLAG}\n'''",
    f"\n{FLAG}\n",
    f"\r{FLAG}\r",
    f"\u2028{FLAG}\u2029",
    f"\x0c{FLAG}\x00",
    f"\x85{FLAG}",
    f"\\{FLAG}\\",
    "\\" * 301 + FLAG,
    f"\\N{{{FLAG}}} \\x41\\u12 \\U0000004 \\",
    f"{{{FLAG}}}",
    f"{{{{{FLAG}}}}}",
    f"{{% if {FLAG} %}}",
    f"{{# {FLAG} #}}",
    f"# -*- coding: utf-7 -*-\n+AAo-{FLAG}",
    f"x){FLAG}(",
    f"x] = {FLAG}; y[",
    f"x\n    @{FLAG}\n",
    f"\u202e{FLAG}\u202c\u200f",
    f"\ud800{FLAG}\udfff",
    f"%s %({FLAG})s $({FLAG}) `{FLAG}`",
    f"../../../{MARK}",
    f"..\\..\\{MARK}",
    f"/tmp/{MARK}",
    f"{MARK}\x00.py",
    f"{MARK}/__init__",
]
NAMES = [
    "", " ", "_", "__", "1", "0day", ".", "..", "-", "/",
    "class", "def", "None", "True", "import", "async", "await", "match", "type", "print", "list", "dict", "str", "int",
    "id", "object", "super", "property", "Exception", "__init__", "__class__", "__import__", "__main__", "__all__",
    "from_dict", "to_dict", "extra", "client", "Client", "self", "cls", "models", "Models", "body", "options",
    "timeout",
    "call", "choose_body", "chooseBody", "overload", "cached_property", "builtins", "sync", "sync_detailed",
    "asyncio_detailed", "response", "resources", "Resources", "Resource", "AsyncResource", "Stream", "Any", "Final",
    "OPERATION", "Operation", "Parameter", "Field", "FIELDS", "UNSET", "Unset", "Model", "Literal", "TypeAlias",
    "define", "annotations", "api", "core", "lazy_attributes", "_MODULES", "TYPE_CHECKING", "mro", "attr_dict",
    "camelCase", "CamelCase", "camel_case", "camel-case", "camel case", "CAMELCASE", "camelcase", "CAMEL_CASE",
    "\uff43\uff4c\uff41\uff53\uff53", "\U0001d41d\U0001d41e\U0001d41f", "\u017felf", "\uff3f\uff3finit\uff3f\uff3f",
    "\u00e9", "e\u0301", "\u4e2d\u6587", "\U0001f600", "K\u0130", "a" * 5_000, "a" * 5_000 + "b", "Aa" * 2_500,
    "\u00e9" * 5_000, "_" * 5_000,
]  # fmt: skip
TEXTS = [*NAMES, *ATTACKS]


def clean(text: str) -> str:
    """Remove the characters that would end a path; keep all others."""
    return text.replace("{", "(").replace("}", ")")


def hostile(texts: list[str]) -> dict[str, Any]:
    """A contract with every text in every place that takes one."""
    schemas: dict[str, Any] = {
        text: {
            "type": "object",
            "title": text,
            "description": text,
            "properties": {text: {"$ref": _ref(other)}, "plain": {"type": "string", "default": text}},
            "required": [text] if index % 2 else [],
            "x-hostile": text,
        }
        for index, (text, other) in enumerate(zip(texts, reversed(texts), strict=True))
    }
    schemas["AllProperties"] = {
        "type": "object",
        "properties": {
            text: {"type": "string", "pattern": text, "format": text, "default": text, "enum": [text, "other"]}
            for text in texts
        },
    }
    schemas["Values"] = {"type": "string", "enum": texts}
    schemas["Holder"] = {"type": "object", "properties": {text: {"$ref": _ref("AllProperties")} for text in texts}}
    paths: dict[str, Any] = {
        f"/all/{{{clean(texts[1]) or 'x'}}}": {
            "post": {
                "operationId": "everything",
                "tags": ["All"],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": _ref("AllProperties")}}}},
                "parameters": [
                    {"in": place, "name": text, "schema": {"type": "string", "enum": texts, "default": text}}
                    for place in ("query", "header", "cookie")
                    for text in texts
                    if text
                ],
                "responses": {
                    "200": {"content": {text: {"schema": {"$ref": _ref("Values")}} for text in texts}},
                    "4XX": {"content": {"application/json": {"schema": {"$ref": _ref("Holder")}}}},
                },
            }
        }
    }
    for index, text in enumerate(texts):
        paths[f"/{index}/{clean(text)}"] = {
            ("get", "post", "put", "delete")[index % 4]: {
                "operationId": text,
                "tags": [text, text],
                "summary": text,
                "description": text,
                "deprecated": True,
                "x-hostile": text,
                "security": [{text: [text]}],
                "requestBody": {
                    "description": text,
                    "content": {
                        "application/json": {"schema": {"$ref": _ref(text)}},
                        f"x/{text}": {"schema": {"$ref": _ref(text)}},
                    },
                },
                "responses": {"200": {"description": text, "content": {text: {"schema": {"$ref": _ref(text)}}}}},
            }
        }
    return {
        "openapi": "3.0.0",
        "info": {"title": texts[-1], "version": texts[-1], "description": texts[-1]},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {text: {"type": "apiKey", "in": text, "name": text} for text in texts},
        },
    }


def _ref(name: str) -> str:
    return "#/components/schemas/" + name.replace("~", "~0").replace("/", "~1")


def files(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*")}


@pytest.fixture(scope="module", params=["names", "attacks"])
def generated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    texts = NAMES if request.param == "names" else ATTACKS
    outside = tmp_path_factory.mktemp("outside")
    generate(hostile(texts), outside / "a" / "b" / "c" / "venice_client")
    return outside, texts


def modules(outside: Path) -> Iterator[tuple[Path, ast.Module]]:
    for folder in ("api", "models"):
        for file in sorted((outside / "a/b/c/venice_client" / folder).rglob("*.py")):
            yield file, ast.parse(file.read_bytes(), filename=str(file))


def test_nothing_is_written_outside_of_the_target(generated: tuple[Path, list[str]]) -> None:
    outside, _ = generated
    inside = files(outside / "a/b/c/venice_client")
    assert files(outside) - {f"a/b/c/venice_client/{name}" for name in inside} == {
        "a",
        "a/b",
        "a/b/c",
        "a/b/c/venice_client",
    }
    assert not Path(f"/tmp/{MARK}").exists()


def test_file_names_are_short_ascii_and_unique_without_regard_to_case(generated: tuple[Path, list[str]]) -> None:
    outside, _ = generated
    names = [str(file.relative_to(outside)) for file, _ in modules(outside)]
    assert len({name.lower() for name in names}) == len(names)
    for name in names:
        assert name.isascii()
        assert all(len(part) <= 200 for part in name.split("/"))
        assert all(part.removesuffix(".py").isidentifier() for part in name.split("/"))


def test_hostile_text_appears_only_in_string_constants(generated: tuple[Path, list[str]]) -> None:
    outside, _ = generated
    seen = 0
    for file, tree in modules(outside):
        text = file.read_text(encoding="utf-8")
        for line_end in ("\x0c", "\x00", "\u2028", "\u2029", "\u202e", "\r"):
            assert line_end not in text
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                seen += MARK in node.value
                continue
            assert not isinstance(node, ast.JoinedStr)
            for _, value in ast.iter_fields(node):
                listed = value if isinstance(value, list) else [value]
                for name in listed:
                    if isinstance(name, str):
                        # A text can become only an identifier, which Python does not normalise further.
                        assert all(part.isidentifier() for part in name.split("."))
                        assert name.isascii()
                        assert unicodedata.normalize("NFKC", name) == name
    assert seen or MARK not in str(generated[1])


def test_generated_code_calls_and_imports_only_what_the_templates_contain(
    generated: tuple[Path, list[str]],
) -> None:
    outside, _ = generated
    allowed = {
        "Operation", "OperationTable", "Parameter", "Scheme", "Field", "Ref", "Choice", "AnyOf", "Anything", "Array",
        "Binary", "Boolean", "Dictionary", "Integer", "Null", "Number", "Text", "define", "sorted", "lazy_attributes",
        "sync_detailed", "asyncio_detailed", "call", "call_options", "choose_body", "client", "_field", "of", "send",
        "get", "_in_mode", "raw", "unread", "async_raw", "async_unread", "Pages", "AsyncPages", "Paging", "dict",
        "Alias", "deprecated", "AliasTable", "register", "former_class", "import_module", "getattr", "read_value",
        "read_list", "read_text",
    }  # fmt: skip
    for file, tree in modules(outside):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "?")
                is_resource = file.name == "resources.py" and called.isidentifier() and called[0].isupper()
                is_resource |= called.endswith(("WithRawResponse", "WithStreamingResponse"))
                assert called in allowed or is_resource, f"{file}: {ast.unparse(node)[:200]}"
            if isinstance(node, ast.Import):
                assert {alias.name for alias in node.names} <= {"builtins"}, file
            if isinstance(node, ast.ImportFrom) and not node.level:
                assert node.module in {
                    "__future__",
                    "typing",
                    "typing_extensions",
                    "collections.abc",
                    "functools",
                    "importlib",
                }, file


PROBE = f"""
import builtins, importlib, inspect, json, os, pkgutil, typing
class Flagged(type(sys)):
    def __getattribute__(self, name):
        if name == "{MARK}":
            os._exit(66)
        return super().__getattribute__(name)
builtins.__class__ = Flagged
from venice_client import api, models
from venice_client._core.client import AsyncClient, SyncClient
from venice_client._core.schema.model import Model
from venice_client.api.resources import SyncResources
for package in (api, models):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
assert len(api.OPERATIONS) == given["operations"], len(api.OPERATIONS)
made = 0
for name in models.__all__:
    item = getattr(models, name)
    if not (isinstance(item, type) and issubclass(item, Model)):
        continue
    made += 1
    empty = item.from_dict({{}})
    repr(empty), empty.to_dict(), empty.extra
    raw = {{field.wire: {{}} for field in item.__fields__.values()}}
    full = item.from_dict(raw)
    for field in item.__fields__:
        getattr(full, field)
    assert full.to_dict() == raw, name
    again = item(**{{field: "x" for field in item.__fields__}})
    assert again.to_dict() == {{field.wire: "x" for field in item.__fields__.values()}}, name
sent = []
class Client(SyncResources):
    def __init__(self): pass
    def __repr__(self): return "client"
    def send(self, operation, parameters, body=None, *, options=None):
        sent.append(operation.key)
        assert set(parameters) == {{item.name for item in operation.parameters}}
        return operation.key
def resource_of(client, name):
    for part in name.rpartition(".")[0].split("."):
        client = getattr(client, part)
    return getattr(client, name.rpartition(".")[2])
for key, operation in api.OPERATIONS.items():
    module = importlib.import_module(operation.module)
    arguments = {{item.name: "x" for item in operation.parameters}}
    arguments |= {{"body": {{}}}} if operation.bodies else {{}}
    path = [arguments.pop(item.name) for item in operation.parameters if item.location == "path"]
    assert module.sync(*path, client=Client(), **arguments) == key
    method = resource_of(Client(), operation.name)
    values = {{
        item.name: "x"
        for item in inspect.signature(method).parameters.values()
        if item.name != "self"
    }}
    assert method(**values) == key, key
    inspect.getdoc(module), inspect.getdoc(method)
json.dump({{"sent": len(sent), "models": made}}, sys.stdout)
"""


def test_everything_can_be_imported_and_called_and_no_text_of_the_description_is_executed(
    generated: tuple[Path, list[str]], run_on: Callable[..., Any]
) -> None:
    outside, texts = generated
    before = files(outside)
    found = run_on(outside / "a/b/c", PROBE, operations=len(texts) + 1)
    assert found["sent"] == 2 * (len(texts) + 1)
    assert found["models"] >= len(texts)
    assert files(outside) == before


def test_the_detection_of_executed_text_works(tmp_path: Path, run_on: Callable[..., Any]) -> None:
    assert (
        run_on(tmp_path, PROBE.split("from venice_client import api", maxsplit=1)[0] + f"\n{FLAG}\n", status=66) is None
    )


def test_wire_names_are_sent_as_in_the_description(
    generated: tuple[Path, list[str]], run_on: Callable[..., Any]
) -> None:
    outside, texts = generated
    code = """
from venice_client import api, models
operation = next(item for item in api.OPERATIONS.values() if item.name.endswith("everything"))
json.dump({
    "parameters": sorted([item.location, item.wire] for item in operation.parameters if item.location != "path"),
    "media": sorted(operation.results["200"]),
    "values": list(models.Values_VALUES),
}, sys.stdout)
"""
    found = run_on(outside / "a/b/c", code)
    named = [text for text in texts if text]
    assert found["parameters"] == sorted([place, text] for place in ("query", "header", "cookie") for text in named)
    assert found["media"] == sorted(texts)
    assert found["values"] == texts


def test_colliding_names_get_different_python_names_and_keep_their_wire_names(
    generated: tuple[Path, list[str]], run_on: Callable[..., Any]
) -> None:
    outside, texts = generated
    code = """
from venice_client.models import AllProperties
json.dump([[name, field.wire] for name, field in AllProperties.__fields__.items()], sys.stdout)
"""
    found = run_on(outside / "a/b/c", code)
    assert sorted(wire for _, wire in found) == sorted(texts)
    assert len({name for name, _ in found}) == len(texts)


@pytest.mark.parametrize(
    "value", [pytest.param(float("-inf"), id="inf"), float("nan"), pytest.param(10**400, id="huge")]
)
def test_infinite_and_huge_bounds_generate_importable_code(
    value: float, client_of: Callable[[Any], Path], contract_of: Callable[..., Any], run_on: Callable[..., Any]
) -> None:
    number = {"type": "number", "minimum": value, "maximum": value, "multipleOf": value, "default": value}
    contract = contract_of(
        {"Thing": {"type": "object", "properties": {"n": number, "choice": {"enum": [value, "a", "b"]}}}},
        parameters=[{"in": "query", "name": "q", "schema": number}],
    )
    assert run_on(client_of(contract), "from venice_client import models; models.Thing; print(1)") == 1


def test_generation_does_not_change_the_environment_or_the_current_folder(
    tmp_path: Path, contract_of: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = dict(os.environ)
    generate(contract_of(path="/../../x", operationId="../../x", tags=["../../x"]), tmp_path / "a" / "venice_client")
    assert dict(os.environ) == before
    assert [item.name for item in tmp_path.iterdir()] == ["a"]
    assert json.dumps(sorted(item.name for item in (tmp_path / "a").iterdir())) == '["venice_client"]'
