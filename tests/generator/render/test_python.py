"""Schemas are rendered as Python, and text of a schema is never code."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator.files import CLIENT
from generator.install.inventory import GENERATED
from generator.plan import plan_of
from generator.render.annotations import Writer
from generator.render.quoting import docstring, literal
from tests.table import table

COMMON = settings(derandomize=True, deadline=None, database=None, max_examples=300)
TEXT = st.text(alphabet=st.characters(), max_size=40) | st.text(alphabet="\\\"'\nNxuU{}041 ", max_size=40)


@COMMON
@given(TEXT | st.integers() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False))
@example("\ud800\x00\u2028'\"\\")
def test_a_literal_evaluates_to_the_value_and_is_ascii(value: str | float) -> None:
    assert literal(value).isascii()
    assert ast.literal_eval(literal(value)) == value


@pytest.mark.parametrize("value", [None, [], {}, b"", float("inf"), float("nan"), object()])
def test_other_values_have_no_literal(value: object) -> None:
    with pytest.raises(TypeError, match="is not a plain value"):
        literal(value)


@COMMON
@given(TEXT)
@example("\\N{BULLET} \\x4 \\u12 \"\"\" ''' \\")
def test_a_docstring_is_one_line_and_cannot_end_its_quotes(text: str) -> None:
    written = docstring(text)
    assert written.isprintable() or not written
    read = ast.literal_eval(f'"""\n{written}\n"""')
    assert read == "\n" + written.replace("\\\\", "\\") + "\n"


def writer(schemas: dict[str, Any]) -> Writer:
    paths: dict[str, Any] = {"/a": {"get": {"responses": {"200": {}}}}}
    return Writer(plan_of({"paths": paths, "components": {"schemas": schemas}})[0])


DATE_SHAPE = r"""Text(pattern='^\\d{4}-\\d{2}-\\d{2}$')"""


@table(
    ("schema", "read", "taken", "shape"),
    [
        ({}, "Any", "object", "Anything()"),
        ({"type": "string", "minLength": 1}, "str", "str", "Text(min_length=1)"),
        ({"type": "number", "exclusiveMinimum": 0}, "float", "float", "Number(above=0)"),
        ({"type": "integer", "enum": [3]}, "Literal[3]", "Literal[3]", "Choice(3)"),
        ({"type": "array", "items": {"type": "null"}}, "list[None]", "Sequence[None]", "Array(Null())"),
        (
            {"type": "object", "additionalProperties": {"type": "boolean"}},
            "dict[str, bool]", "Mapping[str, bool]", "Dictionary(Boolean())",
        ),
        ({"type": "string", "format": "file"}, "FileInput", "FileInput", "Binary()"),
        (
            {"anyOf": [{"type": "null"}, {"type": "string"}]}, "str | None", "str | None", "AnyOf(Null(), Text())",
        ),
        ({"type": "string", "format": "date-time"}, "str", "DateInput", "Text(format='date-time')"),
        ({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}, "str", "DateInput", DATE_SHAPE),
        ({"anyOf": [{}, {"type": "string"}]}, "Any", "object", "AnyOf(Anything(), Text())"),
        (
            {"$ref": "#/components/schemas/Thing"},
            "Thing", "Thing | Mapping[str, object]", "Ref(models, 'Thing')",
        ),
        ({"$ref": "#/components/schemas/Kind"}, "Kind", "Kind", "Choice.of(models, 'Kind')"),
    ],
)  # fmt: skip
def test_a_schema_has_an_annotation_an_argument_type_and_a_shape(
    schema: dict[str, Any], read: str, taken: str, shape: str
) -> None:
    made = writer({"Thing": {"type": "object", "properties": {"a": {}}}, "Kind": {"enum": ["a", "b"]}})
    assert made.annotation(schema) == read
    assert made.argument([schema]) == taken
    assert made.shape(schema) == shape
    assert made.annotation(schema, optional=True) == (
        read if read == "Any" or read.endswith("None") else f"{read} | None"
    )
    assert made.declared(schema, optional=True) == f"Maybe[{read.removesuffix(' | None')}]"
    assert made.argument([schema], optional=True).endswith("Unset")


def members(node: ast.expr) -> list[str]:
    """Return the members of a union written with `|`."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return [*members(node.left), *members(node.right)]
    return [ast.unparse(node)]


@pytest.mark.slow
def test_no_union_of_the_generated_code_names_a_type_twice() -> None:
    unions: list[list[str]] = []
    for name in GENERATED:
        for file in sorted((CLIENT / name).rglob("*.py")):
            nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            unions += [members(node) for node in nodes if isinstance(node, ast.BinOp)]
    assert len(unions) > 1000, "too few unions are found for the test to mean anything"
    assert not [" | ".join(one) for one in unions if len(set(one)) < len(one)]
