"""The headline says what a person would say: on small findings, and on real bumps."""

from __future__ import annotations

import pytest

from generator.drift.compare.compare import compare_facts
from generator.drift.judge.judge import judge
from generator.drift.report.headline import headline
from tests.contracts import contract

REAL = [
    ("2025-07-02", "2025-07-08", "POST /image/edit added"),
    ("2025-07-09", "2025-07-10", "76 inline errors became references: nothing on the wire"),
    ("2025-11-27.3d", "2025-11-27.03", "aspectRatio renamed aspect_ratio in a closed object: callers break"),
    ("2026-01-19", "2026-01-21", "QueueVideoRequest became QuoteVideoRequest"),
    ("2026-04-09.4d", "2026-04-09.8a", "SignInWithXAuth is called siwx now and sent as before, on 20 operations"),
    ("2026-08-11.476", "2026-08-13", "GET /billing/usage answers 410 only"),
    ("2026-08-17", "2026-08-18", "input lost its alternative array of integer"),
]


@pytest.mark.parametrize(("old", "new", "said"), REAL, ids=[f"{row[0]}-{row[1]}" for row in REAL])
def test_a_real_bump(old: str, new: str, said: str) -> None:
    comparison = compare_facts(contract(old), contract(new), old_prose={}, new_prose={})
    assert said in headline(judge(comparison, old_prose={}, new_prose={}))


def test_nothing_and_the_version_alone() -> None:
    old, new = {"info": {"version": "1"}, "paths": {}}, {"info": {"version": "2"}, "paths": {}}
    assert headline(()) == "Nothing changed."
    assert headline(judge(compare_facts(old, new, old_prose={}, new_prose={}))) == "Nothing but the version changed."
