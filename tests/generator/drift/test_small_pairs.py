"""Small pairs of whole operations have the class, and the words, that were written for them by hand."""

from __future__ import annotations

import pytest

from generator.drift.judge.classes import Class
from generator.drift.judge.findings import Finding
from generator.drift.report.headline import headline
from tests.generator.drift import keyword_pairs
from tests.generator.drift.judging import judged
from tests.generator.drift.keyword_pairs import Expected
from tests.generator.drift.small_pairs import NONE, PAIRS, SCHEMAS, TEXT, Part, contract, pet, sent
from tests.table import table


def loud(found: tuple[Finding, ...]) -> list[Finding]:
    return [one for one in found if one.cls.rank < Class.DOCS.rank]


@pytest.mark.slow
@pytest.mark.parametrize(("old", "new", "cls", "words"), [row[1:] for row in PAIRS], ids=[row[0] for row in PAIRS])
def test_a_pair_has_its_expected_class(old: Part, new: Part, cls: str, words: list[str]) -> None:
    found = judged(contract(old), contract(new))
    best = next((one.cls for one in loud(found)), None)  # the strongest is first
    said = headline(found)
    assert (best.value if best else NONE) == cls, said
    assert [word for word in words if word not in said] == [], said


@table(("old", "new"), [row[1:3] for row in PAIRS])
def test_a_pair_has_at_most_two_findings(old: Part, new: Part) -> None:
    found = judged(contract(old), contract(new))
    assert len(loud(found)) <= 2, headline(found)


def test_an_alternative_is_gone_or_new_that_refers_to_a_component_that_differs() -> None:
    def alternatives(*names: str) -> Part:
        return {"type": "object", "properties": {**dict.fromkeys(names, TEXT), "cat": pet("Cat", mapped=False)}}

    old = contract(sent({"anyOf": [alternatives("a", "b", "c"), alternatives("p", "q"), TEXT]}))
    new = contract(sent({"anyOf": [alternatives("v", "w", "x", "y", "z"), TEXT]}))
    lives = {**SCHEMAS["Cat"]["properties"], "lives": TEXT}
    new["components"]["schemas"] = {**SCHEMAS, "Cat": {**SCHEMAS["Cat"], "properties": lives}}
    assert "p no longer accepts" in headline(judged(old, new))
    assert "p no longer accepts" in headline(judged(new, old))


@pytest.mark.slow
@table(("old", "new", "there", "back"), [row[1:] for row in keyword_pairs.ROWS])
def test_a_keyword_has_its_expected_class_in_both_directions(
    old: Part, new: Part, there: Expected, back: Expected
) -> None:
    for one, other, (cls, words) in ((old, new, there), (new, old, back)):
        found = judged(contract(one), contract(other))
        best = next((item.cls for item in loud(found)), None)
        said = headline(found)
        assert ((best.value if best else NONE), words in said) == (cls, True), said
        assert len(loud(found)) <= 2, said
