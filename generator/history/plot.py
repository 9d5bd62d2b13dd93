"""
The plot of a history: bumps over time, stacked by class, as one inline SVG without script or outer resource.

Colours are custom properties of the page's style sheet (`--wire` and so on), so that it follows light and dark. It
knows which class is drawn where and nothing of HTML around it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

from attrs import frozen

from generator.drift.judge.classes import Class
from generator.history.bumps import Bump, History

_WIDTH, _HEIGHT = 760, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 54, 36, 14, 64
_MOST = 36  # so many bars at most
_WIDEST = 40
_GAP = 1.5  # between the parts of a bar
_TICKS = 5
_STRIPES = (
    '<defs><pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="var(--source)"/><rect width="2" height="6" fill="var(--source-stripe)"/>'
    "</pattern></defs>"
)
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
    ticks = _ticks(top)
    wide, high = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    step = wide / len(drawn)
    thick = min(step * 0.72, _WIDEST)
    scale = high / ticks[-1]
    said = f"{sum(bar.total for bar in drawn)} bumps in {len(drawn)} {kind if len(drawn) == 1 else _plural(kind)}"
    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-labelledby="plot-title plot-text">',
        f'<title id="plot-title">Bumps per {kind}, by class</title>',
        f'<desc id="plot-text">{escape(said)}; at most {top} in one. The table below the plot has the figures.</desc>',
        _STRIPES,
    ]
    for tick in ticks:
        y = _number(_TOP + high - tick * scale)
        kind_of_line = "axis" if tick == 0 else "grid"
        parts += [
            f'<line class="{kind_of_line}" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>',
            f'<text x="{_LEFT - 8}" y="{y}" dy="0.32em" text-anchor="end">{tick}</text>',
            f'<text x="{_WIDTH - _RIGHT + 6}" y="{y}" dy="0.32em">{tick}</text>',  # the side that is seen first
        ]
    every = -(-len(drawn) // 20)
    for at, bar in enumerate(drawn):
        middle = _LEFT + (at + 0.5) * step
        y_at = _TOP + float(high)
        for cls, count in bar.counts.items():
            if count:
                tall = count * scale
                parts.append(
                    f'<rect class="{cls.lower()}" x="{_number(middle - thick / 2)}" y="{_number(y_at - tall)}" '
                    f'width="{_number(thick)}" height="{_number(max(tall - _GAP, 1))}" rx="1.5">'
                    f"<title>{escape(bar.name)}: {count} {cls}</title></rect>"
                )
                y_at -= tall
        x = _number(middle)
        if at % every == 0:
            parts.append(f'<text x="{x}" y="{_TOP + high + 17}" text-anchor="middle">{escape(bar.label)}</text>')
        if bar.under:
            parts.append(
                f'<text class="strong" x="{x}" y="{_TOP + high + 33}" text-anchor="middle">{escape(bar.under)}</text>'
            )
    words = {"month": "Month", "year": "Year", "stretch": "First bump of each bar"}[kind]
    parts += [
        f'<text x="{_LEFT + wide / 2:g}" y="{_HEIGHT - 6}" text-anchor="middle">{words}</text>',
        f'<text transform="translate(11 {_TOP + high / 2:g}) rotate(-90)" text-anchor="middle">Bumps</text>',
        "</svg>",
    ]
    return "\n".join(parts)


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


def _plural(kind: str) -> str:
    return "stretches" if kind == "stretch" else f"{kind}s"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
