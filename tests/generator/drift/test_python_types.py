"""Which types of the Python API are wider than others: a union in a list may grow without a break."""

from __future__ import annotations

from generator.drift.python_api.breaks import _beyond
from tests.table import table


@table(
    ("old", "new", "breaks"),
    [
        ("str", "str", False),
        ("int", "float", False),
        ("float", "int", True),
        ("Sequence[A | B]", "Sequence[A | B | C]", False),
        ("Sequence[A | B]", "Sequence[A]", True),
        ("list[A]", "Sequence[A | B]", False),
        ("Mapping[str, A]", "Mapping[str, A | None]", False),
        ("Mapping[str, A]", "Mapping[int, A]", True),
        ("list[dict[str, A]]", "list[dict[str, A | B]]", False),
        ("A", "object", False),
        ("A[B]", "A", True),
    ],
)
def test_a_wider_argument_type_is_not_a_break(old: str, new: str, breaks: bool) -> None:
    assert _beyond([old], [new]) is breaks
