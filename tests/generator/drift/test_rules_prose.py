"""What the vendor's sentences come to: texts, and the hashes that a lock holds of them."""

from __future__ import annotations

from typing import Any

import pytest

from generator.drift.compare.compare import compare_facts
from generator.drift.judge.classes import Class
from generator.drift.judge.findings import Finding
from generator.drift.judge.judge import judge
from generator.drift.judge.prose import Entry, behavioural, entry
from generator.drift.report.headline import headline

CONTRACT: dict[str, Any] = {
    "paths": {"/a": {"get": {"responses": {"200": {}}}}, "/b": {"get": {"responses": {"200": {}}}}}
}
AT, BESIDE, EXAMPLE = "/paths/~1a/get/description", "/paths/~1b/get/description", "/paths/~1a/get/example"
LIMIT, PLAIN = "Send at most ten of them. Enjoy.", "A pleasant thing."


def judged(old: dict[str, Entry], new: dict[str, Entry]) -> list[tuple[str, str]]:
    return [(one.rule, one.pointer) for one in found(old, new)]


def found(old: dict[str, Any], new: dict[str, Any]) -> tuple[Finding, ...]:
    comparison = compare_facts(CONTRACT, CONTRACT, old_prose=old, new_prose=new)
    return judge(comparison, old_prose=old, new_prose=new)


def locked(prose: dict[str, str]) -> dict[str, Entry]:
    return {pointer: entry(pointer, text) for pointer, text in prose.items()}


def flagged(prose: dict[str, str]) -> dict[str, Entry]:
    return {pointer: (hashed, bool(mark)) for pointer, (hashed, mark) in
            ((pointer, entry(pointer, text)) for pointer, text in prose.items())}  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "rules"),
    [
        ({}, {AT: LIMIT}, [("prose-behaviour", AT)]),
        ({AT: LIMIT}, {}, [("prose-behaviour", AT)]),
        ({AT: "Send at most two."}, {AT: LIMIT}, [("prose-behaviour", AT)]),
        ({AT: PLAIN}, {AT: "A nice thing."}, [("prose-changed", "")]),
        ({AT: LIMIT}, {AT: "Send at most  ten of them. Be merry."}, [("prose-changed", "")]),
        ({EXAMPLE: "must"}, {EXAMPLE: "at most"}, [("prose-changed", "")]),
        ({AT: LIMIT}, {BESIDE: LIMIT}, [("prose-changed", "")]),
        ({}, {}, []),
    ],
    ids=["came", "went", "changed", "plain", "beside it", "an example", "moved", "none"],
)
def test_sentences_that_matter_are_told_apart(old: Any, new: Any, rules: Any) -> None:
    assert judged(old, new) == rules
    assert judged(locked(old), locked(new)) == rules


def test_a_mere_flag_is_read_on_the_safe_side() -> None:
    assert judged(flagged({AT: LIMIT}), flagged({AT: f"{LIMIT} Be merry."})) == [("prose-behaviour", AT)]
    assert judged(flagged({AT: PLAIN}), flagged({AT: "Else."})) == [("prose-changed", "")]


def test_a_finding_shows_the_sentences_and_its_message_does_not() -> None:
    (one,) = found({AT: "Send at most two."}, {AT: LIMIT})
    assert (one.old, one.new, one.operations) == (["Send at most two."], ["Send at most ten of them."], ("GET /a",))
    assert "ten of" not in one.message
    assert "ten of" not in headline([one])


def test_prose_alone_is_docs_in_one_finding() -> None:
    (one,) = found({AT: "a", BESIDE: "b"}, {AT: "c", BESIDE: "d"})
    assert (one.cls, one.message) == (Class.DOCS, "2 places of other prose or examples differ")


def test_prose_of_what_came_is_told_with_it() -> None:
    new = {"paths": {**CONTRACT["paths"], "/c": {"get": {"responses": {"200": {}}}}}}
    said = {"/paths/~1c/get/description": LIMIT}
    comparison = compare_facts(CONTRACT, new, old_prose={}, new_prose=said)
    told = judge(comparison, old_prose={}, new_prose=said)
    assert [one.rule for one in told] == ["operation-added"]


def test_sentences_that_matter() -> None:
    assert behavioural("It is nice. You must pay.\nNo longer free") == ("You must pay.", "No longer free")
