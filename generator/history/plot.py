"""
The plot of a history: bumps over time, stacked by class, as one inline SVG without script or outer resource.

Colours are custom properties of the page's style sheet (`--wire` and so on), so that it follows light and dark. It
knows which class is drawn where and nothing of HTML around it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from attrs import frozen
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from generator.drift.judge.classes import Class
from generator.history.bumps import Bump, History

_MOST = 36  # so many bars at most
_TICKS = 5
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@frozen
class Bar:
    """A span of time, or of bumps, and how many bumps of each class it saw."""

    label: str
    under: str
    """A second label below the first, such as the year; may be empty."""
    name: str
    """What it is called in words."""
    counts: dict[Class, int]

    @property
    def total(self) -> int:
        """All its bumps that have a class."""
        return sum(self.counts.values())


def bars(history: History) -> tuple[str, tuple[Bar, ...]]:
    """
    Return what a bar is (month, year, or stretch) and all bars in order, empty ones included.

    Months, or years where there are too many months; where a bump has no date, as many bumps as fit to a bar.
    """
    found = [bump for bump in history.bumps if bump.cls]
    if not found:
        return "month", ()
    dates = [bump.new.date for bump in found]
    if all(dates):
        months = [int(date[:4]) * 12 + int(date[5:7]) - 1 for date in dates]
        first, last = min(months), max(months)
        if last - first < _MOST:
            return "month", tuple(_month(at, found, months, first) for at in range(first, last + 1))
        years = [month // 12 for month in months]
        if max(years) - min(years) < _MOST:
            return "year", tuple(
                Bar(f"{at:04}", "", f"{at:04}", _counts(found, years, at)) for at in range(min(years), max(years) + 1)
            )
    each = -(-len(found) // _MOST)
    cut = [found[at : at + each] for at in range(0, len(found), each)]
    return "stretch", tuple(
        Bar(f"{at * each + 1}", "", _stretch(at * each, part), _counts(part, [0] * len(part), 0))
        for at, part in enumerate(cut)
    )


def svg(kind: str, drawn: Sequence[Bar]) -> str:
    """Draw bars, the strongest class at the bottom, with axes."""
    top = max(bar.total for bar in drawn)
    return templates().get_template("plot.svg.jinja").render(kind=kind, drawn=drawn, top=top, ticks=_ticks(top))


@cache
def templates() -> Environment:
    """Return the templates of a history; what they show is escaped."""
    found = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    found.filters["number"] = lambda value: f"{value:.1f}".removesuffix(".0")
    return found


def _month(at: int, found: Sequence[Bump], months: Sequence[int], first: int) -> Bar:
    year, month = divmod(at, 12)
    under = f"{year:04}" if month == 0 or (at == first and month < 11) else ""  # two years side by side would overlap
    return Bar(_MONTHS[month], under, f"{_MONTHS[month]} {year:04}", _counts(found, months, at))


def _stretch(start: int, part: Sequence[Bump]) -> str:
    return f"bump {start + 1}" if len(part) == 1 else f"bumps {start + 1} to {start + len(part)}"


def _counts(found: Sequence[Bump], keys: Sequence[int], key: int) -> dict[Class, int]:
    counts = Counter(bump.cls for bump, its in zip(found, keys, strict=True) if its == key)
    return {cls: counts[cls] for cls in Class}


def _ticks(top: int) -> list[int]:
    """Round numbers from 0 to at least the top, a few of them."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if step * _TICKS >= top:
                return list(range(0, -(-top // step) * step + 1, step))
        size *= 10
