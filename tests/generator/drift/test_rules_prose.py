"""Changes of prose: sentences of the description, and their hashes in a lock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from generator.drift.compare.prose import Entry
from generator.drift.judge.classes import Class
from generator.drift.judge.findings import Finding
from generator.drift.report.headline import headline
from generator.drift.report.wording import message
from generator.spec.pin import prose_entries
from generator.spec.statements import statements
from tests.generator.drift.judging import judged
from tests.table import table

CONTRACT: dict[str, Any] = {
    "paths": {"/a": {"get": {"responses": {"200": {}}}}, "/b": {"get": {"responses": {"200": {}}}}}
}
AT, BESIDE, EXAMPLE = "/paths/~1a/get/description", "/paths/~1b/get/description", "/paths/~1a/get/example"
LIMIT, PLAIN = "Send at most ten of them. Enjoy.", "A pleasant thing."


def found(old: Mapping[str, Entry], new: Mapping[str, Entry]) -> tuple[Finding, ...]:
    return judged(CONTRACT, CONTRACT, old, new)


def rules(old: Mapping[str, Entry], new: Mapping[str, Entry]) -> list[tuple[str, str]]:
    return [(one.rule, one.pointer) for one in found(old, new)]


@table(
    ("old", "new", "expected"),
    [
        ({}, {AT: LIMIT}, [("prose-behaviour", AT)]),
        ({AT: LIMIT}, {}, [("prose-behaviour", AT)]),
        ({AT: "Send at most two."}, {AT: LIMIT}, [("prose-behaviour", AT)]),
        ({AT: PLAIN}, {AT: "A nice thing."}, [("prose-changed", "")]),
        ({AT: LIMIT}, {AT: "Send at most  ten of them. Be merry."}, [("prose-changed", "")]),
        ({AT: LIMIT}, {AT: "You may send at most 10."}, [("prose-changed", "")]),
        ({EXAMPLE: "must"}, {EXAMPLE: "at most"}, [("prose-changed", "")]),
        ({AT: LIMIT}, {BESIDE: LIMIT}, [("prose-changed", "")]),
        ({AT: LIMIT}, {BESIDE: f"Hello. {LIMIT}"}, [("prose-changed", "")]),
        (
            {AT: "Send up to 4.", BESIDE: "Send up to 8."},
            {AT: "Send up to 8.", BESIDE: "Send up to 4."},
            [("prose-behaviour", AT), ("prose-behaviour", BESIDE)],
        ),
        ({}, {}, []),
    ],
)
def test_statements_are_distinguished_from_other_sentences(old: Any, new: Any, expected: Any) -> None:
    assert rules(old, new) == expected
    assert rules(prose_entries(old), prose_entries(new)) == expected


@table(
    ("old", "new"),
    [
        ("Send up to 9 pictures.", "Send up to 4 pictures."),
        ("Requests per minute: 100.", "Requests per minute: 20."),
        ("", "Text models reject image content."),
        ("", "A voice of another model returns a 400 error."),
        ("- alpha: 30 max steps\n- beta: 30 max steps", "- alpha: 30 max steps\n- beta: 25 max steps"),
        ("Between 2 and 8 words.", "Between 2 and 9 words."),
        ("", "The field is ignored for other models."),
        ("", "Only the first picture counts."),
        ("Costs $0.05 a picture.", "Costs $0.06 a picture."),
        ("Defaults to `low`.", "Defaults to `high`."),
        ("At most 20 MB.", "At most 25 MB."),
        ("Text is capped at 2,000 characters.", "Text is capped at 4,000 characters."),
        ("Range: 0-100.", "Range: 0-50."),
        ("Values from 1 to 4 work.", "Values from 1 to 8 work."),
        ("Length <= 500.", "Length <= 800."),
        ("Poll every 5 seconds.", "Poll every 10 seconds."),
        ("Files are kept for 24 hours.", "Files are kept for 1 hour."),
        ("Requests time out after 60 seconds.", "Requests time out after 30 seconds."),
        ("", "Calls without a balance are denied."),
        ("", "Values above 1 are clamped."),
        ("", "This endpoint goes away soon."),
    ],
)
def test_sentences_about_limits_refusals_effects_and_prices_are_behaviour(old: str, new: str) -> None:
    assert [one.cls for one in found({AT: old}, {AT: new})] == [Class.BEHAVIOUR]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("At most 5, e.g. 3.", "At most 5, e.g. 4."),
        ("Some (e.g. Alpha 2.0) take up to 3 files.", "Some (e.g. Beta 2.5) take up to 3 files."),
        ("Must be sent since 2026-01-02.", "Must be sent since 2026-03-04."),
        ("Models such as alpha-3.5 must be named.", "Models such as alpha-3.6 must be named."),
        ("You must send a name.", "A name must be sent."),
        ("It has 5 legs.", "It has 6 legs."),
    ],
)
def test_examples_dates_and_versions_are_not_limits(old: str, new: str) -> None:
    assert [one.cls for one in found({AT: old}, {AT: new})] == [Class.DOCS]


def test_one_text_may_replace_several_of_the_same_operation() -> None:
    inner, outer = "/paths/~1a/get/responses/200/description", "/paths/~1a/get/summary"
    assert rules({AT: LIMIT, inner: LIMIT}, {outer: LIMIT}) == [("prose-changed", "")]
    assert rules({AT: LIMIT, BESIDE: LIMIT}, {outer: LIMIT}) == [("prose-behaviour", BESIDE), ("prose-changed", "")]


def test_a_finding_shows_the_sentences_and_its_message_does_not() -> None:
    (one,) = found({AT: "Send at most two."}, {AT: LIMIT})
    assert (one.old, one.new, one.operations) == (["Send at most two."], ["Send at most ten of them."], ("GET /a",))
    assert "ten of" not in message(one)
    assert "ten of" not in headline([one])


def test_one_sentence_in_many_places_is_one_finding_with_all_of_them() -> None:
    (one,) = found({}, {AT: LIMIT, BESIDE: LIMIT})
    assert (one.pointers, one.operations) == ((AT, BESIDE), ("GET /a", "GET /b"))


def test_other_prose_is_one_finding_of_class_docs() -> None:
    (one,) = found({AT: "a", BESIDE: "b"}, {AT: "c", BESIDE: "d"})
    assert (one.cls, message(one)) == (Class.DOCS, "2 other texts differ (descriptions, examples)")


def test_prose_of_an_added_operation_is_not_a_separate_finding() -> None:
    new = {"paths": {**CONTRACT["paths"], "/c": {"get": {"responses": {"200": {}}}}}}
    findings = judged(CONTRACT, new, {}, {"/paths/~1c/get/description": LIMIT})
    assert [one.rule for one in findings] == ["operation-added"]


def with_parameters(*names: str) -> dict[str, Any]:
    parameters = [{"in": "query", "name": name, "schema": {}} for name in names]
    return {
        "tags": [{"name": name} for name in names],
        "paths": {"/a": {"get": {"parameters": parameters, "responses": {}}}},
    }


@pytest.mark.parametrize("holder", ["/paths/~1a/get/parameters", "/tags"])
def test_a_sentence_that_moves_to_another_list_index_is_not_new(holder: str) -> None:
    old = {f"{holder}/0/description": LIMIT}
    new = {f"{holder}/0/description": PLAIN, f"{holder}/1/description": LIMIT}
    findings = judged(with_parameters("n"), with_parameters("a", "n"), old, new)
    assert "prose-behaviour" not in {one.rule for one in findings}


def test_whitespace_in_statements_is_collapsed() -> None:
    text = "It is nice. You must  pay.\nNo longer free"
    assert [one.text for one in statements(text)] == ["You must pay.", "No longer free"]
