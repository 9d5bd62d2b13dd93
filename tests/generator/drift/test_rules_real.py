"""The rules on the pinned contract: no finding against itself, one rule per mutation, the same bytes in every run."""

from __future__ import annotations

import copy
import json
import os
import random
import subprocess
import sys
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.drift.compare.comparison import compare_facts
from generator.drift.judge.findings import Finding
from generator.drift.judge.judge import judge
from generator.drift.python_api.surfaces import Surfaces
from generator.drift.report.headline import headline
from generator.drift.report.wording import message
from generator.plan import Version, plan_version
from generator.spec.overlay import load_file
from generator.spec.pin import OVERLAY, load_pin
from tests.generator.drift.mutations import KINDS, OPERATION_KINDS, Kind, operations, schemas
from tests.generator.drift.pairs import ROWS, base, edited

pytestmark = pytest.mark.slow  # thousands of comparisons of whole contracts

PLACES = 3
ROOT = Path(__file__).parents[3]
PINNED: dict[str, Any] = load_pin().contract


class Pinned(Surfaces):
    """The surfaces of the pin and of another contract: that of the pin is made once."""

    @cached_property
    def _before(self) -> Version:
        return _pinned()


@cache
def _pinned() -> Version:
    return plan_version(PINNED, load_file(OVERLAY))


def judged(old: Any, new: Any) -> tuple[Finding, ...]:
    surfaces = Pinned(old, new) if old is PINNED else Surfaces(old, new)
    return judge(compare_facts(old, new, old_prose={}, new_prose={}), surfaces)


def test_the_pinned_contract_has_no_findings_against_itself() -> None:
    found = judged(PINNED, copy.deepcopy(PINNED))
    assert (found, headline(found)) == ((), "Nothing changed.")


@settings(derandomize=True, deadline=None, max_examples=30, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(ROWS))
def test_a_contract_has_no_findings_against_itself(row: Any) -> None:
    assert judged(edited(row[1]), edited(row[1])) == ()


@settings(derandomize=True, deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(ROWS), min_size=1, max_size=4, unique_by=lambda row: row[0]))
def test_every_difference_is_reported_with_a_unique_fingerprint(rows: Any) -> None:
    new = base()
    for row in rows:
        try:
            row[1](new)
        except (AttributeError, KeyError, IndexError, AssertionError):
            return  # two edits of one place
    comparison = compare_facts(base(), new, old_prose={}, new_prose={})
    found = judge(comparison, Surfaces(base(), new))
    assert bool(found) == bool(comparison.changes)
    assert len({one.fingerprint for one in found}) == len(found)
    assert list(found) == sorted(found, key=lambda one: one.cls.rank)
    assert headline(found).endswith(".")


@cache
def _texts() -> tuple[list[frozenset[str]], str]:
    """The sets of names of properties of all objects in the pin, and the pin as JSON."""
    return names_of(PINNED), json.dumps(PINNED, sort_keys=True)


def names_of(value: Any) -> list[frozenset[str]]:
    """The sets of names of properties of all objects in a contract."""
    found = []
    if isinstance(value, dict):
        if isinstance(value.get("properties"), dict):
            found.append(frozenset(value["properties"]))
        value = list(value.values())
    return found + [names for item in value for names in names_of(item)] if isinstance(value, list) else found


def shared(before: Any, after: Any) -> bool:
    """Whether the changed schema has an equal elsewhere: both are one class, and a change of one makes two."""
    names, text = _texts()
    if names.count(frozenset(before["properties"])) > 1 or frozenset(after["properties"]) in (
        names if after["properties"].keys() != before["properties"].keys() else ()
    ):
        return True
    changed = [name for name, item in before["properties"].items() if after["properties"].get(name) != item]
    changed += sorted(({*before.get("required", ())} ^ {*after.get("required", ())}) & {*before["properties"]})
    texts = [f'"{name}": {json.dumps(before["properties"][name], sort_keys=True)}' for name in changed]
    return any(text.count(one) > 1 for one in [json.dumps(before, sort_keys=True), *texts])


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_a_mutation_of_a_schema_fires_exactly_its_rule(kind: Kind) -> None:
    pinned = schemas(PINNED, kind.direction)
    both = {id(one) for one in schemas(PINNED, "response" if kind.direction == "request" else "request")}
    fitting = [at for at, schema in enumerate(pinned) if kind.fits(schema) and id(schema) not in both]
    tried = 0
    for at in random.Random(kind.name).sample(fitting, len(fitting)):
        new = copy.deepcopy(PINNED)
        changed = schemas(new, kind.direction)[at]
        kind.change(changed)
        if shared(pinned[at], changed):
            continue
        found = judged(PINNED, new)
        assert {one.rule for one in found} == kind.rules, [(one.rule, message(one)) for one in found]
        tried += 1
        if tried == PLACES:
            break
    assert tried


@pytest.mark.parametrize(
    ("change", "rule"), [row[1:] for row in OPERATION_KINDS], ids=[one[0] for one in OPERATION_KINDS]
)
def test_a_mutation_of_an_operation_fires_exactly_its_rule(change: Any, rule: str) -> None:
    fitting = [
        at
        for at, (_, one) in enumerate(operations(PINNED))
        if "200" in one["responses"]
        and one.get("security", True)
        and not {"deprecated", "x-payment-info"} & set(one)
        and all(one.get("security", [{"key": []}]))
    ]
    for at in random.Random(rule).sample(fitting, PLACES):
        new = copy.deepcopy(PINNED)
        name, operation = operations(new)[at]
        change(operation)
        found = judged(PINNED, new)
        assert [(one.rule, one.operations) for one in found] == [(rule, (name,))], [message(one) for one in found]


def test_findings_do_not_depend_on_the_hash_seed() -> None:
    code = (
        "import sys, json; sys.path.insert(0, sys.argv[1])\n"
        "from tests.generator.drift.pairs import ROWS, base, edited\n"
        "from generator.drift.compare.comparison import compare_facts\n"
        "from generator.drift.judge.judge import judge\n"
        "from generator.drift.python_api.surfaces import Surfaces\n"
        "from generator.drift.report.headline import headline\n"
        "import attrs\n"
        "for row in ROWS[::6]:\n"
        "    old, new = base(), edited(row[1])\n"
        "    found = judge(compare_facts(old, new, old_prose={}, new_prose={}), Surfaces(old, new))\n"
        "    rows = [attrs.asdict(one) | {'kind': str(one.kind), 'fingerprint': one.fingerprint} for one in found]\n"
        "    print(json.dumps(rows), headline(found))\n"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-c", code, str(ROOT)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert json.loads(outputs[0].splitlines()[0].rpartition("]")[0] + "]")
