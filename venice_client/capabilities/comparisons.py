"""
How a rule compares a value with a capability.

A comparison returns what is wrong, or None. A capability of an unknown form limits nothing, and a value of the wrong
type is left to the checks of the contract.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Protocol

from attrs import frozen

from venice_client._core.schema.values import listed
from venice_client._core.schema.violation import shown

_MAX_LISTED = 60


class Comparison(Protocol):
    """One way to compare."""

    def violation(self, value: Any, capability: Any) -> str | None:
        """Return what is wrong, to be read after the name of the model; None where nothing is."""

    def limit(self, capability: Any) -> str | None:
        """Return what a model takes in a few words; None where its row does not say."""


@frozen
class OneOf:
    """The value is in a list, without regard to case. An empty list takes no value."""

    always: tuple[str, ...] = ()
    """Values that every model takes."""
    unit: str = ""
    """A suffix that may be left out: with "s", `8` equals `8s`."""
    empty_is_unlimited: bool = False

    def violation(self, value: Any, capability: Any) -> str | None:
        limit, text = self.limit(capability), _text(value)
        if limit is None or text is None or self._key(text) in map(self._key, (*_texts(capability), *self.always)):
            return None
        return f"does not take {shown(value)}; it takes {'none: leave it out' if limit == 'none' else limit}"

    def limit(self, capability: Any) -> str | None:
        values = _texts(capability)
        if not isinstance(capability, list) or len(values) < len(capability):  # not a list of plain values
            return None
        more = f" and {len(values) - _MAX_LISTED} more" if len(values) > _MAX_LISTED else ""
        return (", ".join(values[:_MAX_LISTED]) + more) or (None if self.empty_is_unlimited else "none")

    def _key(self, text: str) -> str:
        folded = text.strip().casefold()
        return folded.removesuffix(self.unit) if self.unit else folded


@frozen
class Bound:
    """A number, the length of a text or of a list is within a bound. A bound of 0 or less limits nothing."""

    unit: str = ""
    """What is counted: `characters` of a text, else the items of a list; empty for the number itself."""
    is_least: bool = False

    def violation(self, value: Any, capability: Any) -> str | None:
        limit, bound, size = self.limit(capability), _number(capability), _size(value, self.unit)
        if limit is None or bound is None or size is None or (size >= bound if self.is_least else size <= bound):
            return None
        return f"does not take {_figure(size)} {self.unit}".rstrip() + f"; it takes {limit}"

    def limit(self, capability: Any) -> str | None:
        bound = _number(capability)
        if bound is None or bound <= 0:
            return None
        unit = self.unit.removesuffix("s") if bound == 1 else self.unit
        return f"at {'least' if self.is_least else 'most'} {_figure(bound)} {unit}".rstrip()


@frozen
class MultipleOf:
    """A number is a multiple of the capability."""

    def violation(self, value: Any, capability: Any) -> str | None:
        limit, step, number = self.limit(capability), _number(capability), _number(value)
        if limit is None or step is None or number is None or number <= 0 or number % step == 0:
            return None
        below = number - number % step
        near = " or ".join(_figure(item) for item in (below, below + step) if item > 0)
        return f"does not take {_figure(number)}; it takes {limit}, such as {near}"

    def limit(self, capability: Any) -> str | None:
        step = _number(capability)
        return None if step is None or step < 1 else f"multiples of {_figure(step)}"


@frozen
class Refused:
    """Every value, except an empty one, is refused where the capability equals `when`."""

    says: str
    """What the model does, to be read after its name: `takes no pictures`."""
    when: bool | str = False

    def violation(self, value: Any, capability: Any) -> str | None:
        return self.limit(capability) if is_filled(value) else None

    def limit(self, capability: Any) -> str | None:
        return self.says if type(capability) is type(self.when) and capability == self.when else None


def is_filled(value: Any) -> bool:
    """Whether a value is more than nothing. A picture may be a NumPy array, which has no truth value."""
    return value is not None and value is not False and not (isinstance(value, str | list | tuple) and not value)


def _size(value: Any, unit: str) -> float | None:
    if unit == "characters":
        return len(value) if isinstance(value, str) else None
    items = listed(value) if unit else None
    return _number(value) if items is None else len(items)


def _texts(capability: Any) -> list[str]:
    texts = map(_text, capability) if isinstance(capability, list) else ()
    return [text for text in texts if text is not None]


def _text(value: Any) -> str | None:
    """Return a text or a number in the form in which it is compared."""
    if isinstance(value, Enum):
        value = value.value
    number = None if isinstance(value, str) else _number(value)
    return _figure(number).replace(",", "") if number is not None else value if isinstance(value, str) else None


def _number(value: Any) -> float | None:
    """Return a finite number, also one that is written as text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        return int(value)
    return value if isinstance(value, int | float) and abs(value) < 1e15 else None


def _figure(number: float) -> str:
    return f"{int(number):,}" if number == int(number) else f"{number:g}"
