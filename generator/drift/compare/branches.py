"""What a schema allows: alternatives of one type each, as `views` makes them; and what differs between two schemas."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attrs import define, field, frozen

from generator.drift.compare.changes import Direction, Kind
from generator.drift.compare.references import Part, Where

ANY = "any"
Path = tuple[str, ...]
"""Fields, one inside of the other."""
Pair = tuple[str, str]
"""References to an old and a new component."""


@define
class Branch:
    """An alternative: values of one type."""

    type: str
    """`string`, `number`, `boolean`, `array`, `object`, or `any`."""
    part: Part
    """The alternative as it is written."""
    ref: str = ""
    """The reference that it is as a whole; empty for an inline schema."""
    integer: bool = False
    values: list[Any] | None = None
    """The values of an enum that the other keywords allow, without null."""
    values_at: Where = ()
    properties: dict[str, Part] = field(factory=dict)
    required: set[str] = field(factory=set)
    rest: Any = True
    """What other properties may be: True, False or a schema."""
    rest_at: Where = ()
    items: Part | None = None
    words: dict[str, tuple[Any, Where]] = field(factory=dict)
    """Bounds, details and constraints, with their places."""

    @property
    def closed(self) -> bool:
        """Whether unknown properties are refused."""
        return self.rest is False

    def word(self, key: str) -> Any:
        """Return the value of a keyword; None for none."""
        found = self.words.get(key)
        return found[0] if found else None


@define
class View:
    """The values that a schema allows."""

    branches: list[Branch] = field(factory=list)
    null: bool = False
    is_union: bool = False
    """Whether it is written with `anyOf` or `oneOf` of more than one alternative that is not null."""
    notes: dict[str, tuple[Any, Where]] = field(factory=dict)
    expanded: int = 0
    """How many unions were multiplied out on the way: a description can nest them without end."""
    deprecated: list[Branch] = field(factory=list)
    """Alternatives that are marked as deprecated, where others are not."""
    discriminator: tuple[dict[str, str], Where] | None = None
    """The property and its value that distinguish a component, by the name of the component."""
    known: dict[str, Any] = field(factory=dict)
    """Values that are listed beside an alternative that allows them anyway, by canonical text."""

    @property
    def anything(self) -> Branch | None:
        """The alternative that allows every type, if there is one."""
        return next((branch for branch in self.branches if branch.type == ANY), None)


@frozen
class Found:
    """A difference, with its place in a node."""

    kind: Kind
    where: Where
    path: Path
    """The fields that lead to it from the node; `[]` for the items of a list, `{}` for other properties."""
    subject: str = ""
    old: Any = None
    new: Any = None
    skips: frozenset[Direction] = frozenset()
    """Directions that it does not concern: a property that is only read is not sent."""


@define
class Node:
    """What differs between two schemas, and the pairs of components that they refer to."""

    found: list[Found] = field(factory=list)
    links: list[tuple[Path, Pair]] = field(factory=list)

    def see(
        self, kind: Kind, where: Where, path: Path, subject: str = "", old: Any = None, new: Any = None, *,
        skips: Iterable[Direction] = (),
    ) -> None:  # fmt: skip
        """Keep a difference."""
        self.found.append(Found(kind, where, path, subject, old, new, frozenset(skips)))
