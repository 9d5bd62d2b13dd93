"""Random descriptions: the tool keeps every operation, and a client is verified or the description refused."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError as ToolError

from generator.errors import GeneratorError, VerificationError
from generator.generate import generate
from generator.plan import plan_of
from generator.plan.plan import Plan
from generator.render.render import tool_document
from generator.spec.contract import METHODS, facts, operations
from tests.thorough import count

Document = dict[str, Any]
NAMES = st.sampled_from(
    ["Thing", "thing", "thing_", "THING", "a thing", "Things", "class", "list", "from_dict", "format", "items", "type",
     "properties", "required", "title", "enum", "body", "client", "id", "Id", "ID", "1", "", "é", "models", "self"]
)  # fmt: skip
COMPONENTS = ["Thing", "thing", "a thing", "a/b~c", "Alias", "Loop", "Any"]
MEDIA = st.sampled_from(
    ["application/json", "application/json; charset=utf-8", "application/problem+json", "text/plain", "text/csv",
     "text/event-stream", "image/png", "application/octet-stream", "*/*", "multipart/form-data",
     "application/x-www-form-urlencoded", "APPLICATION/JSON"]
)  # fmt: skip
SCALARS: list[Any] = [None, True, False, 0, 1, -1, 1.0, 1.5, "", "a", "A", "Auto", "auto", "1", "null"]
VALUES = st.sampled_from(SCALARS) | st.just({"a": 1}) | st.just([1])
REFERENCES = st.sampled_from(COMPONENTS).map(lambda name: {"$ref": reference("schemas", name)})


def reference(kind: str, name: str) -> str:
    return f"#/components/{kind}/" + name.replace("~", "~0").replace("/", "~1")


def optional(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[Document]:
    return st.fixed_dictionaries({}, optional=keys)


PLAIN = optional(
    type=st.sampled_from(["string", "integer", "number", "boolean", "null", "array", "object", "file"])
    | st.lists(st.sampled_from(["string", "integer", "null", "array", "object"]), max_size=3),
    format=st.sampled_from(["binary", "uri", "date-time", "float", "x"]),
    nullable=st.booleans(),
    enum=st.lists(VALUES, max_size=4),
    const=VALUES,
    default=VALUES,
    minimum=st.integers(-5, 5),
    exclusiveMinimum=st.booleans() | st.integers(-5, 5),
    maxLength=st.integers(0, 5),
    pattern=st.sampled_from(["", "^a$", "["]),
    deprecated=st.booleans(),
    title=NAMES,
    required=st.lists(NAMES, max_size=3),
    additionalProperties=st.booleans(),
    discriminator=st.just({"propertyName": "type"}),
)


def nested(inner: st.SearchStrategy[Document]) -> st.SearchStrategy[Document]:
    several = st.lists(inner, max_size=3)
    return st.builds(
        lambda own, more: {**own, **more},
        PLAIN,
        optional(
            properties=st.dictionaries(NAMES, inner, max_size=4),
            patternProperties=st.dictionaries(st.just("^x"), inner, max_size=1),
            items=inner,
            additionalProperties=inner,
            allOf=several,
            anyOf=several,
            oneOf=several,
            **{"not": inner},
        ),
    )


SCHEMAS = st.recursive(PLAIN | REFERENCES | st.just({}), nested, max_leaves=6)
CONTENT = st.dictionaries(MEDIA, st.just({}) | SCHEMAS.map(lambda schema: {"schema": schema}), max_size=3)
PARAMETERS = st.lists(
    st.just({"$ref": reference("parameters", "shared")})
    | st.fixed_dictionaries(
        {"in": st.sampled_from(["path", "query", "header", "cookie"]), "name": NAMES.filter(bool)},
        optional={
            "schema": SCHEMAS,
            "required": st.booleans(),
            "style": st.sampled_from(["form", "deepObject", "simple", "pipeDelimited"]),
            "explode": st.booleans(),
            "content": st.just({"application/json": {"schema": {"type": "object"}}}),
        },
    ),
    max_size=4,
)
RESPONSES = st.dictionaries(
    st.sampled_from(["200", "201", "204", "2XX", "2xx", "default", "400", "4XX", "500"]),
    st.just({"$ref": reference("responses", "shared")})
    | st.just({})
    | CONTENT.map(lambda content: {"content": content, "headers": {"X-A": {"$ref": reference("headers", "shared")}}}),
    max_size=4,
)
OPERATIONS = optional(
    operationId=st.sampled_from(["get", "getThing", "get_thing", "get-thing", "list", "import", "", "Create thing"]),
    tags=st.lists(st.sampled_from(["Things", "things", "Things (Alpha)", "Models", "Image", "", "class"]), max_size=2),
    parameters=PARAMETERS,
    requestBody=st.just({"$ref": reference("requestBodies", "shared")})
    | st.builds(lambda content, more: {"content": content, **more}, CONTENT, optional(required=st.booleans())),
    responses=RESPONSES,
    deprecated=st.booleans(),
    security=st.lists(st.sampled_from([{}, {"key": []}, {"key": [], "other": []}, {"lost": []}]), max_size=2),
)
PATHS = st.builds(
    lambda item, shared: {**item, "parameters": shared},
    st.dictionaries(st.sampled_from(METHODS), OPERATIONS, min_size=1, max_size=2),
    PARAMETERS,
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    return {
        "openapi": draw(st.sampled_from(["3.0.0", "3.1.0"])),
        "info": {"version": "1"},
        "security": [{"key": []}],
        "paths": draw(
            st.dictionaries(
                st.sampled_from(["/a", "/a/", "/A", "/a/{Thing}", "/a/{id}/{Id}", "/a/{x}", "/a-b", "/a_b"]),
                PATHS, min_size=1, max_size=3,
            )
        ),
        "components": {
            "schemas": {name: draw(SCHEMAS) for name in COMPONENTS}
            | {"Loop": {"type": "object", "properties": {"again": {"$ref": reference("schemas", "Loop")}}}},
            "responses": {"shared": {"content": draw(CONTENT)}},
            "parameters": {"shared": {"in": "query", "name": "shared", "schema": draw(SCHEMAS)}},
            "requestBodies": {"shared": {"content": draw(CONTENT)}},
            "headers": {"shared": {"schema": {"type": "string"}}},
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer"},
                "other": {"type": "apiKey", "in": "header", "name": "X-Key"},
            },
        },
    }  # fmt: skip


def parsed_by_the_tool(plan: Plan) -> GeneratorData:
    config = Config.from_sources(
        ConfigFile(literal_enums=True, post_hooks=[]), meta_type=MetaType.NONE, document_source=Path("x"),
        file_encoding="utf-8", overwrite=False, output_path=Path("x"),
    )  # fmt: skip
    with contextlib.redirect_stdout(io.StringIO()):
        data = GeneratorData.from_dict(tool_document(plan), config=config)
    assert not isinstance(data, ToolError), data
    return data


def check_reason(error: GeneratorError) -> None:
    assert len(str(error)) > 30
    assert "Traceback" not in str(error)


COMMON = settings(
    derandomize=True, deadline=None, suppress_health_check=list(HealthCheck), database=None, phases=[Phase.generate]
)


@pytest.mark.slow
@settings(COMMON, max_examples=count(40, 200))
@given(documents())
def test_the_tool_keeps_every_operation_of_any_prepared_description(document: Document) -> None:
    contract = facts(document).contract
    try:
        plan, _ = plan_of(contract)
    except GeneratorError as error:
        check_reason(error)
        return
    data = parsed_by_the_tool(plan)
    assert not data.errors
    assert not [error for item in data.endpoint_collections_by_tag.values() for error in item.parse_errors]
    kept = sum(len(item.endpoints) for item in data.endpoint_collections_by_tag.values())
    assert kept == len(plan.operations) == len(operations(contract))
    for operation in plan.operations:
        names = [item.name for item in operation.parameters]
        assert len(set(names)) == len(names)
        names = [item.name for item in operation.arguments]
        assert len(set(names)) == len(names)
    for model in plan.models.values():
        assert len({field.name for field in model.fields}) == len(model.fields)


@pytest.mark.slow
@settings(COMMON, max_examples=count(6, 40))
@given(document=documents())
def test_any_description_gives_a_verified_client_or_is_refused(
    document: Document, tmp_path_factory: pytest.TempPathFactory
) -> None:
    contract = facts(document).contract
    target = tmp_path_factory.mktemp("random") / "venice_client"
    try:
        generated = generate(contract, target)
    except VerificationError:
        raise
    except GeneratorError as error:
        check_reason(error)
        assert not target.exists()
    else:
        assert generated.operations == len(operations(contract))


@pytest.mark.slow
@settings(COMMON, max_examples=count(20, 100))
@given(documents(), st.randoms(use_true_random=False))
def test_the_order_of_keys_in_a_description_has_no_effect(document: Document, random: Any) -> None:
    def shuffled(value: Any) -> Any:
        if isinstance(value, dict):
            keys = list(value)
            random.shuffle(keys)
            return {key: shuffled(value[key]) for key in keys}
        return [shuffled(item) for item in value] if isinstance(value, list) else value

    results = []
    for one in (document, shuffled(document)):
        try:
            results.append(repr(plan_of(facts(one).contract)[0]))
        except GeneratorError as error:
            results.append(str(error))
    assert results[0] == results[1]
