"""The command `history`: from what was named to what is printed or saved. Everything else, its siblings do."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from generator.errors import UnreadableError
from generator.history.bumps import History
from generator.history.order import sources
from generator.history.page import page
from generator.history.table import WIDTH, as_json, print_text
from generator.history.walk import Progress, usual_jobs, walk

Save = Callable[[Path, bytes], None]


def run(named: list[Path], *, form: str, to: Path | None, jobs: int | None, console: Console, save: Save) -> History:
    """
    Walk, then print to the console or save.

    `form` is text, json or html. Raises UnreadableError where not one description can be read, after telling why of
    each.
    """
    found = sources(named)
    with _progress(len(found)) as progress:
        history = walk(found, jobs=jobs or usual_jobs(), progress=progress)
    if form == "text" and to is None and console.is_terminal:
        print_text(history, console)
    else:
        text = rendered(history, form)
        if to is None:
            sys.stdout.write(text)
        else:
            save(to, text.encode())
    if not history.readable:
        raise UnreadableError("None of the descriptions can be read: there is no history to tell.")
    return history


def rendered(history: History, form: str) -> str:
    """Return what is saved or piped: text, json or html."""
    if form == "json":
        return as_json(history)
    if form == "html":
        return page(history)
    text = io.StringIO()
    print_text(history, Console(file=text, width=WIDTH, force_terminal=False, color_system=None))
    return text.getvalue()


@contextmanager
def _progress(total: int) -> Iterator[Progress]:
    """A bar on stderr if that is a terminal, and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _count: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("reading and comparing"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda count: bar.advance(task, count)
