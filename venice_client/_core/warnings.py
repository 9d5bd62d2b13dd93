"""
What this library warns of, and warning at the line of the caller's own code.

A warning never keeps a call from being made; `warnings.simplefilter("ignore", VeniceWarning)` silences all of them.
"""

from __future__ import annotations

import logging
import sys
import warnings

_PACKAGE = __name__.partition(".")[0]
_logger = logging.getLogger(_PACKAGE)


class VeniceWarning(UserWarning):
    """The base of all warnings of this library."""


class VeniceDeprecationWarning(VeniceWarning):
    """A model, or a name of this library, that was used will go away."""


class UnknownValueWarning(VeniceWarning):
    """A value that the contract's list of values lacks was sent as it is: it may be new, or misspelt."""


class UnknownFieldWarning(VeniceWarning):
    """A field that the contract does not declare was sent as it is. `extra_body` sends such fields without a word."""


class DamagedResultWarning(VeniceWarning):
    """A picture came cut off. It is kept and can be saved, as it is paid for."""


class PlainHTTPWarning(VeniceWarning):
    """The base URL is http, and its host is not this machine: the API key is sent unencrypted."""


def warn(text: str, category: type[Warning]) -> None:
    """Warn at the first line on the stack that is not this library's."""
    level, frame = 1, sys._getframe()  # noqa: SLF001  # `skip_file_prefixes` came with Python 3.12
    while frame.f_back is not None and f"{frame.f_globals.get('__name__', '')}.".startswith(f"{_PACKAGE}."):
        level, frame = level + 1, frame.f_back
    warnings.warn(text, category, stacklevel=level)


def warn_or_log(text: str, category: type[Warning]) -> None:
    """Warn; where warnings are errors, log it instead: the call under way may be paid for."""
    try:
        warn(text, category)
    except category:
        _logger.warning("%s", text)
