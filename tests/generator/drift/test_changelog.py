"""The changelog entry of a bump: required changes first, documentation in one line; an entry can be continued."""

from __future__ import annotations

import pytest
from attrs import evolve

from generator.drift.assess import assess
from generator.drift.compare.changes import Kind, Place
from generator.drift.judge.classes import Class
from generator.drift.judge.findings import Finding
from generator.drift.report.changelog import start_of_entry, with_bump
from generator.drift.report.report import Report
from generator.errors import GeneratorError
from tests.contracts import PAIRS
from tests.generator.drift.judging import finding, published, report

HEAD = "# Changelog\n\n## Unreleased\n\n"
TAIL = "- An entry by hand.\n"
METHODS = {"GET /a": "a.get", "POST /b": "b.make"}


def made(*findings: Finding, old: str = "1", new: str = "2") -> Report:
    return report(*findings, old=old, new=new, methods=lambda: METHODS)


def entry(one: Report) -> str:
    text = with_bump(HEAD + TAIL, one)
    assert text.startswith(HEAD)
    assert text.endswith(TAIL)
    return text.removeprefix(HEAD).removesuffix(TAIL)


def added(name: str) -> Finding:
    return finding(Class.ADDITIVE, name, name, kind=Kind.OPERATION_ADDED, rule="operation-added", at=f"/{name}")


def removed(name: str) -> Finding:
    return finding(Class.WIRE, name, name, kind=Kind.OPERATION_REMOVED, rule="operation-removed", at=f"/{name}")


def field(name: str, operation: str = "GET /a") -> Finding:
    place = Place(operation, "body", name)
    return finding(Class.ADDITIVE, "", kind=Kind.PROPERTY_ADDED, places=(place,), direction="request", at=f"/{name}")


def test_an_entry_lists_required_changes_first_and_uses_python_names() -> None:
    assert entry(made(finding(Class.WIRE, "x", "GET /a"), added("POST /b"), field("size"))) == (
        "- API contract 1 to 2 (breaks callers):\n"
        "  - **Change your code** `venice.a.get`: the server x is new\n"
        "  - New methods: `venice.b.make`\n"
        "  - More in `venice.a.get`: size\n"
    )


FOLLOWED = {
    Kind.OPERATION_MOVED: "operation-moved",
    Kind.SERVER_CHANGED: "server-changed",
    Kind.MEDIA_REMOVED: "request-media-removed",
    Kind.PARAMETER_STYLE_CHANGED: "parameter-style-changed",
    Kind.ENCODING_CHANGED: "multipart-encoding-changed",
}


@pytest.mark.parametrize("kind", FOLLOWED)
def test_a_method_whose_request_is_sent_in_another_way_is_called_as_before_by_those_who_upgrade(kind: Kind) -> None:
    changed = finding(
        Class.WIRE, "x", "GET /a", kind=kind, rule=FOLLOWED[kind], direction="request", old=["o"], new=["n"]
    )
    start = "- API contract 1 to 2 (breaks callers):\n  - "
    assert entry(made(changed)).startswith(f"{start}**Upgrade to keep using** `venice.a.get`: ")
    assert entry(made(evolve(changed, python=("a.get(x) is gone",)))).startswith(f"{start}**Change your code** ")


def test_a_response_of_another_media_type_has_to_be_read_in_another_way() -> None:
    gone = finding(
        Class.WIRE, "x", "GET /a", kind=Kind.MEDIA_REMOVED, rule="response-media-removed", direction="response"
    )
    assert "**Change your code** `venice.a.get`" in entry(made(gone))


def test_changes_of_documentation_and_version_are_one_line() -> None:
    assert entry(made(finding(Class.DOCS), finding(Class.VERSION, at="/v"))) == (
        "- API contract 1 to 2 (documentation only).\n"
    )


def test_all_methods_that_came_or_went_are_named() -> None:
    names = [f"GET /{letter}" for letter in "abcdefghijkl"]
    for kind in (added, removed):
        text = entry(made(*map(kind, names)))
        assert all(name in text for name in names[1:])


def test_an_entry_that_is_continued_is_replaced_and_dropped_where_nothing_differs_any_more() -> None:
    text = with_bump(HEAD + TAIL, made(field("size")))
    assert start_of_entry(text, "2") == "1"
    later = with_bump(text, made(field("color"), new="3"), is_continued=True)
    assert later == HEAD + "- API contract 1 to 3 (adds to the API):\n  - More in `venice.a.get`: color\n" + TAIL
    assert with_bump(later, made(new="1"), is_continued=True) == HEAD + TAIL


def test_only_an_entry_that_ends_in_the_pin_is_continued() -> None:
    text = with_bump(HEAD + TAIL, made(field("size")))
    for other, version in ((text, "3"), (HEAD + TAIL + text, "2"), (HEAD + TAIL, "2")):
        assert start_of_entry(other, version) == ""
    text = with_bump(text, made(field("color"), old="7", new="8"))
    assert text.startswith(HEAD + "- API contract 7 to 8 (adds to the API):\n")
    assert "- API contract 1 to 2 (adds to the API):\n" in text


def described(version: str, **schemas: dict[str, object]) -> dict[str, object]:
    """Return a contract of operations, each with one parameter "n" of a schema, or without one."""
    paths = {}
    for name, schema in schemas.items():
        parameters = [{"in": "query", "name": "n", "schema": schema}] if schema else []
        responses = {"200": {"content": {"application/json": {"schema": {"type": "string"}}}}}
        paths[f"/{name}"] = {"get": {"operationId": name, "parameters": parameters, "responses": responses}}
    return {"openapi": "3.0.0", "info": {"version": version}, "paths": paths, "components": {"schemas": {}}}


def lines_of(old: dict[str, dict[str, object]], new: dict[str, dict[str, object]]) -> list[str]:
    """Return the lines of the entry of a bump, without the first."""
    return entry(assess(described("1", **old), described("2", **new), {}, {})).splitlines()[1:]


def test_of_many_methods_that_take_more_most_are_only_named() -> None:
    numbers: dict[str, dict[str, object]] = {f"a{at}": {"type": "integer", "maximum": 9} for at in range(9)}
    wider = {name: {"type": "integer", "maximum": 10 + at} for at, name in enumerate(numbers)}
    lines = lines_of(numbers, wider)
    assert len(lines) == 7
    assert lines[-1].startswith("  - More in other methods: ")
    assert lines[-1].count("`") == 2 * 3
    assert lines_of(numbers, wider | {"b": {}})[1:] == lines


def test_long_lines_are_shortened_and_count_the_rest() -> None:
    assert "f2; and 7 more\n" in entry(made(*(field(f"f{at}") for at in range(10))))


def test_a_changelog_without_an_unreleased_section_is_not_changed() -> None:
    with pytest.raises(GeneratorError, match="Unreleased"):
        with_bump("# Changelog\n", made(field("size")))


@pytest.mark.slow
def test_half_of_the_published_history_is_one_readable_entry() -> None:
    text = with_bump(HEAD, published(PAIRS[-20][0], PAIRS[-1][1]))
    assert text.count("- API contract") == 1
    assert len(text.split()) < 600


def test_an_entry_is_apart_from_a_paragraph_that_follows() -> None:
    text = with_bump(f"{HEAD}The first release.\n", made(field("size")))
    assert text.endswith("  - More in `venice.a.get`: size\n\nThe first release.\n")
    later = with_bump(text, made(field("color"), new="3"), is_continued=True)
    assert later.endswith("  - More in `venice.a.get`: color\n\nThe first release.\n")
    assert with_bump(later, made(new="1"), is_continued=True) == f"{HEAD}The first release.\n"


def test_what_differs_in_python_is_said_once_however_many_causes_it_has() -> None:
    found = [finding(Class.SOURCE, name, "GET /a", at=f"/{name}", python=("B is gone",)) for name in "xy"]
    assert entry(made(*found)).count("B is gone") == 1
