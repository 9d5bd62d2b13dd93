"""
Changes that take nothing from callers, at random positions of the pin, and the same changes undone.

No public name is lost, the lock alone gives the same client again, and what is undone leaves the client as it was.
A part of the pin for each kind by default; 40 parts, and the whole pin, with THOROUGH=1.
"""

from __future__ import annotations

import copy
from random import Random

import pytest

from generator.plan import Version, plan_version
from generator.plan.naming.lock import Names
from generator.plan.naming.lock_file import names_text, parse_names
from generator.spec.overlay import Overlay, load_file
from generator.spec.pin import OVERLAY, load_pin
from tests.generator.plan.mutations import KINDS, NEUTRAL, Document, Kind, part_of
from tests.generator.plan.test_moves import surface
from tests.generator.plan.test_random_bumps import aliases_of, hidden, names_of
from tests.thorough import THOROUGH

pytestmark = pytest.mark.slow

SEEDS = range(40) if THOROUGH else range(1)
PATHS = 6


@pytest.fixture(scope="module")
def overlay() -> Overlay:
    return load_file(OVERLAY)


def mutated(seed: int, kind: Kind) -> tuple[Document, Document]:
    """Return a part of the pin, and the same with a change."""
    pin = dict(load_pin().contract)
    for attempt in range(40):
        random = Random(f"{seed} {kind.__name__} {attempt}")
        old = part_of(pin, random, len(pin["paths"]) if seed % 20 == 19 else PATHS)
        new = copy.deepcopy(old)
        if kind(new, random):
            return old, new
    raise AssertionError(f"{kind.__name__} found no place")


def bumped(overlay: Overlay, old: Version, contract: Document) -> Version:
    """Bump, and check what every bump promises."""
    new = plan_version(contract, overlay, before=old)
    assert set(names_of(old)) <= {*names_of(new), *aliases_of(new)}
    assert not list(hidden(new))
    return new


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_change_that_takes_nothing_from_callers_loses_no_name(overlay: Overlay, kind: Kind, seed: int) -> None:
    before, after = mutated(seed, kind)
    old = plan_version(before, overlay, names=Names())
    new = bumped(overlay, old, after)
    assert set(names_of(old)) <= set(names_of(new)), "the wire kept all of them"
    assert {one.number for one in new.described.unmatched} <= {one.number for one in old.described.unmatched}
    assert not new.described.unclear
    if kind in NEUTRAL:
        was, now = surface(old), surface(new)
        assert {part: {name: now[part].get(name) for name in names} for part, names in was.items()} == was
    text = names_text(new.names)
    again = plan_version(after, overlay, names=parse_names(text))
    assert (again.plan, names_text(again.names)) == (new.plan, text), "the lock alone gives the same client"
    back = bumped(overlay, new, before)
    assert set(names_of(old)) <= set(names_of(back))
    assert back.described.unmatched == old.described.unmatched
    if set(names_of(back)) == set(names_of(old)):  # two classes that become equal again keep both names
        assert back.plan == old.plan
