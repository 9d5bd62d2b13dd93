"""
Shows a history as one page of HTML: figures, a plot over time, the operations that change most, every bump, and the
report that each bump links to.

It is self-contained: no script, no outer resource, no clock; filtering by class is done by its style sheet (page.css).
Text of descriptions is escaped, and the page's own policy lets nothing run or load.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from html import escape
from pathlib import Path

from generator.drift.judge.classes import Class
from generator.history import plot
from generator.history.bumps import Bump, Description, History
from generator.history.order import version_key

_STYLE = Path(__file__).with_name("page.css")
_MOST = 15  # operations
_OTHERS = "other"


def page(history: History) -> str:
    """Return the page."""
    title = "How this API changes"
    parts = (_head(history, title), _over_time(history), _operations(history), _bumps(history), _reports(history))
    body = "\n".join(line for part in parts for line in part)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
{_STYLE.read_text(encoding="utf-8")}{_filters()}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def _head(history: History, title: str) -> Iterator[str]:
    yield f"<header>\n<h1>{title}</h1>"
    yield f'<p class="lead">{_lead(history)}</p>'
    yield f"<p>{_about(history)}</p>\n</header>"
    total = len(history.bumps)
    yield '<section aria-labelledby="figures">\n<h2 id="figures">In figures</h2>\n<ul class="tiles">'
    yield f'<li class="all"><b>{total}</b><span class="name">{_noun(total, "bump")}</span>'
    yield "<small>each counted under its strongest class</small></li>"
    for cls, count in history.classes.items():
        share = f" <i>{100 * count / total:.0f} %</i>" if count else ""
        yield f'<li><b>{count}</b>{share}<span class="name">{_swatch(cls)}{cls}</span>'
        yield f"<small>{escape(cls.meaning)}</small></li>"
    yield "</ul>\n</section>"


def _lead(history: History) -> str:
    total, classes = len(history.bumps), history.classes
    if not total:
        return "There are not two descriptions that can be compared."
    wire, source = classes[Class.WIRE], classes[Class.SOURCE]
    said = f"<strong>{wire} of {total}</strong> {_noun(total, 'bump')} {'breaks' if wire == 1 else 'break'} callers"
    said += " on the wire" if wire else ""
    return f"{said}; {source} more {'changes' if source == 1 else 'change'} the Python API alone."


def _about(history: History) -> str:
    """Which descriptions these are, and what stands out about their versions."""
    count = len(history.descriptions)
    said = [f"{count} {_noun(count, 'description')}"]
    dates = sorted(one.date for one in history.readable if one.date)
    if dates:
        said[0] += f" from {_time(dates[0])} to {_time(dates[-1])}"
    if lost := len(history.unreadable):
        said.append(f"{lost} of them could not be read and {'was' if lost == 1 else 'were'} stepped over")
    same = sum(one.old.version == one.new.version and one.cls is not None for one in history.bumps)
    back = sum(version_key(one.new.version) < version_key(one.old.version) for one in history.bumps)
    if same:
        said.append(f"{same} {_noun(same, 'bump')} changed the content under the same <code>info.version</code>")
    if back:
        said.append(f"{back} went back to a lower <code>info.version</code>")
    note = f" {escape(history.note)}" if history.note else ""
    return f"{'; '.join(said)}.{note}"


def _over_time(history: History) -> Iterator[str]:
    kind, drawn = plot.bars(history)
    if not drawn:
        return
    used = [cls for cls, count in history.classes.items() if count]
    yield '<section aria-labelledby="time">\n<h2 id="time">Over time</h2>\n<figure>'
    yield '<ul class="legend">'
    yield from (f"<li>{_swatch(cls)}{cls}</li>" for cls in used)
    yield '</ul>\n<div class="scroll plot" role="region" aria-label="Plot of bumps over time" tabindex="0">'
    yield plot.svg(kind, drawn)
    yield f"</div>\n<figcaption>Bumps per {kind} by their strongest class; the strongest at the bottom.</figcaption>"
    yield '</figure>\n<details>\n<summary>The same as a table</summary>\n<div class="scroll" role="region"'
    yield f' aria-label="Table of bumps over time" tabindex="0">\n<table class="figures">\n<caption>Bumps per {kind}'
    yield f'</caption>\n<thead><tr><th scope="col">{kind.capitalize()}</th>'
    yield from (f'<th scope="col">{cls}</th>' for cls in used)
    yield '<th scope="col">All</th></tr></thead>\n<tbody>'
    for bar in drawn:
        cells = "".join(f"<td>{bar.counts[cls]}</td>" for cls in used)
        yield f'<tr><th scope="row">{escape(bar.name)}</th>{cells}<td>{bar.total}</td></tr>'
    yield "</tbody>\n</table>\n</div>\n</details>\n</section>"


def _operations(history: History) -> Iterator[str]:
    found: dict[str, Counter[Class]] = defaultdict(Counter)
    for bump in history.bumps:
        for name, cls in bump.operations:
            found[name][cls] += 1
    # Of two that change as often, the one that breaks more often comes first.
    ranked = sorted(found, key=lambda name: (-found[name].total(), *(-found[name][cls] for cls in Class), name))[:_MOST]
    if not ranked:
        return
    most = found[ranked[0]].total()
    yield '<section aria-labelledby="operations">\n<h2 id="operations">What changes most</h2>'
    yield '<table class="bars">\n<caption>In how many bumps an operation was reached by more than other prose, by the'
    yield f" strongest class in each; {_first(len(ranked), len(found))}.</caption>"
    yield '<thead><tr><th scope="col">Operation</th><th scope="col">Bumps</th></tr></thead>\n<tbody>'
    for name in ranked:
        counts = found[name]
        parts = [(cls, counts[cls]) for cls in Class if counts[cls]]
        drawn = "".join(
            f'<span class="{cls.lower()}" style="width:{100 * count / most:.2f}%" title="{count} {cls}"></span>'
            for cls, count in parts
        )
        words = ", ".join(f"{count} {cls}" for cls, count in parts)
        yield f'<tr><th scope="row"><code>{escape(name)}</code></th><td>'
        yield f'<div class="row">{_padded(counts.total(), most)}<div class="bar" aria-hidden="true">{drawn}</div></div>'
        yield f'<span class="unseen">: {words}</span></td></tr>'
    yield "</tbody>\n</table>\n</section>"


def _bumps(history: History) -> Iterator[str]:
    rows = [*history.rows()]
    if not rows:
        return
    kinds = Counter(_kind(row) for row in rows)
    yield '<section aria-labelledby="bumps">\n<h2 id="bumps">Every bump</h2>'
    yield '<fieldset class="filter">\n<legend>Show</legend>'
    for kind in (*Class, _OTHERS):
        if kinds[kind]:
            name = f"{_swatch(kind)}{kind}" if isinstance(kind, Class) else "unreadable or identical"
            box = f'<input type="checkbox" id="show-{kind.lower()}" checked>'
            yield f'<label for="show-{kind.lower()}">{box}{name} <i>{kinds[kind]}</i></label>'
    # Narrow pages lay rows out as blocks: the roles say that they are rows all the same.
    yield '</fieldset>\n<table class="bumps" role="table">\n<caption>The newest first. The figures count findings.'
    yield '</caption>\n<thead role="rowgroup"><tr role="row">'
    yield from (f'<th scope="col" role="columnheader">{name}</th>' for name in ("Description", "Class", "What changed"))
    yield '</tr></thead>\n<tbody role="rowgroup">'
    yield from (_row(row) for row in reversed(rows))
    yield "</tbody>\n</table>\n</section>"


def _row(row: Bump | Description) -> str:
    one = row.new if isinstance(row, Bump) else row
    when = f"{_time(one.date)} " if one.date else ""
    version = f'<span class="version">{escape(one.version)}</span> ' if one.version else ""
    title = f"{when}{version}<small>{escape(one.file)}</small>"
    if isinstance(row, Description):
        badge, said = "unreadable", escape(row.unreadable)
    else:
        badge = f"{_swatch(row.cls)}{row.cls}" if row.cls else "not judged" if row.failed else "identical"
        # The version stands on the left: it counts where there is nothing else.
        counts = [f"{count} {cls}" for cls, count in row.counts if cls is not Class.VERSION or row.cls is cls]
        said = _linked(row) + (f'<div class="counts">{" · ".join(counts)}</div>' if counts else "")
    cells = f'<td role="cell"><span class="badge">{badge}</span></td><td role="cell">{said}</td>'
    return f'<tr class="is-{_kind(row).lower()}" role="row"><th scope="row" role="rowheader">{title}</th>{cells}</tr>'


def _linked(bump: Bump) -> str:
    """The headline, as a link to the report further down where there is one."""
    text = escape(bump.headline)
    return f'<a href="#bump-{bump.new.position}">{text}</a>' if bump.report else text


def _reports(history: History) -> Iterator[str]:
    """The report of every bump, the newest first."""
    reported = [bump for bump in reversed(history.bumps) if bump.report]
    if not reported:
        return
    yield '<section aria-labelledby="reports">\n<h2 id="reports">Reports</h2>'
    for bump in reported:
        when = f"{_time(bump.new.date)} " if bump.new.date else ""
        yield f'<article id="bump-{bump.new.position}">\n<h3>{when}{escape(bump.new.version or bump.new.file)}</h3>'
        for title, lines in bump.report:
            yield f"<h4>{escape(title)}</h4>\n<ul>"
            yield from (f"<li>{_swatch(cls)}<b>{cls}</b> {escape(text)}</li>" for cls, text in lines)
            yield "</ul>"
        yield "</article>"
    yield "</section>"


def _filters() -> str:
    """The rules that hide the rows of a class while its box is not ticked."""
    kinds = (kind.lower() for kind in (*Class, _OTHERS))
    return "".join(f"main:has(#show-{kind}:not(:checked)) tr.is-{kind} {{ display: none; }}\n" for kind in kinds)


def _kind(row: Bump | Description) -> str:
    return (row.cls if isinstance(row, Bump) else None) or _OTHERS


def _swatch(cls: Class) -> str:
    return f'<span class="swatch {cls.lower()}" aria-hidden="true"></span>'


def _time(date: str) -> str:
    return f'<time datetime="{date}">{date}</time>'


def _noun(count: int, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"


def _padded(count: int, most: int) -> str:
    return f'<b style="min-width:{len(str(most))}ch">{count}</b>'


def _first(shown: int, found: int) -> str:
    return f"the first {shown} of {found}" if shown < found else f"all {found}"
