"""How a comparison is told: what a person reads, and what a program does."""

from __future__ import annotations

import copy
import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from generator.contract import facts
from generator.document import read_file
from generator.drift.compare import Comparison, compare_facts
from generator.drift.report import as_json, headline, print_text

UPSTREAM = Path(__file__).parents[3] / "shared" / "upstream"


def contract() -> dict[str, Any]:
    """Four operations: the body of three of them is the component Edit."""
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Edit"}}}}
    answer = {"200": {"content": {"application/json": {"schema": {"type": "object", "properties": {}}}}}}
    paths: dict[str, Any] = {f"/{name}": {"post": {"requestBody": body, "responses": answer}} for name in "abc"}
    paths["/alone"] = {
        "get": {"parameters": [{"in": "query", "name": "q", "schema": {"enum": ["1:1", 2]}}], "responses": answer}
    }
    ratio = {"type": "string", "enum": ["1:1", "4:5"]}
    # Through JSON, so that nothing is shared: the tests change one place at a time.
    whole: dict[str, Any] = json.loads(
        json.dumps(
            {
                "openapi": "3.0.0",
                "info": {"version": "1"},
                "paths": paths,
                "components": {"schemas": {"Edit": {"type": "object", "properties": {"ratio": ratio}}}},
            }
        )
    )
    return whole


def compared(new: dict[str, Any], *, prose: int = 0, old: dict[str, Any] | None = None) -> Comparison:
    said = {f"/{number}": "new" for number in range(prose)}
    return compare_facts(old or contract(), new, old_prose={}, new_prose=said)


def text(comparison: Comparison, width: int = 100) -> str:
    out = io.StringIO()
    print_text(comparison, Console(file=out, width=width))
    return out.getvalue()


def schema(document: dict[str, Any], path: str, method: str) -> Any:
    return document["paths"][path][method]["responses"]["200"]["content"]["application/json"]["schema"]


# The headline


def test_nothing_changed() -> None:
    assert headline(compared(contract())) == "Nothing changed."
    assert text(compared(contract())) == "Nothing changed.\n"


def test_nothing_but_prose_or_the_version_changed() -> None:
    new = contract()
    assert headline(compared(new, prose=1)) == "Nothing but prose changed (1 place)."
    new["info"]["version"] = "2"
    assert headline(compared(new)) == "Nothing but the version changed."
    assert text(compared(new, prose=5)) == (
        "Nothing but the version and prose changed (5 places).\n"
        "Version 1 -> 2\n"
        "\n"
        "Prose changed in 5 places; told, not shown.\n"
    )


def test_an_operation_came_with_its_schema() -> None:
    new = contract()
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/New"}}}}
    new["paths"]["/image/edit"] = {"post": {"requestBody": body, "responses": {}}}
    new["components"]["schemas"]["New"] = {"type": "object", "properties": {"a": {}}}
    del new["paths"]["/alone"]
    assert text(compared(new)) == (
        "POST /image/edit added; GET /alone removed.\n"
        "\n"
        "Operations added\n"
        "  + POST /image/edit\n"
        "      + schema New: object with 1 property\n"
        "\n"
        "Operations removed\n"
        "  - GET /alone\n"
    )


def test_many_operations_are_counted() -> None:
    new = contract()
    new["paths"] |= {f"/new/{number}": {"get": {"responses": {}}} for number in range(4)}
    new["components"]["schemas"]["Edit"]["properties"]["ratio"]["default"] = "1:1"
    assert headline(compared(new)) == "4 operations added; 1 other fact changed in 3 operations."


def test_a_fact_that_no_operation_depends_on_is_said_to_be_one() -> None:
    new = contract()
    new["components"]["schemas"]["Loose"] = {"type": "string"}
    comparison = compared(new)
    assert headline(comparison) == ("1 fact changed, and no operation is concerned; no operation came or went.")
    assert "Components that no operation refers to\n  + schema Loose: string\n" in text(comparison)


# The body


def test_a_fact_that_several_operations_share_is_told_once() -> None:
    new = contract()
    new["components"]["schemas"]["Edit"]["properties"]["ratio"]["enum"] = ["4:5", "16:9", "9:16"]
    assert text(compared(new)) == (
        "3 facts changed in 3 operations; no operation came or went.\n"
        "\n"
        "schema Edit\n"
        "  reaches 3 operations: POST /a, POST /b, POST /c\n"
        '  + ratio > enum: "16:9", "9:16"\n'
        '  - ratio > enum: "1:1"\n'
    )


def test_a_fact_that_many_operations_share_names_some_of_them() -> None:
    old = contract()
    for number in range(20):
        old["paths"][f"/a/rather/long/path/{number:02}"] = old["paths"]["/a"]
    new = copy.deepcopy(old)
    new["components"]["schemas"]["Edit"]["type"] = "array"
    told = text(compared(new, old=old)).splitlines()
    assert told[3:] == [
        "  reaches 23 operations: POST /a, POST /a/rather/long/path/00 and 21 more",
        '  ~ type: "object" -> "array"',
    ]


def test_changes_that_read_the_same_are_one_line() -> None:
    new = contract()
    for path in ("/a", "/b"):
        schema(new, path, "post")["properties"]["id"] = {"type": "string"}
    schema(new, "/alone", "get")["properties"]["at"] = {"type": "string", "format": "date-time"}
    new["paths"]["/alone"]["get"]["parameters"][0]["schema"]["enum"] = ["1:1"]
    new["paths"]["/alone"]["get"]["requestBody"] = {"content": {"text/csv": {"schema": {"type": "string"}}}}
    assert text(compared(new)) == (
        "5 facts changed in 3 operations; no operation came or went.\n"
        "\n"
        "GET /alone\n"
        "  - parameter query q > enum: 2\n"
        "  + request: text/csv\n"
        "  + response 200 application/json > at: string (date-time)\n"
        "\n"
        "2 operations: POST /a, POST /b\n"
        "  + response 200 application/json > id: string\n"
    )


def test_places_and_values_are_told_in_the_words_of_the_field() -> None:
    old, new = contract(), contract()
    part = {"type": "object", "properties": {"type": {"enum": ["text"]}}}
    items: dict[str, Any] = {"type": "array", "items": {"anyOf": [{"type": "string"}, part]}}
    schema(old, "/alone", "get")["properties"]["parts"] = items
    here = copy.deepcopy(items)
    here["items"]["anyOf"][1]["properties"]["x"] = {"type": ["integer", "null"], "default": 0}
    here["items"]["anyOf"].append({"enum": [1]})
    schema(new, "/alone", "get")["properties"]["parts"] = here
    old["paths"]["/a"]["post"]["requestBody"] = {"content": {"a/b": {"schema": {"$ref": "#/components/schemas/X"}}}}
    new["paths"]["/a"]["post"]["requestBody"] = {"content": {"a/b": {"schema": {"$ref": "#/components/schemas/Y"}}}}
    new["paths"]["/alone"]["get"]["parameters"][0]["schema"] = {"type": "array", "items": {"type": "string"}}
    new |= {"servers": [{"url": "https://a.test"}], "tags": [{"name": "T"}], "security": [{"Key": []}, {}]}
    assert text(compared(new, old=old)).splitlines()[2:] == [
        "POST /a",
        "  ~ request a/b: $ref X -> $ref Y",
        "",
        "GET /alone",
        '  - parameter query q > enum (all of it): "1:1", 2',
        "  + parameter query q[]: string",
        '  + parameter query q > type: "array"',
        '  + response 200 application/json > parts[] > anyOf 1, type: "text" > x: integer or null, default 0',
        "  + response 200 application/json > parts[] > anyOf 2: 1",
        "",
        "The document",
        "  + tag T",
        "",
        "The document",
        "  reaches 4 operations: POST /a, GET /alone, POST /b, POST /c",
        '  + security (all of it): {"Key": []} | {}',
        "  + server https://a.test",
    ]


def test_a_place_behind_a_reference_is_told_by_its_names() -> None:
    old, new = contract(), contract()
    inline = {"type": "object", "properties": {"ratio": {"type": "string"}}}
    old["paths"]["/a"]["post"]["requestBody"] = {"content": {"a/b": {"schema": inline}}}
    new["paths"]["/a"]["post"]["requestBody"] = {"content": {"a/b": {"schema": {"$ref": "#/components/schemas/Edit"}}}}
    assert text(compared(new, old=old)).splitlines()[2:] == [
        "POST /a",
        "  ~ request a/b: object with 1 property -> $ref Edit",
        '  + request a/b > ratio > enum (all of it): "1:1", "4:5"',
    ]


@pytest.mark.parametrize("width", [60, 100, 250])
def test_no_line_is_wider_than_the_console_or_a_hundred_columns(width: int) -> None:
    old = contract()
    deep: dict[str, Any] = {"type": "string", "default": "x" * 300}
    for number in range(12):
        deep = {"type": "object", "properties": {f"a_rather_long_name_{number}": deep, "宽" * 40: {"type": "string"}}}
    new = contract()
    schema(new, "/alone", "get")["properties"]["deep"] = copy.deepcopy(deep)
    schema(old, "/alone", "get")["properties"]["deep"] = json.loads(json.dumps(deep).replace('"string"', '"number"'))
    new["paths"]["/" + "long/" * 60] = {"get": {"responses": {}}}
    out = text(compared(new, old=old), width)
    console = Console(file=io.StringIO())
    assert max(console.measure(line).maximum for line in out.splitlines()) <= min(width, 100)


def test_text_of_a_description_is_text() -> None:
    new = contract()
    new["paths"]["/[red]x\x1b[31m\u202e"] = {"get": {"responses": {}}}
    new["info"]["version"] = "[bold]2\x07\n"
    edit = new["components"]["schemas"]["Edit"]["properties"]
    edit["[link=file:///]\x1b]0;t\x07"] = {"type": "string", "default": "[blink]\x9b1m :smile:"}
    out = text(compared(new))
    assert "GET /[red]x[31m" in out
    assert "Version 1 -> [bold]2\n" in out
    assert '[link=file:///]]0;t: string, default "[blink]1m :smile:"' in out
    assert all(char.isprintable() or char == "\n" for char in out)
    told = as_json(compared(new))
    assert all(char.isprintable() or char == "\n" for char in told)
    assert "/[red]x\x1b[31m\u202e" in json.loads(told)["changes"][-1]["pointer"].replace("~1", "/")


def test_colour_is_for_terminals() -> None:
    new = contract()
    new["paths"]["/new"] = {"get": {"responses": {}}}
    out = io.StringIO()
    print_text(compared(new), Console(file=out, width=100, force_terminal=True, color_system="standard"))
    assert "\x1b[" in out.getvalue()
    assert "\x1b[" not in text(compared(new))


# JSON


def test_the_json_of_a_comparison() -> None:
    new = contract()
    new["info"]["version"] = "2"
    new["components"]["schemas"]["Edit"]["properties"]["größe"] = {"type": "string"}
    assert as_json(compared(new, prose=1)) == json.dumps(
        {
            "schema_version": 1,
            "old_version": "1",
            "new_version": "2",
            "headline": "1 fact changed in 3 operations; no operation came or went.",
            "changes": [
                {
                    "kind": "added",
                    "pointer": "/components/schemas/Edit/properties/größe",
                    "operations": ["POST /a", "POST /b", "POST /c"],
                    "old": None,
                    "new": {"type": "string"},
                },
                {"kind": "changed", "pointer": "/info/version", "operations": [], "old": "1", "new": "2"},
            ],
            "prose": {"count": 1, "added": ["/0"], "removed": [], "changed": []},
        },
        ensure_ascii=False,
        indent=2,
    )


def test_json_is_told_even_of_what_utf_8_cannot_write() -> None:
    new = contract()
    new["components"]["schemas"]["Edit"]["default"] = "\ud83d"
    assert json.loads(as_json(compared(new)).encode())["changes"][0]["new"] == "\ud83d"


# Real descriptions


def real(old: str, new: str) -> Comparison:
    if not UPSTREAM.is_dir():
        pytest.skip("the vendor's descriptions are not beside this checkout")
    before, after = (facts(read_file(UPSTREAM / f"{name}.yaml")) for name in (old, new))
    return compare_facts(before.contract, after.contract, old_prose=before.prose, new_prose=after.prose)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2025-07-02.de9c5745", "2025-07-08.504735b8", "POST /image/edit added."),
        (
            "2025-11-27.3d77009a",
            "2025-11-27.03eacb75",
            "2 facts changed in 1 operation; no operation came or went.",
        ),
        (
            "2026-08-21.b36a3b80",
            "2026-08-22.1d9b674d",
            "Nothing but the version and prose changed (8 places).",
        ),
    ],
)
def test_the_headline_of_a_real_bump(old: str, new: str, said: str) -> None:
    assert headline(real(old, new)) == said


def test_the_errors_that_became_references_are_told_in_few_lines() -> None:
    comparison = real("2025-07-09.240f3ef3", "2025-07-10.3793096c")
    told = [line for line in text(comparison).splitlines() if line.startswith("  ~ ")]
    assert len(told) == 9
    assert "  ~ response 500 application/json: object with 1 property -> $ref StandardError" in told


def test_the_longest_way_is_told_alike_twice() -> None:
    comparison = real("2025-06-12.3c428ac4", "2026-08-22.1d9b674d")
    assert text(comparison) == text(real("2025-06-12.3c428ac4", "2026-08-22.1d9b674d"))
    assert as_json(comparison) == as_json(real("2025-06-12.3c428ac4", "2026-08-22.1d9b674d"))
    assert "POST /image/edit" in comparison.operations_added
