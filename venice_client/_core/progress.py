"""Where bars on a terminal come from: tqdm, an extra, imported when the first bar is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from venice_client._core.errors import RequestValidationError


def bar_maker() -> Callable[..., Any]:
    """
    Return tqdm. With `disable=None` its bars draw nothing where the standard error is no terminal.

    Raises RequestValidationError, at once and not when the bar is drawn, where tqdm is not installed.
    """
    try:
        from tqdm import tqdm
    except ImportError:
        raise RequestValidationError(
            ["progress: a bar needs tqdm: pip install 'venice-client[progress]', or pass a callable"]
        ) from None
    make: Callable[..., Any] = tqdm
    return make
