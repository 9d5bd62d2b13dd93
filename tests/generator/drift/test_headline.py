"""The headline says the most important thing first and names operation, field and value."""

from __future__ import annotations

from typing import Any

import pytest

from generator.drift.compare.changes import Kind, Place
from generator.drift.judge.classes import Class
from generator.drift.report.headline import headline
from tests.contracts import PAIRS
from tests.generator.drift.judging import finding, judged, published

pytestmark = pytest.mark.slow

REAL = [
    ("2025-07-02", "2025-07-08", "POST /image/edit added"),
    (
        "2025-07-09",
        "2025-07-10",
        "more operations: error 400: the inline schema of the error response is the component",
    ),
    (
        "2025-11-27.3d",
        "2025-11-27.03",
        "POST /image/generate: aspectRatio is no longer accepted: it is called aspect_ratio",
    ),
    ("2026-04-09.4d", "2026-04-09.8a", "POST /x402/top-up: a price is declared"),
    ("2026-08-11.476", "2026-08-13", "GET /billing/usage: status 200 is no longer declared"),
    ("2026-08-17", "2026-08-18", "POST /embeddings: input no longer accepts array of integer"),
    ("2026-08-05.ce77", "2026-08-06.da", 'modelId accepts "qwen-image-3-edit" and "qwen-image-3-pro-edit"'),
    ("2026-07-31", "2026-08-01", "POST /video/queue: reference_audio_urls"),
]


@pytest.mark.parametrize(("old", "new", "said"), REAL, ids=[f"{row[0]}-{row[1]}" for row in REAL])
def test_a_published_bump_has_its_headline(old: str, new: str, said: str) -> None:
    assert said in headline(published(old, new).findings)


@pytest.mark.parametrize(("old", "new"), PAIRS, ids=[f"{old}-{new}" for old, new in PAIRS])
def test_every_published_headline_names_an_operation_or_a_python_name(old: str, new: str) -> None:
    findings = published(old, new).findings
    said = headline(findings)
    loud = [one for one in findings if one.cls.rank < Class.DOCS.rank]
    names = {name for one in loud for name in one.operations}
    assert not loud or any(name in said for name in names) or "in Python, " in said
    assert len({(one.rule, one.pointer) for one in findings}) == len(findings)


def test_the_same_change_of_several_operations_is_reported_once() -> None:
    found = [finding(Class.BEHAVIOUR, "", f"GET /{name}", at=f"/paths/~1{name}/get", rule="price-changed",
                     kind=Kind.PRICE_CHANGED, new={"price": "1"}) for name in "abc"]  # fmt: skip
    assert headline(found) == "GET /a, GET /b and GET /c: a price is declared."


def test_alternatives_of_one_field_and_headers_are_reported_together() -> None:
    def gone(kind: Kind, subject: str, holder: str, field: str, direction: str) -> Any:
        places = (Place("POST /a", holder, field),)
        return finding(
            Class.WIRE,
            subject,
            kind=kind,
            places=places,
            direction=direction,
            at=f"/{subject}",
            old=[subject],
            new=["x" * 80],
        )

    branches = [gone(Kind.BRANCH_REMOVED, name, "body", "p", "request") for name in ("integer", "array of integer")]
    assert headline(branches) == "POST /a: p no longer accepts integer or array of integer."
    headers = [gone(Kind.HEADER_REMOVED, name, f"header {name} of response 200", "", "response") for name in "ab"]
    assert headline(headers) == "POST /a: the headers a and b are gone from the response."


def test_a_removed_class_is_explained_by_the_change_of_its_field() -> None:
    said = headline(published("2025-04-16", "2025-06-12").findings)
    assert "GenerateImageRequestInpaintMask is gone (inpaint accepts anything (was object))" in said


def test_no_change_and_a_change_of_the_version_only_have_a_headline() -> None:
    old, new = {"info": {"version": "1"}, "paths": {}}, {"info": {"version": "2"}, "paths": {}}
    assert headline(()) == "Nothing changed."
    assert headline(judged(old, new)) == "Nothing but the version changed."


def test_breaks_precede_additions_and_additions_precede_sentences() -> None:
    sentence = finding(Class.BEHAVIOUR, "new", "GET /c", kind=None, rule="prose-behaviour", at="/c")
    found = [finding(Class.ADDITIVE, "b", "GET /b"), sentence, finding(Class.WIRE, "a", "GET /a")]
    assert headline(found) == (
        "GET /a: the server a is new; GET /b: the server b is new; "
        "GET /c: a sentence about limits or obligations at the description is new."
    )


def test_what_breaks_all_callers_precedes_first_bounds_and_what_a_response_may_be() -> None:
    read: dict[str, Any] = {"direction": "response"}
    places = {name: (Place(f"GET /{name}", "response 200", "x"),) for name in "abc"}
    found = [
        finding(Class.WIRE, "maxLength", kind=Kind.BOUND_TIGHTENED, places=places["a"], new=5, direction="request"),
        finding(Class.WIRE, "", kind=Kind.BECAME_NULLABLE, places=places["b"], at="/b", **read),
        finding(Class.WIRE, "", kind=Kind.PROPERTY_REMOVED, places=places["c"], at="/c", **read),
        finding(Class.WIRE, "", kind=Kind.BECAME_NULLABLE, places=places["c"], at="/d", **read),
    ]
    assert headline(found) == (
        "GET /c: x is gone from the response and x may be null;"
        " GET /a: x accepts up to 5 characters (had no maxLength); GET /b: x may be null."
    )


def test_a_headline_reports_that_only_error_responses_changed() -> None:
    place = Place("GET /a", "error 400", "code")
    one = finding(Class.ERRORS, "", kind=Kind.PROPERTY_REMOVED_OPEN, places=(place,), direction="error")
    assert headline([one]) == "Error responses only: GET /a: error 400: code is gone from the error response."


def test_fields_of_one_operation_with_the_same_change_are_listed() -> None:
    fields = [
        finding(
            Class.ADDITIVE, "", kind=Kind.PROPERTY_ADDED, places=(Place("POST /a", "body", name),), direction="request",
            new={"type": "string"}, at=f"/{name}",
        )
        for name in "vwxyz"
    ]  # fmt: skip
    assert headline(fields) == "POST /a: v, w, x and 2 more may be sent."


def test_omitted_changes_are_counted() -> None:
    found = [finding(Class.WIRE, name, f"GET /{name}", at=f"/{name}") for name in "abcde"]
    assert headline(found).endswith("; 2 more changes.")
