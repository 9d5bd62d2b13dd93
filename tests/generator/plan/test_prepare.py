"""Each pass works around a limit of openapi-python-client; each has at least one test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from generator.errors import GeneratorError
from generator.plan import plan_of
from generator.plan.all_of import Known
from generator.plan.bodies import separate_forms
from generator.plan.components import hoist
from generator.plan.naming.lock import Names
from generator.plan.normal_form import normal, normalise
from generator.plan.operations import name_operations
from generator.plan.pictures import check_marks
from generator.plan.plan import Operation, Plan
from generator.plan.references import resolve_references
from generator.plan.responses import complete_responses
from generator.render.render import tool_document
from tests.table import table

Document = dict[str, Any]
Make = Callable[..., Document]


def ref(name: str) -> Document:
    return {"$ref": f"#/components/schemas/{name}"}


def hoist_new(document: Document) -> None:
    hoist(document, Names())


PASSES: tuple[Callable[[Document], object], ...] = (
    resolve_references,
    check_marks,
    complete_responses,
    name_operations,
    separate_forms,
    normalise,
    hoist_new,
)


def through(document: Document, last: Callable[[Document], object]) -> Document:
    for one in PASSES:
        one(document)
        if one is last:
            break
    return document


def post(document: Document) -> Document:
    found: Document = document["paths"]["/things"]["post"]
    return found


def only(plan: Plan) -> Operation:
    (operation,) = plan.operations
    return operation


def test_references_to_parameters_bodies_and_responses_are_resolved(contract_of: Make) -> None:
    parts = {
        "parameters": {
            "p": {"in": "query", "name": "q", "content": {"application/json": {"schema": {"type": "object"}}}}
        },
        "requestBodies": {"b": {"content": {"application/json": {}}}},
        "responses": {"r": {"content": {"text/plain": {}}}},
    }
    document = contract_of(
        components=parts,
        parameters=[{"$ref": "#/components/parameters/p"}],
        requestBody={"$ref": "#/components/requestBodies/b"},
        responses={"200": {"$ref": "#/components/responses/r"}},
    )
    document["paths"]["/things"]["parameters"] = [{"in": "query", "name": "q"}, {"in": "header", "name": "q"}]
    operation = post(through(document, resolve_references))
    assert [(item["in"], item["schema"]) for item in operation["parameters"]] == [
        ("query", {"type": "object"}),
        ("header", {}),
    ]
    assert operation["requestBody"]["content"] == {"application/json": {"schema": {}}}
    assert operation["responses"]["200"]["content"] == {"text/plain": {"schema": {}}}


@pytest.mark.parametrize(
    "reference",
    ["#/components/schemas/a~1b%20c", "#/components/schemas/a~1b c", "#/components/schemas/Outer/properties/inner",
     "#/paths/~1things/post/requestBody/content/application~1json/schema"],
)  # fmt: skip
def test_references_with_escapes_or_into_a_schema_are_resolved_to_a_component(
    reference: str, contract_of: Make
) -> None:
    thing = {"type": "object", "properties": {"deep": {"type": "string"}}}
    document = contract_of(
        {"a/b c": thing, "Outer": {"type": "object", "properties": {"inner": thing}}, "User": {"allOf": [{"$ref": reference}, {}, {"type": "object", "properties": {"own": {}}}]}},  # noqa: E501  one case a line
        requestBody={"content": {"application/json": {"schema": thing}}},
    )  # fmt: skip
    assert {field.wire for field in plan_of(document)[0].models["User"].fields} == {"deep", "own"}


def test_responses_are_merged_by_status_with_json_first(contract_of: Make) -> None:
    document = contract_of(
        responses={"2xx": {"content": {"image/png": {}, "application/json": {}}}, "2XX": {"content": {"text/csv": {}}}}
    )
    responses = post(through(document, complete_responses))["responses"]
    assert list(responses) == ["2XX"]
    assert list(responses["2XX"]["content"]) == ["application/json", "image/png", "text/csv"]


@pytest.mark.parametrize(
    ("operation", "name"),
    [
        ({"operationId": None, "path": "/a/{id}"}, "a.create"),
        ({"operationId": "import", "tags": []}, "things.import_"),
        ({"tags": ["Things (Alpha)"]}, "things.make"),
        ({"path": "/resources", "operationId": "chooseBody"}, "api_resources.api_choose_body"),
        ({"path": "/close", "tags": ["close"], "operationId": "str"}, "close_.str_"),
        ({"path": "/\uff43lass/make"}, "lass.make"),
        ({"path": "/", "tags": ["\uff43lass"]}, "lass.make_thing"),
    ],
)
def test_operations_get_names(operation: Document, name: str, contract_of: Make) -> None:
    assert only(plan_of(contract_of(**operation))[0]).name == name


def test_a_new_operation_joins_the_resource_of_its_tag(contract_of: Make) -> None:
    document = contract_of(**{"x-python-name": "images.edit"})
    document["paths"]["/new"] = {"get": {"tags": ["Things"], "operationId": "zoom", "responses": {}}}
    through(document, name_operations)
    assert document["paths"]["/new"]["get"]["x-python-name"] == "images.zoom"


@pytest.mark.parametrize("name", ["edit", "Images.edit", "images.", "images edit.x"])
def test_an_invalid_name_in_the_overlay_is_refused(name: str, contract_of: Make) -> None:
    with pytest.raises(GeneratorError, match=r"not of the form resource\.method"):
        plan_of(contract_of(**{"x-python-name": name}))


def test_a_form_has_its_own_schema_with_file_fields(contract_of: Make) -> None:
    schema = {"type": "object", "properties": {"image": {"anyOf": [{}, {"type": "string", "format": "uri"}]}}}
    content = {"application/json": {"schema": ref("Edit")}, "multipart/form-data": {"schema": ref("Edit")}}
    document = contract_of({"Edit": schema}, requestBody={"content": content})
    assert post(through(contract_of({"Edit": schema}, requestBody={"content": content}), separate_forms))[
        "requestBody"
    ]["required"]
    plan = plan_of(document)[0]
    assert set(plan.models) == {"Edit", "EditForm"}
    assert {"type": "string", "format": "file"} in plan.models["EditForm"].fields[0].schema["anyOf"]
    assert plan.models["Edit"].fields[0].schema == {"type": "string", "format": "uri"}


@table(
    ("schema", "form"),
    [
        ({"type": "string", "nullable": True, "enum": ["a", "b"]}, {"anyOf": [{"type": "string", "enum": ["a", "b"]}, {"type": "null"}]}),  # noqa: E501  one case a line
        ({"enum": ["a", 1, True, None, 1.5]}, {"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "integer", "enum": [1]}, {"type": "boolean", "enum": [True]}, {"type": "number"}, {"type": "null"}]}),  # noqa: E501  one case a line
        ({"allOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}]}, {"type": "string", "enum": ["b"]}),
        ({"type": "array"}, {"type": "array", "items": {}}),
        ({"type": ["string", "null"]}, {"anyOf": [{"type": "string"}, {"type": "null"}]}),
        ({"const": "x"}, {"type": "string", "enum": ["x"]}),
        ({"anyOf": [{"type": "string"}, {"oneOf": [{"type": "string"}, {"type": "integer"}]}]}, {"anyOf": [{"type": "string"}, {"type": "integer"}]}),  # noqa: E501  one case a line
        ({"type": "number", "minimum": 1, "exclusiveMinimum": True}, {"type": "number", "exclusiveMinimum": 1}),
        ({"properties": {"format": {"type": "string"}}}, {"type": "object", "properties": {"format": {"type": "string"}}, "required": [], "additionalProperties": True}),  # noqa: E501  one case a line
        ({"type": "object"}, {"type": "object", "additionalProperties": {}}),
        ({"nullable": True}, {}),
        ({"anyOf": [{"type": "string"}, {"nullable": True}]}, {"anyOf": [{"type": "string"}, {"type": "null"}]}),
        ({"anyOf": [{"nullable": True}, {"oneOf": [{"nullable": True}]}]}, {}),
        ({"oneOf": [{"anyOf": [{"type": "string"}, {"nullable": True}]}, {"type": "integer"}]}, {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]}),  # noqa: E501  one case a line
        ({"type": "file"}, {}),
    ],
)  # fmt: skip
def test_equivalent_schemas_are_normalised_to_one_form(schema: Document, form: Document) -> None:
    assert normal(schema, Known({})) == form


def test_a_recursive_all_of_is_resolved(contract_of: Make) -> None:
    again = [ref("A"), ref("B"), {"type": "object", "properties": {"x": {"type": "string"}}}]
    document = contract_of({"A": {"allOf": again}, "B": {"allOf": again}})
    through(document, normalise)
    assert document["components"]["schemas"]["A"]["properties"] == {"x": {"type": "string"}}


@pytest.mark.slow
@pytest.mark.parametrize("key", ["allOf", "anyOf"])
def test_a_description_of_exponential_size_is_refused(key: str, contract_of: Make) -> None:
    def level(number: int) -> Document:
        inner = ref(f"L{number + 1:02}")
        if key == "allOf":
            return {"allOf": [inner, {"allOf": [inner, {"type": "object"}]}]}
        return {"anyOf": [{"type": "array", "items": inner}, {"type": "object", "additionalProperties": inner}]}

    schemas = {f"L{number:02}": level(number) for number in range(40)} | {"L40": {"type": "string"}}
    with pytest.raises(GeneratorError, match="exhaust its reader"):
        plan_of(contract_of(schemas, requestBody={"content": {"application/json": {"schema": ref("L00")}}}))


def test_inline_objects_of_equal_shape_are_one_class_with_the_shortest_name(contract_of: Make) -> None:
    inner = {"type": "object", "properties": {name: {"type": "string"} for name in "abc"}}
    document = contract_of(
        {
            "Holder": {"type": "object", "properties": {"one": inner, "others": {"type": "array", "items": inner}}},
            "class_": {"type": "object", "properties": {"x": {}}},
            "Class": {"type": "object", "properties": {"y": {}}},
        }
    )
    through(document, hoist_new)
    assert set(document["components"]["schemas"]) == {"Holder", "HolderOne", "Class", "Class2"}


def test_aliases_are_inlined_and_a_recursive_alias_accepts_anything(contract_of: Make) -> None:
    document = contract_of(
        {
            "Text": {"type": "string"}, "Alias": ref("Text"), "Loop": {"type": "array", "items": ref("Loop")},
            "Thing": {"type": "object", "properties": {"a": ref("Alias"), "b": ref("Loop")}},
        }
    )  # fmt: skip
    fields = {field.wire: field.schema for field in plan_of(document)[0].models["Thing"].fields}
    assert fields == {"a": {"type": "string"}, "b": {"type": "array", "items": {}}}


def test_models_and_fields_avoid_names_of_resources_and_imports(contract_of: Make) -> None:
    thing = {"type": "object", "properties": {"self": {}, "models": {}, "from_dict": {}, "str": {}}}
    plan = plan_of(contract_of({"Things": thing, "Final": {**thing, "required": ["self"]}}))[0]
    assert set(plan.models) == {"Things2", "FinalModel"}
    assert [field.name for field in plan.models["Things2"].fields] == ["from_dict_", "models_", "self_", "str_"]


def test_the_tool_gets_only_safe_names(contract_of: Make) -> None:
    document = contract_of(
        {"a thing": {"type": "object", "properties": {"a b": {}}}},
        path="/things/{a b}/{lost}",
        parameters=[{"in": place, "name": "a b", "schema": ref("a thing")} for place in ("path", "header", "cookie")],
    )
    plan, _ = plan_of(document)
    tool = tool_document(plan)
    assert [*tool["paths"]] == ["/things/make"]
    assert tool["components"]["schemas"] == {"AThing": {"type": "object"}}
    assert [parameter.wire for parameter in only(plan).parameters] == ["a b", "lost", "a b", "a b"]


def test_an_all_of_with_an_alias_has_the_fields_of_all_parts(contract_of: Callable[..., Document]) -> None:
    alias = {"allOf": [{"$ref": "#/components/schemas/Base"}]}
    second = {"type": "object", "properties": {"q": {"type": "string"}}}
    base = {"type": "object", "properties": {"a": {"type": "string"}}}
    both = {"allOf": [{"$ref": "#/components/schemas/Twice"}, second]}
    for place in ({"x": both}, {"x": {"type": "array", "items": both}}):
        body = {"content": {"application/json": {"schema": {"type": "object", "properties": place}}}}
        schemas = {"Base": base, "Alias": alias, "Twice": {"allOf": [{"$ref": "#/components/schemas/Alias"}]}}
        plan = plan_of(contract_of(schemas, requestBody=body))[0]
        assert ["a", "q"] in [sorted(field.name for field in model.fields) for model in plan.models.values()]
