"""Every rule fires on its pair of reduced contracts, both ways round, and nothing else does."""

from __future__ import annotations

import pytest

from generator.drift.compare.compare import compare_facts
from generator.drift.judge.classes import Class, strongest
from generator.drift.judge.judge import judge
from generator.drift.judge.rules import ANSWERS, RULES
from tests.generator.drift.pairs import ROWS, Contract, Edit, base, edited


def rules(old: Contract, new: Contract) -> set[str]:
    return {one.rule for one in judge(compare_facts(old, new, old_prose={}, new_prose={}))}


@pytest.mark.parametrize(("edit", "there", "back"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_pair_fires_exactly_its_rules_both_ways(edit: Edit, there: set[str], back: set[str]) -> None:
    old, new = base(), edited(edit)
    assert (rules(old, new), rules(new, old)) == (there, back)


NOT_BY_A_PAIR = {
    "operation-id-fallback-changed-unseen",
    "inline-became-ref-unseen",
    "schema-inlined-unseen",
    "ref-target-changed-unseen",
    "parameter-removed-unseen",
    "request-property-removed-open-unseen",
    "response-became-required-unseen",
    "request-became-union",
    "prose-behaviour",
    "prose-changed",
}
"""Twins that a surface decides, and the rules of prose (tests/generator/drift/test_rules_prose.py)."""


def test_every_rule_has_a_pair() -> None:
    shown = {rule for _, _, there, back in ROWS for rule in there | back}
    assert {rule.id for rule in RULES} - shown == NOT_BY_A_PAIR


def test_ids_are_unique_and_every_row_has_a_line_of_help() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(rule.help and "\n" not in rule.help for rule in RULES)


def test_every_twin_has_its_source_rule() -> None:
    by_id = {rule.id: rule for rule in RULES}
    twins = [rule for rule in RULES if rule.seen]
    assert {by_id[rule.seen].cls for rule in twins} == {Class.SOURCE}


def test_no_event_has_two_answers_in_a_direction() -> None:
    assert len(ANSWERS) == sum((3 if rule.direction == "both" else 1) * len(rule.on) for rule in RULES)


def test_classes_are_ordered_from_the_strongest() -> None:
    assert [one.value for one in sorted(Class, key=lambda one: one.rank)] == [
        "WIRE",
        "SOURCE",
        "BEHAVIOUR",
        "ADDITIVE",
        "LIFECYCLE",
        "DOCS",
        "VERSION",
    ]
    assert strongest([Class.DOCS, Class.SOURCE]) is Class.SOURCE
    assert strongest([]) is None


def test_without_surfaces_what_might_concern_python_does() -> None:
    for _, edit, there, _ in ROWS:
        found = judge(compare_facts(base(), edited(edit), old_prose={}, new_prose={}), surface=None)
        assert not any(one.rule.endswith("-unseen") for one in found), there
