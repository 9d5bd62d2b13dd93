"""Every rule fires on its pair of reduced contracts, in both directions, and no other rule does."""

from __future__ import annotations

import copy

import pytest

from generator.drift.compare.changes import Kind
from generator.drift.judge.classes import Class
from generator.drift.judge.rules import ANSWERS, RULES
from tests.generator.drift.judging import judged
from tests.generator.drift.pairs import ROWS, Contract, Edit, Row, base, edited


def rules(old: Contract, new: Contract) -> set[str]:
    return {one.rule for one in judged(old, new)}


@pytest.mark.parametrize(("edit", "there", "back"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_pair_fires_exactly_its_rules_in_both_directions(edit: Edit, there: set[str], back: set[str]) -> None:
    old, new = base(), edited(edit)
    assert (rules(old, new), rules(new, old)) == (there, back)


LOUD = {Class.WIRE, Class.SOURCE, Class.BEHAVIOUR, Class.ADDITIVE}
NOT_BY_A_PAIR = {
    "response-media-added-unseen",
    "error-known-value-added",
    "python-name-collision",
    "prose-behaviour",
    "prose-changed",
}
"""Twins that the lock of names decides, and the rules of prose (tests/generator/drift/test_rules_prose.py)."""


def as_error(contract: Contract) -> Contract:
    """Move every success response to status 400."""
    changed = copy.deepcopy(contract)
    for item in changed["paths"].values():
        for operation in item.values():
            if "200" in operation["responses"]:
                operation["responses"] = {"200": {}, "400": operation["responses"]["200"]}
    return changed


IN_ERRORS = {"response-media-added", "response-header-added", "response-header-became-required",
             "response-type-changed", "response-became-nullable", "response-enum-narrowed", "response-became-enum",
             "response-bound-changed", "response-constraint-changed", "response-property-added",
             "response-became-required", "response-object-changed", "response-union-branch-added", "access-changed",
             "fact-changed", "format-changed-unseen"}  # fmt: skip


def errors(found: set[str]) -> set[str]:
    return {f"error-{one.removeprefix('response-').removesuffix('-unseen')}" for one in found}


@pytest.mark.parametrize("row", [row for row in ROWS if row[0] in IN_ERRORS], ids=lambda row: row[0])
def test_the_same_change_of_an_error_response_is_of_class_errors(row: Row) -> None:
    old, new = as_error(base()), as_error(edited(row[1]))
    plain = {one for one in row[2] | row[3] if not one.startswith("python-")}
    found = {one for one in rules(old, new) | rules(new, old) if not one.startswith("python-")}
    assert found == errors(plain)


def test_every_rule_has_a_pair() -> None:
    shown = {rule for _, _, there, back in ROWS for rule in there | back}
    shown |= {one for row in ROWS if row[0] in IN_ERRORS for one in errors(row[2] | row[3])}
    for row in ROWS:  # without a lock of names, every change that may affect Python counts as one
        for old, new in ((base(), edited(row[1])), (edited(row[1]), base())):
            shown |= {one.rule for one in judged(old, new, python=False)}
    assert {rule.id for rule in RULES} - shown == NOT_BY_A_PAIR


def test_ids_are_unique_and_every_row_has_a_line_of_help() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(rule.help and "\n" not in rule.help for rule in RULES)


def test_every_unseen_rule_has_its_source_rule() -> None:
    by_id = {rule.id: rule for rule in RULES}
    twins = [rule for rule in RULES if rule.seen]
    assert {by_id[rule.seen].cls for rule in twins} == {Class.SOURCE}


def test_every_kind_of_change_has_a_rule() -> None:
    assert {kind for kind, _ in ANSWERS} == set(Kind)


def test_a_change_of_error_responses_is_of_class_errors_or_weaker() -> None:
    strong = {(kind.value, rule.id) for (kind, where), rule in ANSWERS.items() if where == "error" and rule.cls in LOUD}
    assert strong == set()


def test_classes_are_ordered_from_the_strongest() -> None:
    assert [one.value for one in sorted(Class, key=lambda one: one.rank)] == [
        "WIRE",
        "SOURCE",
        "BEHAVIOUR",
        "ERRORS",
        "ADDITIVE",
        "LIFECYCLE",
        "DOCS",
        "VERSION",
    ]


def test_without_a_comparison_in_python_no_finding_is_unseen() -> None:
    for _, edit, there, _ in ROWS:
        found = judged(base(), edited(edit), python=False)
        assert not any(one.rule.endswith("-unseen") for one in found), there
