"""The command `history`: from descriptions to what is printed or saved."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from attrs import evolve
from rich.console import Console

from generator.errors import UnreadableError
from generator.history.bumps import History
from generator.history.table import WIDTH, as_json, print_text
from generator.history.walk import Origin, Progress, usual_jobs, walk

Save = Callable[[Path, bytes], None]


def run(found: Sequence[Origin], *, form: str, to: Path | None, jobs: int | None, console: Console, save: Save,
        note: str = "") -> History:  # fmt: skip
    """
    Walk, then print to the console or save.

    `form` is text, json or html. Raises UnreadableError where not one description can be read, after the reasons of
    each were reported.
    """
    with _progress(len(found)) as progress:
        history = evolve(walk(found, jobs=jobs or usual_jobs(), progress=progress), note=note)
    if form == "text" and to is None and console.is_terminal:
        print_text(history, console)
    else:
        text = rendered(history, form)
        if to is None:
            sys.stdout.write(text)
        else:
            save(to, text.encode())
    if not history.readable:
        raise UnreadableError("None of the descriptions can be read: there is no history.")
    return history


def rendered(history: History, form: str) -> str:
    """Return what is saved or piped: text, json or html."""
    if form == "json":
        return as_json(history)
    if form == "html":
        from generator.history.page import page  # loads Jinja

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
