"""
The ways in which the table of rules compares what is given with what a model can do.

A comparison says what is wrong, or nothing. Where the list tells an ability in a form that is not known here, and where
a value is of the wrong kind altogether (which the contract's own checks tell), there is nothing to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any, Protocol

from attrs import frozen

from venice_client._core.schema.values import listed
from venice_client._core.schema.violation import shown

_MOST = 60
"""Values that are listed of what a model takes."""


class Comparison(Protocol):
    """One way to compare."""

    def problem(self, given: Any, ability: Any) -> str | None:
        """Say what is wrong, to be read after the name of the model; None where nothing is known to be."""

    def takes(self, ability: Any) -> str | None:
        """Say what a model takes, in a few words; None where it does not say."""


@frozen
class OneOf:
    """The value is one of a list, whatever the case of its letters. An empty list takes none."""

    also: tuple[str, ...] = ()
    """What every model takes, listed or not."""
    unit: str = ""
    """What may stand behind a value or be left out: `8` is `8s`."""
    empty_takes_none: bool = True

    def problem(self, given: Any, ability: Any) -> str | None:
        values = _plain_list(ability)
        text = _text(given)
        if values is None or text is None or (not values and not self.empty_takes_none):
            return None
        if self._same(text) in {self._same(value) for value in (*values, *self.also)}:
            return None
        takes = f"it takes {_listed(values)}" if values else "it takes none: leave it out"
        return f"does not take {shown(given)}; {takes}"

    def takes(self, ability: Any) -> str | None:
        values = _plain_list(ability)
        if values is None or (not values and not self.empty_takes_none):
            return None
        return _listed(values) or "none"

    def _same(self, text: str) -> str:
        folded = text.strip().casefold()
        return folded.removesuffix(self.unit) if self.unit else folded


@frozen
class AtMost:
    """A number, the length of a text or the count of a list is not above a limit; below one with `least`."""

    unit: str = ""
    """What is counted: characters of a text, or the items of a list; nothing for a number itself."""
    least: bool = False

    def problem(self, given: Any, ability: Any) -> str | None:
        limit, size = _number(ability), self._size(given)
        if limit is None or size is None or limit <= 0 or (size >= limit if self.least else size <= limit):
            return None
        was = f"{_figure(size)} {self.unit}" if self.unit else _figure(size)
        return f"does not take {was}; it takes {self.takes(ability)}"

    def takes(self, ability: Any) -> str | None:
        limit = _number(ability)
        if limit is None or limit <= 0:
            return None
        unit = self.unit.removesuffix("s") if limit == 1 else self.unit
        return f"at {'least' if self.least else 'most'} {_figure(limit)} {unit}".rstrip()

    def _size(self, given: Any) -> float | None:
        if not self.unit:
            return _number(given)
        if self.unit == "characters":
            return len(given) if isinstance(given, str) else None
        items = listed(given)
        return _number(given) if items is None else len(items)


@frozen
class MultipleOf:
    """A number is a multiple of another."""

    def problem(self, given: Any, ability: Any) -> str | None:
        step, number = _number(ability), _number(given)
        if step is None or number is None or step < 1 or number <= 0 or number % step == 0:
            return None
        below = number - number % step
        near = [_figure(value) for value in (below, below + step) if value > 0]
        return f"does not take {_figure(number)}; it takes {self.takes(ability)}, such as {' or '.join(near)}"

    def takes(self, ability: Any) -> str | None:
        step = _number(ability)
        return None if step is None or step < 1 else f"multiples of {_figure(step)}"


@frozen
class Refused:
    """Whatever is given is refused where the ability has one value, which is that there is none but for others."""

    says: str
    """What the model does, to be read after its name: `does not take pictures`."""
    when: bool | str = False

    def problem(self, given: Any, ability: Any) -> str | None:
        if given is None or given is False:
            return None
        return self.says if type(ability) is type(self.when) and ability == self.when else None

    def takes(self, ability: Any) -> str | None:
        if type(ability) is not type(self.when):
            return None
        return self.says if ability == self.when else None


def _plain_list(ability: Any) -> list[str] | None:
    if not isinstance(ability, list):
        return None
    values = [_text(value) for value in ability]
    return None if None in values else [value for value in values if value is not None]


def _text(value: Any) -> str | None:
    """A value as it is compared: text, or a number in figures."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, str):
        return value
    number = _number(value)
    return None if number is None else _figure(number, plain=True)


def _number(value: Any) -> float | None:
    """A number, also one that is written as text; infinities and the like are none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        return int(value)
    return value if isinstance(value, int | float) and abs(value) < 1e15 else None


def _figure(number: float, *, plain: bool = False) -> str:
    whole = int(number)
    if number != whole:
        return f"{number:g}"
    return str(whole) if plain else f"{whole:,}"


def _listed(values: Sequence[str]) -> str:
    more = f" and {len(values) - _MOST} more" if len(values) > _MOST else ""
    return ", ".join(values[:_MOST]) + more
