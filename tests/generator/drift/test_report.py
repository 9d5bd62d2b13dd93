"""The contents and the order of a report, and its text form on a terminal."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from rich.console import Console

from generator.drift.assess import assess
from generator.drift.compare.changes import Place
from generator.drift.judge.accepted import Accepted
from generator.drift.judge.classes import Class
from generator.drift.judge.findings import Finding
from generator.drift.report.groups import groups
from generator.drift.report.report import Report
from generator.drift.report.text import print_text
from tests.generator.drift.judging import finding, published, report
from tests.table import table


def text(made: Report, width: int = 100) -> str:
    out = io.StringIO()
    print_text(made, Console(file=out, width=width))
    return out.getvalue()


def body(*findings: Finding) -> list[str]:
    """Return the lines below the headline and the counts."""
    return text(report(*findings)).split("\n\n", 1)[1].splitlines()


# Counts and classes


@table(
    ("classes", "bump"),
    [
        ([], None),
        ([Class.WIRE, Class.ADDITIVE], "major"),
        ([Class.SOURCE], "major"),
        ([Class.BEHAVIOUR, Class.ADDITIVE], "minor"),
        ([Class.BEHAVIOUR, Class.LIFECYCLE], "patch"),
        ([Class.ERRORS], "patch"),
        ([Class.DOCS], "patch"),
        ([Class.VERSION], "patch"),
    ],
)
def test_the_strongest_class_gives_the_suggested_bump(classes: list[Class], bump: str | None) -> None:
    assert report(*(finding(cls, at=f"/{cls}") for cls in classes)).suggested_bump == bump


def test_counts_have_every_class_and_strongest_is_found() -> None:
    found = report(finding(Class.DOCS, at="/a"), finding(Class.SOURCE, at="/b"), finding(Class.DOCS, at="/c"))
    assert found.counts == {**dict.fromkeys(Class, 0), Class.SOURCE: 1, Class.DOCS: 2}
    assert list(found.counts) == list(Class)
    assert found.strongest is Class.SOURCE


def test_the_threshold_is_reached_by_its_own_class_and_stronger_ones() -> None:
    found = report(finding(Class.ADDITIVE))
    assert [found.reaches(line) for line in Class] == [False, False, False, False, True, True, True, True]
    assert not report().reaches(Class.VERSION)


def test_accepted_findings_are_listed_separately() -> None:
    one = finding(Class.WIRE, "x", at="/b")
    found = report(one, finding(Class.DOCS), entries=(Accepted(one.fingerprint, "never sent"),))
    assert (found.strongest, found.suggested_bump, found.counts[Class.WIRE]) == (Class.DOCS, "patch", 0)
    assert "Accepted in spec/accepted.toml\n  WIRE       the server x is new  [fact-changed]\n" in text(found)
    assert "             because: never sent\n" in text(found)
    alone = report(one, entries=(Accepted(one.fingerprint, "never sent"),))
    assert alone.headline == "Only accepted findings differ (1 finding)."


# Text


def test_a_report_without_findings_says_that_nothing_changed() -> None:
    assert text(report(new="1")) == "Nothing changed.\n"


def test_findings_are_grouped_by_operation_the_strongest_first() -> None:
    assert text(
        report(
            finding(Class.WIRE, "x", "POST /b", at="/paths/~1b/post/x"),
            finding(Class.ADDITIVE, "y", "POST /b", at="/paths/~1b/post/y"),
            finding(Class.BEHAVIOUR, "z", "GET /a", at="/paths/~1a/get/z"),
            finding(Class.DOCS, "w", at=""),
            finding(Class.VERSION, "v", at="/info/version"),
        )
    ).splitlines()[1:] == [
        "Version 1 -> 2",
        "1 WIRE, 1 BEHAVIOUR, 1 ADDITIVE, 1 DOCS, 1 VERSION. Suggested version bump: major.",
        "",
        "POST /b",
        "  WIRE       the server x is new  [fact-changed]",
        "  ADDITIVE   the server y is new  [fact-changed]",
        "",
        "GET /a",
        "  BEHAVIOUR  the server z is new  [fact-changed]",
        "",
        "The document",
        "  DOCS       the server w is new  [fact-changed]",
    ]


def test_a_finding_of_several_operations_is_one_group_with_their_number() -> None:
    names = [f"POST /a/rather/long/path/{number}" for number in range(20)]
    assert body(finding(Class.WIRE, "x", *names)) == [
        "20 operations: POST /a/rather/long/path/0, POST /a/rather/long/path/1 and 18 more",
        "  WIRE       the server x is new  [fact-changed]",
    ]


def test_media_types_other_than_json_are_named() -> None:
    form = finding(Class.WIRE, "x", at="/1", places=(Place("POST /a", "body", "", "multipart/form-data"),))
    usual = finding(Class.WIRE, "y", at="/2", places=(Place("POST /a", "body", "", "application/json"),))
    assert body(form, usual)[1:] == [
        "  WIRE       the server x is new (in multipart/form-data)  [fact-changed]",
        "  WIRE       the server y is new  [fact-changed]",
    ]


def sentence(place: Place, old: list[str] | None, new: list[str] | None) -> Finding:
    said = "changed" if old and new else "new" if new else "gone"
    return finding(
        Class.BEHAVIOUR, said, kind=None, rule="prose-behaviour", places=(place,), old=old, new=new,
        at="/paths/~1a/get/description",
    )  # fmt: skip


def test_old_and_new_sentences_are_shown_with_their_place() -> None:
    assert body(sentence(Place("GET /a", "query parameter n"), ["At most 5."], ["At most 3."])) == [
        "GET /a",
        "  BEHAVIOUR  the query parameter n: a sentence about limits, obligation or an end changed",
        "             [prose-behaviour]",
        "             - At most 5.",
        "             + At most 3.",
    ]


@pytest.mark.parametrize("width", [60, 100, 250])
def test_no_line_is_wider_than_the_console_or_a_hundred_columns(width: int) -> None:
    long = sentence(Place("GET /" + "long/" * 60, "body", "宽" * 150 + " word" * 40), ["x" * 300], None)
    many = finding(Class.WIRE, "y" * 300, *(f"POST /{'p' * 40}/{n}" for n in range(9)), at="/components/schemas/E/x")
    out = text(report(long, many, old="1" * 300, new="2"), width)
    console = Console(file=io.StringIO())
    assert max(console.measure(line).maximum for line in out.splitlines()) <= min(width, 100)


def test_text_of_a_description_is_printed_without_markup_and_control_characters() -> None:
    place = Place("GET /[red]x\x07", "body", "[bold]x\x1b[31m\u202e :smile:")
    out = text(report(sentence(place, None, ["[blink]\x9b1m\r\n::error::x"]), old="1", new="[bold]2\x07\n"))
    assert "GET /[red]x\n" in out
    assert "Version 1 -> [bold]2\n" in out
    assert "[bold]x[31m :smile:" in out
    assert all(char.isprintable() or char == "\n" for char in out)


def test_no_line_is_a_github_workflow_command() -> None:
    out = text(report(finding(Class.WIRE, "::add-mask::x " + "word " * 16 + "::error::y", "GET /a")), 60)
    assert not [line for line in out.splitlines() if line.lstrip().startswith("::")]


def test_colour_is_printed_only_on_terminals() -> None:
    out = io.StringIO()
    print_text(report(finding(Class.WIRE)), Console(file=out, width=100, force_terminal=True, color_system="standard"))
    assert "\x1b[" in out.getvalue()
    assert "\x1b[" not in text(report(finding(Class.WIRE)))


def test_the_order_of_groups_does_not_depend_on_the_order_of_findings() -> None:
    found = [finding(Class.WIRE, name, f"GET /{name}", at=f"/{name}") for name in "abc"]
    assert groups(found) == groups(found[::-1])


# Real descriptions


def test_a_renamed_property_is_reported_at_its_operation() -> None:
    said = text(published("2025-11-27.3d77009a", "2025-11-27.03eacb75"))
    assert said.startswith("POST /image/generate: aspectRatio is no longer accepted: it is called aspect_ratio")
    assert "\n\nPOST /image/generate\n  WIRE  " in said


def test_inline_errors_that_became_references_are_two_findings_without_lost_python_names() -> None:
    findings = published("2025-07-09.240f3ef3", "2025-07-10.3793096c").findings
    assert [(one.rule, one.new, one.python) for one in findings if one.cls is not Class.VERSION] == [
        ("inline-became-ref-unseen", "DetailedError", ()),
        ("inline-became-ref-unseen", "StandardError", ()),
    ]


def test_descriptions_are_compared_by_facts_if_one_has_no_prose() -> None:
    document: dict[str, Any] = {"paths": {"/a": {"get": {"responses": {}}}}}
    assert assess(document, document, {"/info/title": "A", "/info/description": "It must."}, {}).findings == ()


@pytest.mark.slow
def test_json_of_a_published_pair_has_every_finding_once() -> None:
    from generator.drift.report.json import as_json

    made = published("2026-08-17.fd9eac90", "2026-08-18.58890377")
    found = json.loads(as_json(made))
    assert len({one["fingerprint"] for one in found["findings"]}) == len(made.findings)
    assert sum(found["counts"].values()) == len(made.findings)
