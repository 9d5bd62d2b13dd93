"""
How a picture that can't be sent is told of: one problem in one sentence, which shows but the beginning of a caller's
text.
"""

from __future__ import annotations

from typing import Final

from venice_client._core.errors import RequestValidationError

SHOWN: Final = 40
"""Characters of a caller's text in an error: it may be a whole picture."""


def shown(text: str, limit: int = SHOWN) -> str:
    """The text in quotes, cut at a length."""
    return repr(text) if len(text) <= limit else repr(text[:limit]) + "…"


def refusal(problem: str) -> RequestValidationError:
    """The error for one problem."""
    return RequestValidationError([problem])
