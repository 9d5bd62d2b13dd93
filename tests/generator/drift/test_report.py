"""What there is to report, in which order a person reads it, and how it looks on a terminal."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from rich.console import Console

from generator.drift.assess import assess
from generator.drift.compare.compare import compare_facts
from generator.drift.judge.accepted import Accepted
from generator.drift.judge.classes import Class
from generator.drift.judge.findings import Finding
from generator.drift.report.groups import groups
from generator.drift.report.report import Report, methods_of, report_of
from generator.drift.report.text import print_text
from generator.errors import GeneratorError
from tests.contracts import contract


def finding(cls: Class, message: str = "said", *operations: str, at: str = "/paths/~1a/get", **more: Any) -> Finding:
    values = {"media_types": (), "old": None, "new": None, **more}
    return Finding(values.pop("rule", "fact-changed"), cls, at, operations, message=message, **values)


def report(*findings: Finding, old: str = "", new: str = "", **more: Any) -> Report:
    said = {one.pointer: "new" for one in findings if one.rule == "prose-behaviour"}
    contracts = [{"info": {"version": version}} if version else {} for version in (old, new)]
    comparison = compare_facts(*contracts, old_prose={}, new_prose=said)
    return report_of(comparison, tuple(sorted(findings, key=lambda one: one.cls.rank)), **more)


def text(told: Report, width: int = 100) -> str:
    out = io.StringIO()
    print_text(told, Console(file=out, width=width))
    return out.getvalue()


def body(*findings: Finding) -> list[str]:
    """The lines below the headline and the counts."""
    return text(report(*findings)).split("\n\n", 1)[1].splitlines()


# What findings come to


@pytest.mark.parametrize(
    ("classes", "bump"),
    [
        ([], None),
        ([Class.WIRE, Class.ADDITIVE], "major"),
        ([Class.SOURCE], "major"),
        ([Class.BEHAVIOUR, Class.ADDITIVE], "minor"),
        ([Class.BEHAVIOUR, Class.LIFECYCLE], "patch"),
        ([Class.DOCS], "patch"),
        ([Class.VERSION], "patch"),
    ],
)
def test_the_suggested_bump(classes: list[Class], bump: str | None) -> None:
    assert report(*(finding(cls, at=f"/{cls}") for cls in classes)).suggested_bump == bump


def test_counts_name_every_class_and_the_strongest_is_first() -> None:
    found = report(finding(Class.DOCS, at="/a"), finding(Class.SOURCE, at="/b"), finding(Class.DOCS, at="/c"))
    assert found.counts == {**dict.fromkeys(Class, 0), Class.SOURCE: 1, Class.DOCS: 2}
    assert list(found.counts) == list(Class)
    assert found.strongest is Class.SOURCE


def test_the_line_is_reached_by_its_own_class_and_stronger_ones() -> None:
    found = report(finding(Class.ADDITIVE))
    assert [found.reaches(line) for line in Class] == [False, False, False, True, True, True, True]
    assert not report().reaches(Class.VERSION)


def test_accepted_findings_are_told_apart() -> None:
    one = finding(Class.WIRE, "x is gone", at="/b")
    found = report(one, finding(Class.DOCS), entries=(Accepted(one.fingerprint, "never sent"),))
    assert (found.strongest, found.suggested_bump, found.counts[Class.WIRE]) == (Class.DOCS, "patch", 0)
    assert "Accepted in spec/accepted.toml\n  WIRE       x is gone  [fact-changed]\n" in text(found)
    assert "             because: never sent\n" in text(found)
    alone = report(one, entries=(Accepted(one.fingerprint, "never sent"),))
    assert alone.headline == "Nothing but what was accepted differs (1 finding)."


def test_methods_of_a_description_without_a_client_are_left_out() -> None:
    def broken() -> dict[str, str]:
        raise GeneratorError("no client")

    assert methods_of(broken, lambda: {"GET /a": "a.get"})() == {"GET /a": "a.get"}


# Text


def test_nothing_changed() -> None:
    assert text(report()) == "Nothing changed.\n"


def test_findings_are_told_by_operation_the_strongest_first() -> None:
    assert text(
        report(
            finding(Class.WIRE, "x is refused", "POST /b", at="/paths/~1b/post/x"),
            finding(Class.ADDITIVE, "y is new", "POST /b", at="/paths/~1b/post/y"),
            finding(Class.BEHAVIOUR, "z means more", "GET /a", at="/paths/~1a/get/z"),
            finding(Class.DOCS, "1 place differs", at=""),
            finding(Class.VERSION, "info.version 1 became 2", at="/info/version"),
            old="1",
            new="2",
        )
    ).splitlines()[1:] == [
        "Version 1 -> 2",
        "1 WIRE, 1 BEHAVIOUR, 1 ADDITIVE, 1 DOCS, 1 VERSION. Suggested version bump: major.",
        "",
        "POST /b",
        "  WIRE       x is refused  [fact-changed]",
        "  ADDITIVE   y is new  [fact-changed]",
        "",
        "GET /a",
        "  BEHAVIOUR  z means more  [fact-changed]",
        "",
        "The document",
        "  DOCS       1 place differs  [fact-changed]",
    ]


def test_operations_of_which_one_thing_is_told_are_listed_together() -> None:
    assert body(
        finding(Class.WIRE, "GET /b removed", "GET /b", at="/paths/~1b/get"),
        finding(Class.ADDITIVE, "GET /a added", "GET /a", at="/paths/~1a/get"),
    ) == ["Operations", "  WIRE       GET /b removed  [fact-changed]", "  ADDITIVE   GET /a added  [fact-changed]"]


def test_what_several_operations_share_is_told_once_with_its_component() -> None:
    names = [f"POST /a/rather/long/path/{number}" for number in range(20)]
    assert body(finding(Class.WIRE, "x is refused", *names, at="/components/schemas/Edit/properties/x")) == [
        "schema Edit",
        "  reaches 20 operations: POST /a/rather/long/path/0, POST /a/rather/long/path/1 and 18 more",
        "  WIRE       x is refused  [fact-changed]",
    ]


def test_what_reads_the_same_in_many_operations_is_one_line() -> None:
    many = [finding(Class.SOURCE, "answer 500", f"GET /{name}", at=f"/paths/~1{name}/get/x") for name in "abcd"]
    assert body(*many) == [
        "4 operations: GET /a, GET /b, GET /c, GET /d",
        "  SOURCE     answer 500  [fact-changed]",
    ]
    assert len(body(*many[:3])) == 8  # three titles, each with its line


def test_what_reads_the_same_twice_in_an_operation_is_counted() -> None:
    pair = [finding(Class.WIRE, "name may be null", "GET /a", at=f"/paths/~1a/get/{number}") for number in range(2)]
    assert body(*pair) == ["GET /a", "  WIRE       name may be null (2 places)  [fact-changed]"]


def test_media_types_are_told_where_they_are_not_the_usual_one() -> None:
    form = finding(Class.WIRE, "x is gone", "POST /a", at="/1", media_types=("multipart/form-data",))
    usual = finding(Class.WIRE, "y is gone", "POST /a", at="/2", media_types=("application/json",))
    assert body(form, usual)[1:] == [
        "  WIRE       x is gone (in multipart/form-data)  [fact-changed]",
        "  WIRE       y is gone  [fact-changed]",
    ]


def test_sentences_are_shown_old_and_new_with_their_place() -> None:
    at = "/paths/~1a/get/parameters/0/description"
    one = finding(
        Class.BEHAVIOUR, "changed", "GET /a", at=at, rule="prose-behaviour", old=["At most 5."], new=["At most 3."]
    )
    assert body(one) == [
        "GET /a",
        "  BEHAVIOUR  parameter 0: changed  [prose-behaviour]",
        "             - At most 5.",
        "             + At most 3.",
    ]


def test_the_same_sentences_in_many_places_are_shown_once() -> None:
    found = [
        finding(
            Class.BEHAVIOUR, "came", f"GET /{name}", at=f"/paths/~1{name}/get/responses/200/x/y/description",
            rule="prose-behaviour", new=["At most 3."],
        )
        for name in "abcdef"
    ]  # fmt: skip
    assert body(*found) == [
        "6 operations: GET /a, GET /b, GET /c, GET /d, GET /e, GET /f",
        "  BEHAVIOUR  y: came  [prose-behaviour]",
        "             + At most 3.",
    ]


@pytest.mark.parametrize("width", [60, 100, 250])
def test_no_line_is_wider_than_the_console_or_a_hundred_columns(width: int) -> None:
    long = finding(
        Class.BEHAVIOUR, "宽" * 150 + " word" * 40, "GET /" + "long/" * 60, at="/paths/~1x/get/description",
        rule="prose-behaviour", old=["x" * 300],
    )  # fmt: skip
    many = finding(Class.WIRE, "y" * 300, *(f"POST /{'p' * 40}/{n}" for n in range(9)), at="/components/schemas/E/x")
    out = text(report(long, many, old="1" * 300, new="2"), width)
    console = Console(file=io.StringIO())
    assert max(console.measure(line).maximum for line in out.splitlines()) <= min(width, 100)


def test_text_of_a_description_is_text() -> None:
    one = finding(
        Class.BEHAVIOUR, "[bold]x\x1b[31m\u202e :smile:", "GET /[red]x\x07", at="/paths/~1x/get/description",
        rule="prose-behaviour", new=["[blink]\x9b1m\r\n::error::x"],
    )  # fmt: skip
    out = text(report(one, old="1", new="[bold]2\x07\n"))
    assert "GET /[red]x\n" in out
    assert "Version 1 -> [bold]2\n" in out
    assert "[bold]x[31m :smile:" in out
    assert all(char.isprintable() or char == "\n" for char in out)


def test_no_line_is_a_command_in_a_log() -> None:
    out = text(report(finding(Class.WIRE, "::add-mask::x " + "word " * 16 + "::error::y", "GET /a")), 60)
    assert not [line for line in out.splitlines() if line.lstrip().startswith("::")]


def test_colour_is_for_terminals() -> None:
    out = io.StringIO()
    print_text(report(finding(Class.WIRE)), Console(file=out, width=100, force_terminal=True, color_system="standard"))
    assert "\x1b[" in out.getvalue()
    assert "\x1b[" not in text(report(finding(Class.WIRE)))


def test_the_order_of_groups_is_the_same_whatever_the_order_of_findings() -> None:
    found = [finding(Class.WIRE, f"{name} is gone", f"GET /{name}", at=f"/{name}") for name in "abc"]
    comparison = compare_facts({}, {}, old_prose={}, new_prose={})
    assert groups(found, comparison) == groups(found[::-1], comparison)


# Real descriptions


def real(old: str, new: str) -> Report:
    return assess(contract(old), contract(new), {}, {})


def test_a_renamed_property_is_told_at_its_operation() -> None:
    told = text(real("2025-11-27.3d77009a", "2025-11-27.03eacb75"))
    assert told.startswith("aspectRatio renamed aspect_ratio in a closed object: callers break")
    assert "1 WIRE, 1 VERSION. Suggested version bump: major.\n\nPOST /image/generate\n  WIRE  " in told


def test_the_errors_that_became_references_are_told_in_few_lines() -> None:
    told = text(real("2025-07-09.240f3ef3", "2025-07-10.3793096c")).splitlines()
    assert 9 <= len([line for line in told if "answer" in line]) <= 12
    assert all(len(line) <= 100 for line in told)


def test_a_side_without_any_prose_is_compared_by_its_facts() -> None:
    document: dict[str, Any] = {"paths": {"/a": {"get": {"responses": {}}}}}
    assert assess(document, document, {"/info/description": "It must."}, {}).findings == ()


def test_json_of_a_real_pair_holds_every_finding_once() -> None:
    from generator.drift.report.json import as_json

    told = real("2026-08-17.fd9eac90", "2026-08-18.58890377")
    found = json.loads(as_json(told))
    assert len({one["fingerprint"] for one in found["findings"]}) == len(told.findings)
    assert sum(found["counts"].values()) == len(told.findings)
