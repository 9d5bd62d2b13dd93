"""Reports for programs and for pull requests: JSON and Markdown."""

from __future__ import annotations

import json
import re

import pytest

from generator.drift.compare.changes import Kind, Place
from generator.drift.judge.accepted import Accepted
from generator.drift.judge.classes import Class
from generator.drift.report.json import as_json
from generator.drift.report.markdown import as_markdown, defused
from tests.generator.drift.judging import finding, report
from tests.table import table

# JSON


def test_the_json_report_has_the_documented_fields() -> None:
    place = Place("POST /a", "body", "größe", "application/json")
    one = finding(Class.WIRE, "größe", places=(place,), old={"type": "string"}, direction="request")
    other = finding(Class.DOCS, "w", at="")
    entries = (Accepted(other.fingerprint, "fine"), Accepted("0" * 12, "x"))
    made = json.loads(as_json(report(one, other, entries=entries)))
    assert {key: value for key, value in made.items() if key not in ("findings", "accepted")} == {
        "schema_version": 2,
        "old_version": "1",
        "new_version": "2",
        "headline": "POST /a: the server größe is new.",
        "class": "WIRE",
        "suggested_bump": "major",
        "counts": {cls: int(cls is Class.WIRE) for cls in Class},
        "unmatched": [{"fingerprint": "0" * 12, "rule": "", "pointer": "", "reason": "x"}],
        "prose": {"count": 0, "added": [], "removed": [], "changed": [], "moved": []},
        "changes": [
            {
                "kind": "version-changed",
                "direction": "none",
                "pointer": "/info/version",
                "operations": [],
                "subject": "",
                "old": "1",
                "new": "2",
            }
        ],
    }
    assert made["findings"] == [
        {
            "rule": "fact-changed",
            "class": "WIRE",
            "direction": "request",
            "pointer": "/paths/~1a/get",
            "pointers": ["/paths/~1a/get"],
            "operations": ["POST /a"],
            "places": [{"operation": "POST /a", "holder": "body", "field": "größe", "media_type": "application/json"}],
            "media_types": ["application/json"],
            "old": {"type": "string"},
            "new": None,
            "python": [],
            "message": "the server größe is new",
            "fingerprint": one.fingerprint,
        }
    ]
    assert [(row["fingerprint"], row["reason"]) for row in made["accepted"]] == [(other.fingerprint, "fine")]


def test_a_json_report_without_findings_has_the_same_fields() -> None:
    reported = json.loads(as_json(report(new="1")))
    assert (reported["class"], reported["suggested_bump"], reported["findings"]) == (None, None, [])
    assert set(reported["counts"].values()) == {0}


def test_json_escapes_surrogates_and_control_characters() -> None:
    odd = "\ud83d\x1b[31m\u202e\x9b"
    text = as_json(report(finding(Class.WIRE, old=odd)))
    assert json.loads(text.encode())["findings"][0]["old"] == odd
    assert all(char.isprintable() or char == "\n" for char in text)


# Markdown


def test_the_markdown_report_has_its_sections() -> None:
    made = report(
        finding(Class.WIRE, "x", "POST /a", at="/1"),
        finding(Class.SOURCE, "y", "POST /a", at="/2"),
        finding(Class.BEHAVIOUR, "z", "POST /a", at="/3"),
        finding(Class.ERRORS, "e", "POST /a", at="/5"),
        finding(Class.ADDITIVE, "GET /b", "GET /b", at="/4"),
        finding(Class.DOCS, "w", at=""),
        methods=lambda: {"POST /a": "things.create"},
    )
    assert as_markdown(made).splitlines()[1:] == [
        "",
        "API contract 1 to 2. Suggested version bump: **major**.",
        "",
        "### What this bump means for callers",
        "",
        *(
            f"- **{cls.value}**, 1 finding: {cls.meaning}."
            for cls in Class
            if cls not in (Class.LIFECYCLE, Class.VERSION)
        ),
        "",
        "### What to change in code that uses the client",
        "",
        "These calls and names have to be changed or checked; what is not listed still works. A type checker",
        "finds what is SOURCE.",
        "",
        "- `venice.things.create` (**POST /a**)",
        "  - WIRE: the server x is new (`fact-changed`)",
        "  - SOURCE: the server y is new (`fact-changed`)",
        "",
        "No code fails on this, but check whether you rely on it:",
        "",
        "- **POST /a**: the server z is new (`fact-changed`)",
        "",
        "### What is new",
        "",
        "- the server GET /b is new (`fact-changed`)",
        "",
        "### Error responses",
        "",
        "- **POST /a**: the server e is new (`fact-changed`)",
        "",
        "### What no caller can notice",
        "",
        "- the server w is new (`fact-changed`)",
    ]


def test_a_markdown_report_without_required_changes_looks_up_no_method() -> None:
    def never() -> dict[str, str]:
        pytest.fail("the client was planned for nothing")

    reported = as_markdown(report(finding(Class.ADDITIVE), methods=never))
    assert "Nothing has to be changed.\n\n### What is new" in reported
    assert "Suggested version bump: **minor**" in reported


def test_a_change_that_the_next_client_follows_is_no_change_of_code_in_a_markdown_report() -> None:
    moved = finding(
        Class.WIRE, "x", "GET /a", kind=Kind.OPERATION_MOVED, rule="operation-moved", old="GET /b", new="GET /a"
    )
    reported = as_markdown(report(moved))
    upgrade = "Upgrade to keep using these; they are called as before:\n\n- GET /b moved to GET /a (`operation-moved`)"
    assert f"Nothing has to be changed.\n\n{upgrade}" in reported


def test_a_finding_of_many_operations_names_their_methods() -> None:
    names = [f"GET /{number}" for number in range(8)]
    methods = {name: f"m{number}" for number, name in enumerate(names)}
    reported = as_markdown(
        report(finding(Class.SOURCE, "x", *names, at="/components/schemas/E/x"), methods=lambda: methods)
    )
    listed = ", ".join(f"`venice.m{number}`" for number in range(5))
    assert f"- **8 operations** ({listed} and 3 more): the server x is new (`fact-changed`)" in reported


def test_accepted_findings_and_unmatched_entries_have_their_sections() -> None:
    one = finding(Class.WIRE, "x")
    reported = as_markdown(report(one, entries=(Accepted(one.fingerprint, "never sent"), Accepted("0" * 12, "y"))))
    assert "### Accepted\n\n- WIRE: the server x is new (`fact-changed`). never sent\n" in reported
    assert "match no finding\n\n- 000000000000\n" in reported
    assert "Nothing has to be changed." in reported


def test_the_markdown_report_contains_no_sentence_of_the_description() -> None:
    one = finding(
        Class.BEHAVIOUR, "new", "GET /a", kind=None, at="/paths/~1a/get/description", rule="prose-behaviour",
        new=["It must."],
    )  # fmt: skip
    assert "It must" not in as_markdown(report(one))


@table(
    ("hostile", "live"),
    [
        ("@octocat and @org/team", r"@\w"),
        ("fixes #123, GH-7, a/b#9", r"#\d|GH-\d"),
        ("<script>alert(1)</script><!-- x", "<"),
        ("`code` ``", r"(?<!\\)`"),
        ("a | b", r"(?<!\\)\|"),
        ("[x](y) ![x](y)", r"(?<!\\)\["),
        ("https://evil.test www.evil.test mailto:a@b.test", r"https?:|www\.|mailto:|@\w"),
        ("*bold* _em_ ~~x~~", r"(?<!\\)[*~]|(?<!\\)_em"),
        ("&lt;b&gt;", r"(?<!\\)&"),
        ("- [ ] task", r"^-"),
        ("\n\n# Heading\r\n> quote", r"\n|^#|(?<!\\)>"),
    ],
)
def test_mentions_references_and_markup_in_descriptions_are_defused(hostile: str, live: str) -> None:
    shown = defused(hostile)
    assert not re.search(live, shown), shown
    reported = as_markdown(report(finding(Class.WIRE, hostile, f"GET /{hostile}"), new=hostile))
    assert shown in reported
    assert hostile not in reported


def test_plain_names_are_not_changed_by_defusing() -> None:
    assert defused("aspect_ratio renamed aspectRatio (POST /image/edit): 1.5") == (
        "aspect_ratio renamed aspectRatio (POST /image/edit): 1.5"
    )
