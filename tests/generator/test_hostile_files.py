"""A hostile or invalid file gives a client or one clear error: no other exception, in bounded time."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.errors import GeneratorError
from generator.generate import generate
from generator.plan import plan_version
from generator.plan.naming.lock_file import load_names
from generator.source.document import read
from generator.spec.contract import facts
from generator.spec.overlay import load_file
from generator.spec.pin import OVERLAY
from tests.thorough import sample

pytestmark = pytest.mark.slow

Document = dict[str, Any]
TEXT = {"type": "string"}


def document(schema: Any = None, **parts: Any) -> Document:
    """A description with one operation whose body has a schema, and the given parts."""
    operation = {
        "operationId": "makeThing",
        "tags": ["Things"],
        "requestBody": {"content": {"application/json": {"schema": TEXT if schema is None else schema}}},
        "responses": {"200": {"content": {"application/json": {"schema": TEXT}}}},
        **parts.pop("operation", {}),
    }
    return {
        "openapi": "3.0.0", "info": {"version": "1"}, "paths": {parts.pop("path", "/things"): {"post": operation}},
        **parts,
    }  # fmt: skip


def nested(levels: int, key: str = "properties") -> Any:
    schema: Any = TEXT
    for _ in range(levels):
        schema = {"type": "object", "properties": {"a": schema}} if key == "properties" else {key: [schema]}
    return schema


def referring(*names: str, key: str = "allOf") -> Document:
    """Components of which each refers twice to the next one, and the last to the first."""
    following = [*names[1:], names[0]]
    schemas = {
        name: {key: [{"$ref": f"#/components/schemas/{after}"}, {"$ref": f"#/components/schemas/{after}"}]}
        for name, after in zip(names, following, strict=True)
    }
    return document({"$ref": f"#/components/schemas/{names[0]}"}, components={"schemas": schemas})


TEXTS: dict[str, bytes] = {
    "nothing": b"",
    "white space": b" \n\t\n",
    "an HTML page": b"<!doctype html><title>x</title>",
    "UTF-16": "openapi: 3.0.0".encode("utf-16"),
    "no UTF-8": b"openapi: 3.0.0\npaths: {/a: \xff}\n",
    "a zero byte": b"openapi: 3.0.0\npaths: {/a: \x00}\n",
    "a list": b"- openapi\n",
    "Swagger 2": b"swagger: '2.0'\npaths: {/a: {}}\n",
    "an alias bomb": b"openapi: 3.0.0\na: &a [x, x, x, x, x, x, x, x, x]\n"
    + b"".join(b"%c: &%c [%s]\n" % (98 + i, 98 + i, b", ".join([b"*%c" % (97 + i)] * 9)) for i in range(9))
    + b"paths: {/a: *j}\n",
    "an alias that holds itself": b"openapi: 3.0.0\npaths: &a {/a: *a}\n",
    "a Python object": b"openapi: 3.0.0\npaths: {/a: !!python/object/apply:os.system [id]}\n",
    "two documents": b"openapi: 3.0.0\npaths: {/a: {}}\n---\na: 1\n",
    "a key twice": b"openapi: 3.0.0\npaths: {/a: {}, /a: {}}\n",
    "brackets without end": b"openapi: 3.0.0\npaths: " + b"[" * 100_000,
    "braces without end": b'{"openapi": "3.0.0", "paths": ' + b'{"a": ' * 100_000,
    "a long number": b"openapi: 3.0.0\npaths: {/a: " + b"9" * 5_000 + b"}\n",
    "a merge key": b"openapi: 3.0.0\nx: &x {a: 1}\npaths: {/a: {get: {<<: *x, responses: {}}}}\n",
}

WRONG: list[Any] = [None, True, 0, -1.5, "", "x", [], ["x"], {}, {"x": 1}, [[]], {"$ref": "#/nowhere"}]
PLACES: dict[str, Callable[[Any], Document]] = {
    "schema": document,
    "type": lambda value: document({"type": value}),
    "properties": lambda value: document({"type": "object", "properties": value}),
    "property": lambda value: document({"type": "object", "properties": {"a": value}}),
    "required": lambda value: document({"type": "object", "properties": {"a": TEXT}, "required": value}),
    "items": lambda value: document({"type": "array", "items": value}),
    "enum": lambda value: document({"enum": value}),
    "allOf": lambda value: document({"allOf": value}),
    "oneOf": lambda value: document({"oneOf": value}),
    "pattern": lambda value: document({"type": "string", "pattern": value}),
    "maxLength": lambda value: document({"type": "string", "maxLength": value}),
    "discriminator": lambda value: document({"oneOf": [TEXT], "discriminator": value}),
    "parameters": lambda value: document(operation={"parameters": value}),
    "parameter": lambda value: document(operation={"parameters": [value]}),
    "responses": lambda value: document(operation={"responses": value}),
    "response": lambda value: document(operation={"responses": {"200": value}}),
    "operationId": lambda value: document(operation={"operationId": value}),
    "tags": lambda value: document(operation={"tags": value}),
    "security": lambda value: document(operation={"security": value}),
    "body": lambda value: document(operation={"requestBody": value}),
    "content": lambda value: document(operation={"requestBody": {"content": value}}),
    "components": lambda value: document(components=value),
    "schemas": lambda value: document(components={"schemas": value}),
    "info": lambda value: document(info=value),
    "path": lambda value: document() | {"paths": {"/a": value}},
}  # fmt: skip

WHOLE: dict[str, Document] = {
    "a deep schema": document(nested(90)),
    "a deeper schema": document(nested(150)),
    "a deep allOf": document(nested(120, "allOf")),
    "a circle of allOf": referring("A", "B", "C"),
    "a circle of anyOf": referring("A", "B", key="anyOf"),
    "a doubling allOf": referring(*[f"N{number}" for number in range(40)]),
    "an alias of itself": document(components={"schemas": {"A": {"$ref": "#/components/schemas/A"}}}),
    "a file": document({"$ref": "file:///etc/passwd"}),
    "an address": document({"$ref": "http://127.0.0.1:1/x"}),
    "a path that leads out": document(path="/../../{x}/..%2f"),
    "a tag that leads out": document(operation={"tags": ["../../x"], "operationId": "../../y"}),
    "many parameters": document(
        operation={"parameters": [{"in": "query", "name": f"p{n}", "schema": TEXT} for n in range(70_000)]}
    ),
    "many values": document({"type": "string", "enum": [f"v{number}" for number in range(70_000)]}),
    "many operations": document() | {"paths": {f"/p{number}": {"get": {"responses": {}}} for number in range(1_500)}},
    "a long name": document({"type": "object", "properties": {"a" * 100_000: TEXT}}),
    "a long pattern": document({"type": "string", "pattern": "(" * 10_000}),
    "a slow pattern": document({"type": "string", "pattern": "^(a+)+$"}),
    "names that Windows reserves": document(
        {"type": "object", "title": "con", "properties": {"nul": TEXT}},
        operation={"tags": ["aux"], "operationId": "prn"},
    ),
    "an empty name": document({"type": "object", "properties": {"": TEXT, " ": TEXT, "-": TEXT}}),
    "large bounds": document({"type": "integer", "minimum": -(10**300), "maximum": 10**300, "multipleOf": 0}),
}


def outcome(data: bytes, target: Path) -> str:
    """Return "client", or the text of the error that refuses the description."""
    started = time.process_time()
    try:
        generate(facts(read(data)).contract, target)
    except GeneratorError as error:
        text = str(error)
        assert 20 < len(text) < 4_000
        assert "Traceback" not in text
        assert not target.exists()
    else:
        text = "client"
    assert time.process_time() - started < 60
    return text


@pytest.mark.parametrize("name", TEXTS)
def test_a_file_that_is_not_a_description_is_refused(name: str, tmp_path: Path) -> None:
    said = outcome(TEXTS[name], tmp_path / "venice_client")
    assert (said == "client") == (name == "a merge key")


LARGE = {"many parameters", "many values"}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name in LARGE else name for name in WHOLE]
)
def test_a_hostile_description_gives_a_client_or_an_error(name: str, tmp_path: Path) -> None:
    outcome(json.dumps(WHOLE[name]).encode(), tmp_path / "venice_client")
    assert [item.name for item in tmp_path.iterdir()] in ([], ["venice_client"])


def test_too_many_operations_are_refused_with_their_number(tmp_path: Path) -> None:
    said = outcome(json.dumps(WHOLE["many operations"]).encode(), tmp_path / "venice_client")
    assert "at most 1,000 operations, and the description has 1,500" in said


def contract_of(value: Document) -> Document:
    """Return the contract of a description; GeneratorError where it is refused at once, or cannot be planned."""
    contract = facts(read(json.dumps(value).encode())).contract
    plan_version(contract, load_file(OVERLAY), names=load_names())
    return contract


def joined(documents: list[Document]) -> Document | None:
    """Return one description with the operation of each, or None where more than their operations differ."""
    if any({**one, "paths": {}} != {**documents[0], "paths": {}} for one in documents):
        return None
    items = [item for one in documents for item in one["paths"].items()]
    return {**documents[0], "paths": {f"{path}/{number}": item for number, (path, item) in enumerate(items)}}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", sample(PLACES, 3))
def test_a_wrong_value_at_any_place_gives_a_client_or_an_error(name: str, tmp_path: Path) -> None:
    """Those that can be planned are made into one client: where that is refused, each is tried by itself."""
    refused, planned = [], {}
    for value in map(PLACES[name], WRONG):
        try:
            contract = contract_of(value)
        except GeneratorError:
            refused.append(value)
        else:
            planned[json.dumps(contract, sort_keys=True)] = contract
    tried = list(planned.values())
    whole = joined(tried) if tried else None
    if whole is not None and outcome(json.dumps(whole).encode(), tmp_path / "all" / "venice_client") == "client":
        tried = []
    for number, one in enumerate([*refused, *tried]):
        outcome(json.dumps(one).encode(), tmp_path / str(number) / "venice_client")
