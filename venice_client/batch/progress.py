"""The progress of a run: a bar on a terminal, or a function of the caller."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from venice_client._core.progress import bar_maker

logger = logging.getLogger("venice_client")


class Reporter:
    """Reports the number of outcomes."""

    def __init__(self, progress: bool | Callable[[int, int | None], object], total: int | None) -> None:
        """Raises RequestValidationError where a bar is requested and tqdm is not installed."""
        self._function = progress if callable(progress) else None
        self._make_bar = None if callable(progress) else bar_maker()
        self._total = total
        self._bar: Any = None

    def update(self, done: int) -> None:
        """Report a number. An error of the function is logged: it must not end a run that is paid for."""
        if self._function is not None:
            try:
                self._function(done, self._total)
            except Exception:
                logger.warning("progress raised", exc_info=True)
        elif self._make_bar is not None:
            if self._bar is None:
                self._bar = self._make_bar(total=self._total, unit="picture", disable=None)
            self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """Remove the bar."""
        if self._bar is not None:
            self._bar.close()
