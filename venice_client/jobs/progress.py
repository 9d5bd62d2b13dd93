"""How long work takes, told to a function or shown as a bar on a terminal. Whoever is told cannot end the work."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any, TypeAlias

from venice_client._core.errors import RequestValidationError
from venice_client._core.progress import bar_maker

logger = logging.getLogger("venice_client")

Progress: TypeAlias = bool | Callable[[float, float | None], object]
"""True for a bar on a terminal, or a function of the seconds that passed and of those that such work usually takes."""


class Reporter:
    """Tells of one waiting; closing it takes the bar away."""

    def __init__(self, progress: Progress, title: str) -> None:
        self._tell: Callable[[float, float | None], object] | None = None
        self._make_bar: Callable[[], Any] | None = None
        self._bar: Any = None
        wanted: Any = progress
        if callable(wanted):
            self._tell = wanted
        elif not isinstance(wanted, bool):
            kind = type(wanted).__name__
            raise RequestValidationError([f"progress: True, False or a function is wanted, not a {kind}"])
        elif wanted:
            self._make_bar = _bar_maker(title)

    def report(self, elapsed: float, expected: float | None) -> None:
        """Tell how many seconds have passed, and how many are usual."""
        if self._tell is not None:
            try:
                self._tell(elapsed, expected)
            except Exception:  # what was paid for must not be lost to a hook
                logger.warning("progress raised", exc_info=True)
        if self._make_bar is not None:
            self._bar = self._bar or self._make_bar()
            self._bar.total = max(expected or elapsed, elapsed, 1.0)
            self._bar.n = elapsed
            self._bar.set_postfix_str(f"usually {expected:.0f} s" if expected else "", refresh=False)
            self._bar.refresh()

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()


def _bar_maker(title: str) -> Callable[[], Any]:
    make = bar_maker()
    form = "{desc}: {n:.0f} s{postfix} |{bar}|"
    return lambda: make(desc=title, total=1.0, leave=False, disable=None, file=sys.stderr, bar_format=form)
