"""
Shows a history as one page of HTML: figures, a plot over time, the operations that change most, every bump, and the
report that each bump links to.

It is self-contained: no script, no outer resource, no clock; filtering by class is done by its style sheet (page.css).
The template escapes text of descriptions, and the page's own policy lets nothing run or load.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

from markupsafe import Markup

from generator.drift.judge.classes import Class
from generator.history import plot
from generator.history.bumps import Bump, History
from generator.history.order import version_key

_STYLE = Path(__file__).with_name("page.css")
_OTHERS = "other"
"""The kind of rows without a class: unreadable, identical, or not judged."""


def page(history: History) -> str:
    """Return the page."""
    span, bars = plot.bars(history)
    # The kind of each row, its description, and the bump that led to it, if it could be read.
    rows = [
        (row.cls or _OTHERS, row.new, row) if isinstance(row, Bump) else (_OTHERS, row, None) for row in history.rows()
    ][::-1]
    return (
        plot.templates()
        .get_template("page.html.jinja")
        .render(
            history=history,
            style=Markup(_STYLE.read_text(encoding="utf-8")),  # noqa: S704  a file of this package
            classes=[*Class],
            kinds=[*Class, _OTHERS],
            used=[cls for cls, count in history.classes.items() if count],
            dates=sorted(one.date for one in history.readable if one.date),
            same_versions=sum(one.old.version == one.new.version and one.cls is not None for one in history.bumps),
            lowered_versions=sum(version_key(one.new.version) < version_key(one.old.version) for one in history.bumps),
            span=span,
            bars=bars,
            plot=Markup(plot.svg(span, bars)) if bars else "",  # noqa: S704  it escapes what it shows
            operations=_operations(history),
            rows=rows,
            rows_of=Counter(kind for kind, *_ in rows),
        )
    )


def _operations(history: History) -> list[tuple[str, Counter[Class]]]:
    """Return the operations by how often they change; of two alike, the one that breaks more often comes first."""
    found: dict[str, Counter[Class]] = defaultdict(Counter)
    for bump in history.bumps:
        for name, cls in bump.operations:
            found[name][cls] += 1
    return sorted(found.items(), key=lambda item: (-item[1].total(), *(-item[1][cls] for cls in Class), item[0]))
