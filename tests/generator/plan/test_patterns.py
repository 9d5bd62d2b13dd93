"""Patterns that may be slow are not checked; ordinary ones are checked, each within a second."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.plan.patterns import LONGEST_TEXT, is_checkable, unchecked_patterns
from generator.spec.patterns import translated
from generator.spec.pin import load_pin
from tests.table import table

ORDINARY = [
    r"^\d{4}-\d{2}-\d{2}$", r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z$", "^[A-Za-z0-9_-]{1,255}$",
    "^(0x[a-fA-F0-9]{40}|[1-9A-HJ-NP-Za-km-z]{32,44})$", "^[a-z0-9]+(?:-[a-z0-9]+)*$", r"^[^@\s]+@[^@\s]+\.[^@\s]+$",
    "^https?://", "^(x|y)+$", "[0-9]", r"^\S+$", ".*", "^.+?$", "^data:image/(png|jpeg);base64,", r"^v\d+(\.\d+){2}$",
    "^#(?:[0-9a-fA-F]{3}){1,2}$", r"\.(?:png|jpe?g)$", r"\bfoo\b", "^$", "a|b",
]  # fmt: skip
SLOW = [
    "^(a+)+$", "(a|a)*$", "(a*)*b", "a*a*a*a*b", "^" + "a?" * 30 + "a" * 30, "^(a?){50}$", "^x|.*?.*?y",
    "(?:a|a)" * 60 + "b", "^(?:a|a|)+b", "(?:a|ab|b)*c", "(.*)(.*)(.*)x", r"^(\w+\s?)*$", "(x+x+)+y", "([a-z]+)*[0-9]",
    "^(?:.?){40}x", r"^(([a-z])+.)+[A-Z]([a-z])+$", "(a{1,}){2,}b", "(?:(?:a+)?)+b", "^(?:a+|a+b)+c",
]  # fmt: skip
UNLIKE = [
    "(?=a)b",
    "(?<=a)b",
    "(?<a>b)",
    r"(a)\1",
    "(",
    "[",
    r"\p{L}",
    r"\u0041",
    "[[a]",
    "[a--b]",
    "[]",
    "[^]",
    "a**",
    r"\Z",
]

TEXTS = [
    (piece * LONGEST_TEXT)[: LONGEST_TEXT - 1] + end
    for piece in ("a", "ab", "aab", "1", "a-", "a.", "@", "x", " ", "a ", "\n", "-", "a1")
    for end in ("!", "a", "")
]


def slowest(pattern: str) -> float:
    compiled, worst = re.compile(translated(pattern), re.ASCII), 0.0
    for text in TEXTS:
        started = time.process_time()
        compiled.search(text)
        worst = max(worst, time.process_time() - started)
    return worst


@table("pattern", ORDINARY)
def test_ordinary_patterns_are_checked_and_fast(pattern: str) -> None:
    assert is_checkable(pattern)
    assert slowest(pattern) < 1


@table("pattern", [*SLOW, *UNLIKE])
def test_patterns_that_may_be_slow_or_differ_in_python_are_not_checked(pattern: str) -> None:
    started = time.process_time()
    assert not is_checkable(pattern)
    assert time.process_time() - started < 1


def test_every_pattern_of_the_pin_is_checked() -> None:
    assert unchecked_patterns(load_pin().contract) == []


ATOMS = st.sampled_from(["a", "b", "[ab]", ".", r"\d", r"\w", "-", r"\.", "a?", "(?:a|b)", "^", "$"])
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map("".join),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "*?", "+?", "{2}", "{1,3}", "{0,40}"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
        st.lists(inner, min_size=2, max_size=3).map(lambda options: f"({'|'.join(options)})"),
    ),
    max_leaves=8,
)


@pytest.mark.slow
@settings(derandomize=True, deadline=None, database=None, max_examples=400, suppress_health_check=list(HealthCheck))
@given(PATTERNS)
def test_any_pattern_that_is_checked_is_fast(pattern: str) -> None:
    if is_checkable(pattern):
        assert slowest(pattern) < 1, pattern


def test_a_pattern_of_the_longest_length_is_decided_quickly() -> None:
    for pattern in ("(a|" * 120 + "b" + ")" * 120, "[a-z]" * 100, "(?:a{1,9}){1,9}" * 30, "a" * 501):
        started = time.process_time()
        is_checkable(pattern)
        assert time.process_time() - started < 1
