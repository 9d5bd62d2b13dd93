"""Reports for programs and for pull requests: JSON and Markdown."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from generator.drift.compare.compare import compare_facts
from generator.drift.judge.accepted import Accepted
from generator.drift.judge.classes import Class
from generator.drift.judge.findings import Finding
from generator.drift.report.json import as_json
from generator.drift.report.markdown import as_markdown, defused
from generator.drift.report.report import Report, report_of


def finding(cls: Class, message: str = "said", *operations: str, at: str = "/paths/~1a/get", **more: Any) -> Finding:
    values = {"media_types": (), "old": None, "new": None, **more}
    return Finding(values.pop("rule", "fact-changed"), cls, at, operations, message=message, **values)


def report(*findings: Finding, old: str = "1", new: str = "2", **more: Any) -> Report:
    contracts = [{"info": {"version": version}} for version in (old, new)]
    said = {one.pointer: "new" for one in findings if one.rule == "prose-behaviour"}
    comparison = compare_facts(*contracts, old_prose={}, new_prose=said)
    return report_of(comparison, tuple(sorted(findings, key=lambda one: one.cls.rank)), **more)


# JSON


def test_the_json_of_a_report() -> None:
    one = finding(Class.WIRE, "größe is gone", "POST /a", media_types=("application/json",), old={"type": "string"})
    other = finding(Class.DOCS, "words", at="")
    told = json.loads(
        as_json(report(one, other, entries=(Accepted(other.fingerprint, "fine"), Accepted("0" * 12, "x"))))
    )
    assert told == {
        "schema_version": 1,
        "old_version": "1",
        "new_version": "2",
        "headline": "größe is gone (POST /a).",
        "class": "WIRE",
        "suggested_bump": "major",
        "counts": {"WIRE": 1, "SOURCE": 0, "BEHAVIOUR": 0, "ADDITIVE": 0, "LIFECYCLE": 0, "DOCS": 0, "VERSION": 0},
        "findings": [
            {
                "rule": "fact-changed",
                "class": "WIRE",
                "pointer": "/paths/~1a/get",
                "operations": ["POST /a"],
                "media_types": ["application/json"],
                "old": {"type": "string"},
                "new": None,
                "message": "größe is gone",
                "fingerprint": one.fingerprint,
            }
        ],
        "accepted": [
            {
                "rule": "fact-changed",
                "class": "DOCS",
                "pointer": "",
                "operations": [],
                "media_types": [],
                "old": None,
                "new": None,
                "message": "words",
                "fingerprint": other.fingerprint,
                "reason": "fine",
            }
        ],
        "unmatched": [{"fingerprint": "0" * 12, "rule": "", "pointer": "", "reason": "x"}],
        "prose": {"count": 0, "added": [], "removed": [], "changed": []},
        "changes": [{"kind": "changed", "pointer": "/info/version", "operations": [], "old": "1", "new": "2"}],
    }


def test_nothing_is_told_in_the_same_form() -> None:
    told = json.loads(as_json(report(new="1")))
    assert (told["class"], told["suggested_bump"], told["findings"]) == (None, None, [])
    assert set(told["counts"].values()) == {0}


def test_json_holds_what_utf_8_and_terminals_cannot_take() -> None:
    odd = "\ud83d\x1b[31m\u202e\x9b"
    text = as_json(report(finding(Class.WIRE, old=odd)))
    assert json.loads(text.encode())["findings"][0]["old"] == odd
    assert all(char.isprintable() or char == "\n" for char in text)


# Markdown


def test_the_markdown_of_a_report() -> None:
    told = report(
        finding(Class.WIRE, "x is refused", "POST /a", at="/1"),
        finding(Class.SOURCE, "y is gone", "POST /a", at="/2"),
        finding(Class.BEHAVIOUR, "default 1 became 2", "POST /a", at="/3"),
        finding(Class.ADDITIVE, "GET /b added", "GET /b", at="/4"),
        finding(Class.DOCS, "2 places differ", at=""),
        methods=lambda: {"POST /a": "things.create"},
    )
    assert as_markdown(told).splitlines()[1:] == [
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
        "These calls and names have to be changed, or looked at; what is not listed goes on working. A type",
        "checker finds what is SOURCE.",
        "",
        "- `venice.things.create` (**POST /a**)",
        "  - WIRE: x is refused (`fact-changed`)",
        "  - SOURCE: y is gone (`fact-changed`)",
        "",
        "No code fails on this, but see whether you rely on it:",
        "",
        "- **POST /a**: default 1 became 2 (`fact-changed`)",
        "",
        "### What is new",
        "",
        "- GET /b added (`fact-changed`)",
        "",
        "### What no caller can tell",
        "",
        "- 2 places differ (`fact-changed`)",
    ]


def test_nothing_to_change_is_said_and_no_method_is_looked_up() -> None:
    def never() -> dict[str, str]:
        pytest.fail("the client was planned for nothing")

    told = as_markdown(report(finding(Class.ADDITIVE), methods=never))
    assert "Nothing has to be changed.\n\n### What is new" in told
    assert "Suggested version bump: **minor**" in told


def test_what_many_operations_share_names_their_methods() -> None:
    names = [f"GET /{number}" for number in range(8)]
    methods = {name: f"m{number}" for number, name in enumerate(names)}
    told = as_markdown(
        report(finding(Class.SOURCE, "x", *names, at="/components/schemas/E/x"), methods=lambda: methods)
    )
    listed = ", ".join(f"`venice.m{number}`" for number in range(5))
    assert f"- **schema E**, 8 operations ({listed} and 3 more): x (`fact-changed`)" in told


def test_accepted_findings_and_spent_entries_have_their_sections() -> None:
    one = finding(Class.WIRE, "x is gone")
    told = as_markdown(report(one, entries=(Accepted(one.fingerprint, "never sent"), Accepted("0" * 12, "y"))))
    assert "### Accepted\n\n- WIRE: x is gone (`fact-changed`). never sent\n" in told
    assert "match nothing any more\n\n- 000000000000\n" in told
    assert "Nothing has to be changed." in told


def test_no_sentence_is_kept_in_markdown() -> None:
    one = finding(
        Class.BEHAVIOUR, "changed", "GET /a", at="/paths/~1a/get/description", rule="prose-behaviour", new=["It must."]
    )
    assert "It must" not in as_markdown(report(one))


@pytest.mark.parametrize(
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
def test_words_of_others_do_nothing(hostile: str, live: str) -> None:
    shown = defused(hostile)
    assert not re.search(live, shown), shown
    told = as_markdown(report(finding(Class.WIRE, hostile, f"GET /{hostile}"), new=hostile))
    assert shown in told
    assert hostile not in told


def test_plain_names_stay_as_they_are() -> None:
    assert defused("aspect_ratio renamed aspectRatio (POST /image/edit): 1.5") == (
        "aspect_ratio renamed aspectRatio (POST /image/edit): 1.5"
    )
