"""The changelog entry of a bump: required changes first, documentation in one line, one entry for consecutive bumps."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from attrs import evolve

from generator.drift.assess import assess
from generator.drift.compare.changes import Kind, Place
from generator.drift.judge.classes import Class
from generator.drift.judge.findings import Finding
from generator.drift.report.changelog import with_bump
from generator.drift.report.report import Report
from tests.contracts import PAIRS
from tests.generator.drift.judging import finding, published, report

HEAD = "# Changelog\n\n## Unreleased\n\n"
TAIL = "- An entry by hand.\n"
METHODS = {"GET /a": "a.get", "POST /b": "b.make"}


def made(*findings: Finding, old: str = "1", new: str = "2") -> Report:
    return report(*findings, old=old, new=new, methods=lambda: METHODS)


def entry(*bumps: Report) -> str:
    text = HEAD + TAIL
    for one in bumps:
        text = with_bump(text, one.comparison.old_version, one) or ""
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


def test_a_moved_method_is_called_as_before_by_those_who_upgrade() -> None:
    moved = finding(Class.WIRE, "x", "GET /a", kind=Kind.OPERATION_MOVED, rule="operation-moved")
    assert entry(made(moved)).startswith(
        "- API contract 1 to 2 (breaks callers):\n  - **Upgrade to keep using** `venice.a.get`: "
    )


def test_a_bump_and_the_way_back_leave_no_entry() -> None:
    assert entry(made(finding(Class.WIRE, "x", "GET /a")), made(field("size"), old="2", new="1")) == ""


def test_joined_bumps_break_callers_only_while_a_line_says_how() -> None:
    bumps = made(removed("GET /a")), made(added("GET /a"), old="2", new="3")
    assert entry(*bumps) == "- API contract 1 to 3 (no code to change).\n"
    assert entry(*bumps, made(field("size"), old="3", new="4")).startswith("- API contract 1 to 4 (adds to the API):\n")


def test_changes_of_documentation_and_version_are_one_line() -> None:
    assert entry(made(finding(Class.DOCS), finding(Class.VERSION, at="/v"))) == (
        "- API contract 1 to 2 (documentation only).\n"
    )


def test_consecutive_bumps_are_one_entry_with_the_strongest_class() -> None:
    assert entry(
        made(field("size")),
        made(finding(Class.DOCS), old="2", new="3"),
        made(field("size"), field("color"), finding(Class.WIRE, "x", "GET /a"), old="3", new="4"),
    ) == (
        "- API contract 1 to 4 (breaks callers):\n"
        "  - **Change your code** `venice.a.get`: the server x is new\n"
        "  - More in `venice.a.get`: size; color\n"
    )


def test_an_operation_added_and_removed_has_no_line() -> None:
    assert entry(made(added("POST /b")), made(removed("POST /b"), old="2", new="3")) == (
        "- API contract 1 to 3 (no code to change).\n"
    )


def test_all_methods_that_came_or_went_are_named_so_that_a_later_bump_can_undo_them() -> None:
    names = [f"GET /{letter}" for letter in "abcdefghijkl"]
    came, went = made(*map(added, names)), made(*map(removed, names), old="2", new="3")
    assert all(name in entry(came) for name in names[2:])
    assert entry(came, went) == "- API contract 1 to 3 (no code to change).\n"


def described(version: str, **schemas: dict[str, object]) -> dict[str, object]:
    """Return a contract of operations, each with one parameter "n" of a schema, or without one."""
    paths = {}
    for name, schema in schemas.items():
        parameters = [{"in": "query", "name": "n", "schema": schema}] if schema else []
        responses = {"200": {"content": {"application/json": {"schema": {"type": "string"}}}}}
        paths[f"/{name}"] = {"get": {"operationId": name, "parameters": parameters, "responses": responses}}
    return {"openapi": "3.0.0", "info": {"version": version}, "paths": paths, "components": {"schemas": {}}}


def lines_of(*contracts: dict[str, dict[str, object]]) -> list[str]:
    """Return the lines of the entry of bumps between contracts, without the first."""
    made_of = [described(str(number), **schemas) for number, schemas in enumerate(contracts)]
    return entry(*(assess(one, other, {}, {}) for one, other in pairwise(made_of))).splitlines()[1:]


def number(default: int) -> dict[str, dict[str, object]]:
    return {"a": {"type": "integer", "default": default}}


def test_a_value_that_changed_twice_changed_once() -> None:
    (once,) = lines_of(number(1), number(3))
    assert lines_of(number(1), number(2), number(3)) == [once]


def test_a_value_that_changed_back_has_no_line() -> None:
    assert lines_of(number(1), number(2), number(1)) == []


def test_an_argument_that_came_and_went_again_has_no_line() -> None:
    none: dict[str, dict[str, object]] = {"a": {}}
    assert len(lines_of(none, number(1))) == len(lines_of(number(1), none)) == 1
    assert lines_of(none, number(1), none) == []
    assert len(lines_of(number(1), none, {"a": {"type": "string"}})) == 2  # it may be of another type


def test_of_many_methods_that_take_more_most_are_only_named() -> None:
    numbers: dict[str, dict[str, object]] = {f"a{at}": {"type": "integer", "maximum": 9} for at in range(9)}
    wider = {name: {"type": "integer", "maximum": 10 + at} for at, name in enumerate(numbers)}
    lines = lines_of(numbers, wider)
    assert len(lines) == 7
    assert lines[-1].startswith("  - More in other methods: ")
    assert lines[-1].count("`") == 2 * 3
    assert lines_of(numbers, wider, wider | {"b": {}})[1:] == lines


def test_a_bump_that_does_not_continue_the_last_has_its_own_entry() -> None:
    text = entry(made(field("size")), made(field("color"), old="7", new="8"))
    assert text.startswith("- API contract 7 to 8 (adds to the API):\n")
    assert "- API contract 1 to 2 (adds to the API):\n" in text


def test_long_lines_are_shortened_and_count_the_rest() -> None:
    first = made(*(field(f"f{at}") for at in range(10)))
    second = made(*(field(f"g{at}") for at in range(3)), old="2", new="3")
    assert "f2; and 7 more\n" in entry(first)
    assert "f2; and 10 more\n" in entry(first, second)


def test_a_changelog_without_an_unreleased_section_is_not_changed() -> None:
    assert with_bump("# Changelog\n", "1", made(field("size"))) is None


@pytest.mark.slow
def test_the_published_history_is_one_readable_entry() -> None:
    names = published(*PAIRS[-1]).methods()  # methods of two versions for all: to plan 40 clients takes ten seconds
    text = HEAD
    for old, new in PAIRS[-20:]:
        one = evolve(published(old, new), methods=lambda: names)
        text = with_bump(text, one.comparison.old_version, one) or ""
    assert text.count("- API contract") == 1
    assert len(text.split()) < 600


def test_what_happens_to_a_method_that_is_new_in_the_entry_has_no_line() -> None:
    later = made(finding(Class.WIRE, "x", "POST /b"), finding(Class.WIRE, "y", "GET /a", "POST /b"), old="2", new="3")
    assert entry(made(added("POST /b")), later) == (
        "- API contract 1 to 3 (breaks callers):\n"
        "  - **Change your code** `venice.a.get`: the server y is new\n"
        "  - New methods: `venice.b.make`\n"
    )


def test_a_method_that_is_new_in_the_entry_and_moved_has_its_last_name() -> None:
    moved = finding(Class.WIRE, "x", "GET /a", kind=Kind.OPERATION_MOVED, rule="operation-moved", old="POST /b")
    assert entry(made(added("POST /b")), made(moved, old="2", new="3")) == (
        "- API contract 1 to 3 (adds to the API):\n  - New methods: `venice.a.get`\n"
    )


def test_a_field_that_is_called_as_before_again_has_no_line() -> None:
    def called(old: str, new: str, **more: Any) -> Finding:
        place = (Place("GET /a", "body", new),)
        return finding(Class.WIRE, "", places=place, direction="request", at=f"/{new}", old=old, new=new, **more)

    for kind in (Kind.PROPERTY_RENAMED, Kind.PROPERTY_RENAMED_OPEN):
        one, other = called("sizeOf", "size_of", kind=kind), called("size_of", "sizeOf", kind=kind)
        assert "size_of" in entry(made(one))
        assert entry(made(one), made(other, old="2", new="3")) == "- API contract 1 to 3 (no code to change).\n"


def test_an_entry_is_apart_from_a_paragraph_that_follows() -> None:
    text = with_bump(f"{HEAD}The first release.\n", "1", made(field("size"))) or ""
    assert text.endswith("  - More in `venice.a.get`: size\n\nThe first release.\n")
    later = with_bump(text, "2", made(field("color"), old="2", new="3")) or ""
    assert later.endswith("  - More in `venice.a.get`: size; color\n\nThe first release.\n")
    assert with_bump(later, "3", made(field("x"), old="3", new="1")) == f"{HEAD}The first release.\n"


def test_a_default_that_came_changed_and_went_has_no_line_and_one_that_is_gone_names_the_first() -> None:
    none: dict[str, dict[str, object]] = {"a": {"type": "integer"}}
    assert lines_of(none, number(1), number(2), none) == []
    (gone,) = lines_of(number(1), number(2), none)
    assert gone.endswith("default 1 is gone")
    (came,) = lines_of(none, number(1), number(2))
    assert came.endswith("default 2 is new")


def test_what_a_later_bump_takes_back_word_by_word_has_no_line() -> None:
    values: list[dict[str, dict[str, object]]] = [
        {"a": {"type": "string", "enum": [*"xyz"][:count]}} for count in (2, 3)
    ]
    assert len(lines_of(values[0], values[1])) == len(lines_of(values[1], values[0])) == 1
    assert lines_of(values[0], values[1], values[0]) == []
    assert lines_of(values[1], values[0], values[1]) == []
    schemas: list[dict[str, object]] = [{"type": name} for name in ("string", "integer", "boolean")]
    unions: list[dict[str, dict[str, object]]] = [{"a": {"anyOf": schemas[:count]}} for count in (2, 3)]
    assert lines_of(unions[0], unions[1], unions[0]) == lines_of(unions[1], unions[0], unions[1]) == []


def test_a_field_that_is_deprecated_and_then_gone_is_only_gone() -> None:
    place = (Place("GET /a", "response 200", "size"),)
    marked = finding(Class.LIFECYCLE, "deprecated", kind=Kind.DEPRECATED, places=place, direction="response")
    gone = finding(Class.WIRE, "", kind=Kind.PROPERTY_REMOVED_OPEN, places=place, direction="response")
    assert "is deprecated" in entry(made(marked))
    assert entry(made(marked), made(gone, old="2", new="3")) == (
        "- API contract 1 to 3 (breaks callers):\n"
        "  - **Change your code** `venice.a.get`: size is gone from the response\n"
    )


def test_what_differs_in_python_is_said_once_however_many_causes_it_has() -> None:
    found = [finding(Class.SOURCE, name, "GET /a", at=f"/{name}", python=("B is gone",)) for name in "xy"]
    assert entry(made(*found)).count("B is gone") == 1
