"""
Progress of work, reported to a function of the caller or shown as a bar on a terminal.

Bars are tqdm's, an extra that is imported when the first one is needed. They draw nothing where the standard error is
not a terminal.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any, Final, Literal, TypeAlias

from venice_client._core.errors import RequestValidationError

Unit: TypeAlias = Literal["B", "picture", "s"]
"""What is counted: bytes, pictures, or seconds of waiting."""

logger = logging.getLogger("venice_client")
_LOOKS: Final[dict[Unit, dict[str, Any]]] = {
    "B": {"unit": "B", "unit_scale": True, "unit_divisor": 1024, "leave": False},
    "picture": {"unit": "picture"},
    "s": {"leave": False, "bar_format": "{desc}: {n:.0f} s{postfix} |{bar}|"},
}


class Reporter:
    """
    Reports how much of some work is done.

    `progress` is what the caller passed: False, True for a bar, or a function of (done, total). Raises
    RequestValidationError at once for anything else, and for a bar where tqdm is not installed.
    """

    def __init__(self, progress: object, unit: Unit, *, title: str = "") -> None:
        self._function: Callable[..., object] | None = None
        self._make_bar: Callable[..., Any] | None = None
        self._bar: Any = None
        self._look = {**_LOOKS[unit], **({"desc": title} if title else {})}
        check_progress(progress)
        if callable(progress):
            self._function = progress
        elif progress is True:
            self._make_bar = bar_maker()

    @property
    def is_silent(self) -> bool:
        """Whether nothing is reported, so that nothing has to be counted."""
        return self._function is None and self._make_bar is None

    def report(self, done: float, total: float | None = None, note: str = "") -> None:
        """
        Report how much is done, of how much where that is known. `note` stands beside the number of a bar.

        An error of the function is logged: it must not end work that is paid for.
        """
        if self._function is not None:
            try:
                self._function(done, total)
            except Exception:
                logger.warning("progress raised", exc_info=True)
        elif self._make_bar is not None:
            if self._bar is None:  # not sooner: work that never begins has no bar
                self._bar = self._make_bar(total=total, disable=None, file=sys.stderr, **self._look)
            self._bar.total = total
            self._bar.n = done
            self._bar.set_postfix_str(note, refresh=False)
            self._bar.refresh()

    def close(self) -> None:
        """Remove or finish the bar. A later report opens another one."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def check_progress(progress: object) -> None:
    """Raise RequestValidationError for what can report no progress."""
    if not isinstance(progress, bool) and not callable(progress):
        raise RequestValidationError([f"progress must be True, False or callable, got {type(progress).__name__}"])


def bar_maker() -> Callable[..., Any]:
    """Return tqdm. Raises RequestValidationError where it is not installed."""
    try:
        from tqdm import tqdm
    except ImportError:
        raise RequestValidationError(
            ["progress: a bar needs tqdm: pip install 'venice-client[progress]', or pass a callable"]
        ) from None
    make: Callable[..., Any] = tqdm
    return make
