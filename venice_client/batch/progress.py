"""How far many pictures are: a bar on a terminal, or a callable of the caller's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from venice_client._core.progress import bar_maker


class Tell(Protocol):
    """Told how many are done."""

    def __call__(self, done: int) -> None: ...
    def close(self) -> None:
        """End it."""


def progress_of(progress: bool | Callable[[int, int | None], object], total: int | None) -> Tell:
    """Return what to tell. Raises RequestValidationError where a bar is asked for and tqdm is not installed."""
    if callable(progress):
        return _Call(progress, total)
    return _Bar(bar_maker(), total)


class _Call:
    def __init__(self, call: Callable[[int, int | None], object], total: int | None) -> None:
        self._call = call
        self._total = total

    def __call__(self, done: int) -> None:
        self._call(done, self._total)

    def close(self) -> None:
        """Nothing is held."""


class _Bar:
    def __init__(self, make: Callable[..., Any], total: int | None) -> None:
        self._make = make
        self._total = total
        self._bar: Any = None

    def __call__(self, done: int) -> None:
        if self._bar is None:  # no sooner: a run that is never begun has no bar
            self._bar = self._make(total=self._total, unit="picture", disable=None)
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
