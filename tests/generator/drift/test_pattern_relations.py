"""Two patterns of texts: equal, wider, narrower, or undecided where it cannot be said for sure."""

from __future__ import annotations

from generator.drift.compare.patterns import Relation, relation
from tests.table import table

OPPOSITE: dict[Relation, Relation] = {"wider": "narrower", "narrower": "wider"}


@table(
    "old, new, expected",
    [
        ("^[a-z]{1,10}$", "^[a-z0-9]{1,20}$", "wider"),
        ("^[a-z]+$", "^.+$", "wider"),
        (r"^\d{4}-\d\d$", "^[0-9]{4}-[0-9]{2}$", "undecided"),  # two characters, and one twice
        (r"^\d+$", "^(?:[0-9]+)$", "equal"),
        ("^(?:auto|none)$", "^(?:auto|none|all)$", "wider"),
        ("^(ab|ac)$", "^(ab|ac|xyz)$", "wider"),
        ("^(a|b)$", "^a$|^b$", "equal"),
        ("^a$|^b$", "^[ab]$", "equal"),
        ("^(foo|bar)baz$", "^foobaz$", "narrower"),
        ("^(ab)+$", "^(ab)+$|^c$", "wider"),
        ("^(ab)+$", "^(ac)+$", "undecided"),
        ("^a", "a", "wider"),
        ("^[a-z]+$", "[a-z0-9]+", "wider"),
        ("^a", "a$", "undecided"),
        ("^[a-z]+$", "^[a-z]+-[a-z]+$", "undecided"),
        (r"^a\$$", "^a$", "undecided"),
        ("^a$", "^.*$", "wider"),
        (r"\p{L}", "[a-z]", "undecided"),
        ("[a&&b]", "[a-z]", "undecided"),
        ("[a-", "[a-z]", "undecided"),
        ("^[ab][ab][ab][ab][ab][ab]$", "^[a-z]{6}$", "undecided"),  # too many choices
    ],
)
def test_patterns_are_compared_without_running_them(old: str, new: str, expected: Relation) -> None:
    assert relation(old, new) == expected
    assert relation(new, old) == OPPOSITE.get(expected, expected)
