"""
What a history is made of: descriptions in their order, and the bumps between those that can be read.

All texts are safe to show: one line each, without control characters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from attrs import field, frozen

from generator.drift.judge.classes import Class
from generator.errors import counted


@frozen
class Description:
    """One description of a walk."""

    position: int
    """Its place in the walk, from 1."""
    file: str
    """The name of the file, without its folder."""
    date: str
    """The day that the name of the file or `info.version` starts with, such as 2025-07-13; empty for none."""
    version: str = ""
    """`info.version`: a label that may stay or go backwards."""
    unreadable: str = ""
    """Why it cannot be read; empty for one that was."""


@frozen
class Bump:
    """What came between a description and the last one before it that could be read."""

    old: Description
    new: Description
    counts: tuple[tuple[Class, int], ...]
    """Of every class that has any, how many findings; the strongest first."""
    headline: str
    operations: tuple[tuple[str, Class], ...] = field(repr=False)
    """What it reaches, each with its strongest class, without DOCS and VERSION; sorted."""
    report: tuple[tuple[str, tuple[tuple[Class, str], ...]], ...] = field(default=(), repr=False)
    """The findings in words, group by group: a title, and lines with their classes."""
    failed: bool = False
    """Whether it could not be judged; then the headline says why."""

    @property
    def cls(self) -> Class | None:
        """The strongest class; None where the two are identical or could not be judged."""
        return self.counts[0][0] if self.counts else None

    def count(self, cls: Class) -> int:
        """How many findings are of a class."""
        return dict(self.counts).get(cls, 0)


@frozen
class History:
    """A walk: all descriptions in order, and the bumps between those that could be read."""

    descriptions: tuple[Description, ...]
    bumps: tuple[Bump, ...]
    note: str = ""
    """Where the order is a guess; empty where it is known."""

    @property
    def unreadable(self) -> tuple[Description, ...]:
        """The descriptions that could not be read."""
        return tuple(one for one in self.descriptions if one.unreadable)

    @property
    def readable(self) -> tuple[Description, ...]:
        """The descriptions that could be read."""
        return tuple(one for one in self.descriptions if not one.unreadable)

    @property
    def classes(self) -> dict[Class, int]:
        """How many bumps are of each class, of all classes, the strongest first."""
        found = Counter(bump.cls for bump in self.bumps)
        return {cls: found[cls] for cls in Class}

    def rows(self) -> Iterator[Bump | Description]:
        """In the order of the walk: every bump, and every description that could not be read."""
        bumps = {bump.new.position: bump for bump in self.bumps}
        for one in self.descriptions:
            if one.unreadable:
                yield one
            elif one.position in bumps:
                yield bumps[one.position]

    def summary(self) -> str:
        """Return the figures in one line, such as `36 bumps: 9 WIRE, 27 ADDITIVE; 1 description is unreadable`."""
        parts = [f"{count} {cls}" for cls, count in self.classes.items() if count]
        identical = sum(bump.cls is None and not bump.failed for bump in self.bumps)
        failed = sum(bump.failed for bump in self.bumps)
        parts += [f"{count} {word}" for count, word in ((identical, "identical"), (failed, "not judged")) if count]
        count = len(self.bumps)
        said = f"{counted(count, 'bump')}{': ' if parts else ''}{', '.join(parts)}"
        if lost := len(self.unreadable):
            said += f"; {lost} {'description is' if lost == 1 else 'descriptions are'} unreadable"
        return said
