"""
A violation of the contract by a value, and its description. `check.find_violations` finds them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from inspect import isawaitable
from typing import Any, Literal, TypeAlias

from attrs import frozen

from venice_client._core.errors.text import one_line
from venice_client._core.schema.upload import Base64

_SHOWN = 40

Kind: TypeAlias = Literal["type", "bound", "null", "limit", "missing", "value", "field", "near"]
"""`value` and `near` are not in the contract, and may be new; the others depart from what it says."""

NEW = frozenset({"value", "near"})
_SAYS: Mapping[Kind, str] = {
    "type": "{subject} is not {what}",
    "bound": "{subject} {what}",
    "null": "null is not allowed here",
    "missing": "required, and not given",
    "value": "{subject} is not among the values that the contract knows: {what}",
    "limit": "null would lift the limit",
    "field": "the contract declares no such field{what}",
    "near": "the contract declares no such field; did you mean {what!r}?",
}


@frozen
class Violation:
    """One violation of the contract, and its place: the names and indices that lead to it."""

    kind: Kind
    subject: str = ""
    """The value, shortened."""
    what: str = ""
    """What it should be, or what is wrong with it."""
    place: tuple[str | int, ...] = ()

    @property
    def where(self) -> str:
        """The place as Python has it: `messages[0].content`."""
        return path(self.place)

    @property
    def says(self) -> str:
        """What is wrong, without the place."""
        return _SAYS[self.kind].format(subject=self.subject, what=self.what)


Violations: TypeAlias = Sequence[Violation]


def path(place: Sequence[str | int]) -> str:
    """Write a place as the caller would: `messages[0].content`; `body` where it is the whole."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{one_line(step, 80)}" for step in place)
    return text.removeprefix(".") if text[:1] != "[" and text else f"body{text}"


def mismatch(value: Any, what: str) -> Violations:
    """Return the violation of a value of another type: `what` is the expected one."""
    return (Violation("type", shown(value), f"{what}: await it first" if isawaitable(value) else what),)


def bound(subject: str, what: str) -> Violation:
    """Return the violation of a bound: `bound("12 characters", "more than 10")`."""
    return Violation("bound", subject, f"is {what}")


def count(number: int, unit: str) -> str:
    """Return a number with its unit, in the plural except for 1."""
    return f"{number:,} {unit}{'' if number == 1 else 's'}"


def shown(value: Any) -> str:
    """Return a value in a few words; only the kind of a value that is not plain."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, str):
        return repr(value) if len(value) <= _SHOWN else f"{value[:_SHOWN]!r}…"
    if isinstance(value, bool | float) or (isinstance(value, int) and value.bit_length() < 200):
        return repr(value)
    if isinstance(value, int):
        return f"a number of {value.bit_length():,} bits"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, Base64):
        return "a picture"
    if isinstance(value, bytes | bytearray):
        return f"{type(value).__name__} of {count(len(value), 'byte')}"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    kind = type(value).__name__
    return f"{'an' if kind[:1].lower() in 'aeiou' else 'a'} {kind}"
