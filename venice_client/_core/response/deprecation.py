"""
Warn that a model is deprecated, once per model and process, as the headers of its responses say.

The warning never replaces the response, which may have been paid for: where warnings are errors, it is logged.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from venice_client._core.forks import RenewedLock
from venice_client._core.warnings import VeniceDeprecationWarning, warn_or_log

if TYPE_CHECKING:
    from venice_client._core.metadata import AnsweringModel

DEPRECATION_HEADERS: Final = {
    "x-venice-model-deprecation-warning",
    "x-venice-model-deprecation-date",
    "x-venice-deprecated",
    "x-venice-deprecated-replacement",
}
_reported: set[str] = set()
_lock = RenewedLock(threading.Lock)


def warn_of_deprecation(headers: Mapping[str, str]) -> None:
    """Warn where a response says that its model is deprecated, and no response of that model said so before."""
    from venice_client._core.metadata import Meta

    model = Meta(None, headers).model
    if model.deprecated:
        warn_once(model.id or model.name or "", _text(model))


def warn_once(name: str, text: str) -> None:
    """Warn of a model, unless it was done before in this process."""
    with _lock.current:
        if name in _reported:
            return
        _reported.add(name)
    warn_or_log(text, VeniceDeprecationWarning)


def _text(model: AnsweringModel) -> str:
    from venice_client._core.errors.text import one_line

    text = f"the model {model.id or model.name or 'that answered'} is deprecated"
    if model.deprecation_date:
        text += f", until {model.deprecation_date}"
    if model.replacement:
        text += f"; use {model.replacement}"
    return one_line(f"{text}: {model.deprecation_warning}" if model.deprecation_warning else text, 500)
