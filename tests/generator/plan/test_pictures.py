"""Marks of fields that accept pictures: which are read, which are refused, and the generated code."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.errors import GeneratorError
from generator.plan import plan_of
from generator.plan.plan import Operation, PicturePlace, Plan
from generator.render.annotations import Writer
from generator.render.docstrings import Words
from generator.spec.contract import facts
from tests.table import table

Document = dict[str, Any]
Make = Callable[..., Document]

TEXT: Document = {"type": "string"}
LINK: Document = {"type": "string", "format": "uri"}
AS_TEXT = {"as": "base64"}
IMAGE = "ThingsMakeRequestImage | Mapping[str, object]"


def marked(schema: Document, mark: Any = AS_TEXT) -> Document:
    return {**schema, "x-python-picture": mark}


def thing(**properties: Document) -> Document:
    return {"type": "object", "properties": properties}


def ref(name: str) -> Document:
    return {"$ref": f"#/components/schemas/{name}"}


def body(schema: Document, form: Document | None = None) -> Document:
    content = {"application/json": {"schema": schema}}
    return {"content": content if form is None else content | {"multipart/form-data": {"schema": form}}}


def planned(document: Document) -> tuple[Plan, Operation]:
    plan = plan_of(document)[0]
    (operation,) = plan.operations
    return plan, operation


def argument(plan: Plan, operation: Operation, name: str) -> str:
    (schemas,) = (item.schemas for item in operation.arguments if item.name == name)
    return Writer(plan).argument(schemas)


def place(
    *path: str, form: str = "base64", kind: str = "picture", takes_url: bool = False, **limits: Any
) -> PicturePlace:
    return PicturePlace(path=path, form=form, kind=kind, takes_url=takes_url, limits=limits)


def test_places_are_found_at_any_depth_in_sorted_order(contract_of: Make) -> None:
    document = contract_of(
        {
            "Request": {"allOf": [thing(parts={"type": "array", "items": ref("Part")}), thing(image=marked(TEXT))]},
            "Part": {"oneOf": [ref("Whole"), thing(kind=TEXT, url=marked(LINK, {"as": "data-uri", "side": 64}))]},
            "Whole": thing(more={"type": "array", "items": marked(TEXT)}, whole=ref("Whole"), part=ref("Part")),
            "Unmarked": thing(image=TEXT),
        },
        requestBody=body(ref("Request")),
    )
    _, operation = planned(document)
    found = operation.pictures
    assert found[0] == place("image")
    assert place("parts", "*", "url", form="data-uri", takes_url=True, min_side=64) in found
    assert place("parts", "*", "more", "*") in found
    assert place("parts", "*", "part", "url", form="data-uri", takes_url=True, min_side=64) in found
    assert [item.path for item in found] == sorted({item.path for item in found})


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        ({"as": "base64", "pixels": [4, 9], "bytes": 5}, place("image", min_pixels=4, max_pixels=9, max_bytes=5)),
        ({"as": "base64", "pixels": [None, 9], "scaled-by": "scale"}, place("image", max_pixels=9, scaled_by="scale")),
        ({"as": "data-uri", "url": True}, place("image", form="data-uri", takes_url=True)),
        ({"as": "url"}, place("image", form="url", takes_url=True)),
    ],
)
def test_a_mark_sets_form_and_limits(mark: Document, expected: PicturePlace, contract_of: Make) -> None:
    _, operation = planned(contract_of(requestBody=body(thing(image=marked(TEXT, mark)))))
    assert operation.pictures == (expected,)


def test_fields_of_json_and_form_are_one_place_and_one_type(contract_of: Make) -> None:
    files = {"type": "string", "format": "binary"}
    document = contract_of(
        requestBody=body(
            thing(
                images={"type": "array", "items": marked({"anyOf": [LINK, TEXT]})}, image=marked({"anyOf": [{}, TEXT]})
            ),
            thing(images={"type": "array", "items": marked(files)}, image=marked({"anyOf": [{}, TEXT]})),
        )
    )
    plan, operation = planned(document)
    assert operation.pictures == (place("image"), place("images", "*", takes_url=True))
    assert argument(plan, operation, "images") == "Sequence[PictureInput]"
    assert argument(plan, operation, "image") == "PictureInput"
    assert "image: Optional; a picture in any form." in Words(plan).description(operation)


@pytest.mark.parametrize(
    ("schema", "mark", "expected"),
    [
        ({"type": "string", "nullable": True}, AS_TEXT, "PictureInput | None"),
        ({"anyOf": [TEXT, thing(url=TEXT, detail=TEXT)]}, AS_TEXT, f"PictureInput | {IMAGE}"),
        ({"allOf": [ref("Text")]}, AS_TEXT, "PictureInput"),
        (LINK, {"as": "url"}, "str"),
        ({"type": "string", "enum": ["a"]}, AS_TEXT, "Literal['a']"),
        (thing(url=TEXT), AS_TEXT, IMAGE),
        ({"type": "integer"}, AS_TEXT, "int"),
    ],
)  # fmt: skip
def test_only_string_schemas_accept_pictures(
    schema: Document, mark: Document, expected: str, contract_of: Make
) -> None:
    plan, operation = planned(contract_of({"Text": TEXT}, requestBody=body(thing(image=marked(schema, mark)))))
    assert argument(plan, operation, "image") == expected
    assert bool(operation.pictures) == ("PictureInput" in expected or mark["as"] == "url")


def test_marks_do_not_change_the_shapes_of_bodies(contract_of: Make) -> None:
    """A pair of descriptions: one with marks, and the same without."""

    def shapes(mark: Callable[[Document], Document]) -> list[str]:
        file = mark({"anyOf": [{}, TEXT, LINK]})
        request = thing(
            image=file, images={"type": "array", "items": mark({}), "minItems": 1}, inner=thing(url=mark(LINK))
        )
        plan, operation = planned(contract_of({"R": request}, requestBody=body(ref("R"), ref("R"))))
        writer = Writer(plan)
        fields = [writer.shape(field.schema) for model in plan.models.values() for field in model.fields]
        return [*map(writer.shape, operation.bodies.values()), *fields, *sorted(plan.models)]

    assert shapes(marked) == shapes(lambda schema: schema)


def test_two_objects_that_differ_only_in_a_mark_are_two_classes(contract_of: Make) -> None:
    fields = {"a": TEXT, "b": TEXT}
    document = contract_of(
        requestBody=body(thing(plain=thing(url=LINK, **fields), picture=thing(url=marked(LINK), **fields)))
    )
    plan, operation = planned(document)
    assert argument(plan, operation, "plain") != argument(plan, operation, "picture")
    assert operation.pictures == (place("picture", "url", takes_url=True),)


@table(
    ("mark", "reported"),
    [
        ("base64", "Expected `object`, got `str`"),
        ({}, "required field `as`"),
        ({"as": "png"}, r"Invalid enum value 'png' - at `\$.as`"),
        ({"as": ["base64"]}, r"got `array` - at `\$.as`"),
        ({"as": "base64", "pixel": [1, 2]}, "unknown field `pixel`"),
        ({"as": "base64", "kind": "poem"}, r"Invalid enum value 'poem' - at `\$.kind`"),
        ({"as": "base64", "bytes": "25 MB"}, r"got `str` - at `\$.bytes`"),
        ({"as": "base64", "bytes": True}, r"got `bool` - at `\$.bytes`"),
        ({"as": "base64", "side": 0}, r"Expected `int` >= 1 - at `\$.side`"),
        ({"as": "base64", "pixels": [9, 4]}, r"pixels must be \[least, most\], got \(9, 4\)"),
        ({"as": "base64", "pixels": [None, None]}, r"got \(None, None\)"),
        ({"as": "base64", "pixels": 4}, r"got `int` - at `\$.pixels`"),
        ({"as": "base64", "url": "yes"}, r"got `str` - at `\$.url`"),
        ({"as": "base64", "scaled-by": "a'); b("}, r"matching regex .* - at `\$.scaled-by`"),
    ],
)
def test_an_invalid_mark_is_refused_with_its_place(mark: Any, reported: str, contract_of: Make) -> None:
    document = contract_of({"Request": thing(image=marked(TEXT, mark))}, requestBody=body(ref("Request")))
    with pytest.raises(GeneratorError, match=f"x-python-picture in the schema Request.*{reported}"):
        plan_of(document)


@pytest.mark.parametrize("schema", [marked(thing(a=TEXT)), thing(a={"anyOf": [marked(TEXT), LINK]})])
def test_a_mark_outside_of_a_property_is_refused(schema: Document, contract_of: Make) -> None:
    with pytest.raises(GeneratorError, match="put it on a property, or on the items of a list"):
        plan_of(contract_of(requestBody=body(schema)))


def test_marks_in_the_description_and_properties_named_like_marks_are_ignored(contract_of: Make) -> None:
    request = thing(image=marked(TEXT, {"as": "__import__('os')"}), **{"x-python-picture": TEXT})
    kept = facts(contract_of({"Request": request}, requestBody=body(ref("Request"))))
    assert any(pointer.endswith("/image/x-python-picture") for pointer in kept.unknown)
    _, operation = planned(kept.contract)
    assert operation.pictures == ()
    assert [item.wire for item in operation.arguments] == ["image", "x-python-picture"]


def test_a_description_with_exponentially_many_places_is_refused(contract_of: Make) -> None:
    schemas = {f"S{n}": thing(a=ref(f"S{n + 1}"), b=ref(f"S{n + 1}")) for n in range(40)}
    document = contract_of({**schemas, "S40": thing(image=marked(TEXT))}, requestBody=body(ref("S0")))
    with pytest.raises(GeneratorError, match="to find where one operation takes pictures"):
        plan_of(document)


@pytest.mark.parametrize(
    ("given", "paid"),
    [
        ({}, False),
        ({"x-payment-info": {}}, True),
        ({"x-payment-info": {}, "x-python-paid": False}, False),
        ({"x-python-paid": True}, True),
    ],
)
def test_the_overlay_takes_precedence_for_paid_operations(given: Document, paid: bool, contract_of: Make) -> None:
    assert planned(contract_of(**given))[1].paid is paid


@pytest.mark.parametrize(
    ("given", "reported"),
    [
        ({"x-python-paid": "no"}, r"POST /things: Expected `bool.*, got `str` - at `\$.x-python-paid`"),
        ({"x-python-facade": "image"}, r"POST /things: Expected `array.*, got `str` - at `\$.x-python-facade`"),
        (
            {"x-python-keywords": {"import os": "x"}},
            "POST /things: Invalid enum value 'import os' - at `key` in",
        ),
        ({"x-python-keywords": {"e2ee": 5}}, "Expected `str`, got `int`"),
        ({"x-python-leading": ["a", "b", "c"]}, r"Expected `array` of length <= 2 - at `\$.x-python-leading`"),
        ({"x-python-arguments": {"a": 5}}, "Expected `str`, got `int`"),
        ({"x-python-paging": {"by": "luck"}}, "Invalid enum value 'luck'"),
    ],
)
def test_an_invalid_mark_of_an_operation_is_refused(given: Document, reported: str, contract_of: Make) -> None:
    with pytest.raises(GeneratorError, match=reported):
        plan_of(contract_of(**given))


@pytest.mark.slow
def test_marks_are_generated_as_data_and_options_as_a_typed_dict(
    contract_of: Make, client_of: Callable[[Document], Path], run_on: Callable[..., Any]
) -> None:
    request = thing(image=marked(LINK, {"as": "base64", "pixels": [4, None], "side": 2}), model=TEXT, size=TEXT)
    document = contract_of(
        requestBody=body({**request, "required": ["image", "model"]}), **{"x-python-facade": ["image"]}
    )
    folder = client_of(document)
    code = (
        "from venice_client.api import OPERATIONS\n"
        "(place,) = OPERATIONS['POST /things'].pictures\n"
        "print(json.dumps([place.path, place.form, place.takes_url, place.min_pixels, place.max_pixels]))"
    )
    assert run_on(folder, code) == [["image"], "base64", True, 4, None]
    tree = ast.parse((folder / "venice_client" / "api" / "things" / "make.py").read_text())
    (options,) = (item for item in tree.body if isinstance(item, ast.ClassDef))
    fields = {ast.unparse(item) for item in options.body if isinstance(item, ast.AnnAssign)}
    assert (options.name, fields) == ("MakeOptions", {"model: Required[str]", "size: str | None | Unset"})
    resource = (folder / "venice_client" / "api" / "things" / "__init__.py").read_text()
    assert "image: PictureInput" in resource
    assert "FileInput" not in resource, "an import that is not used"
