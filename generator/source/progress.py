"""What a person sees of a fetch while it lasts: one line on a terminal, and nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from attrs import frozen

from generator.source.refusal import printable

Progress = Callable[[int, int | None], None]  # bytes received, and how many there will be if the server told
Retrying = Callable[[str], None]  # why another attempt is made, and when, in words


def _nothing(_text: str) -> None:
    """Where no one looks on."""


@frozen
class Line:
    """A `Progress` that can tell of another attempt too."""

    progress: Progress
    retrying: Retrying = _nothing

    def __call__(self, done: int, total: int | None) -> None:
        self.progress(done, total)


@contextmanager
def terminal_progress() -> Iterator[Line]:
    """A callback for `fetch` that draws one line on stderr if that is a terminal, and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield Line(lambda _done, _total: None)
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn
    from rich.progress import Progress as Bar

    words = TextColumn("{task.description}", markup=False)  # a cause may hold brackets
    with Bar(words, BarColumn(), DownloadColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("fetching", total=None)

        def progress(done: int, total: int | None) -> None:
            bar.update(task, description="fetching", completed=done, total=total)

        def retrying(text: str) -> None:
            bar.update(task, description=printable(text), completed=0, total=None)

        yield Line(progress, retrying)
