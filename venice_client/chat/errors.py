"""
Errors of typed output and tools. Each keeps what was paid for.

    VeniceError
    ├── OutputError                            the answer has no value of the type
    │   ├── LengthFinishReasonError            it was cut off
    │   ├── ContentFilterFinishReasonError     a filter stopped it
    │   ├── RefusalError                       the model refused
    │   └── InvalidOutputError                 its text does not fit the type
    └── ToolTurnsExceededError                 the model still calls tools after the last turn
"""

from __future__ import annotations

from typing import Any

from venice_client._core.errors import VeniceError

__all__ = [
    "ContentFilterFinishReasonError",
    "InvalidOutputError",
    "LengthFinishReasonError",
    "OutputError",
    "RefusalError",
    "ToolTurnsExceededError",
]


class OutputError(VeniceError):
    """
    The answer has no value of the requested type. The call was answered, so it was charged.

    Attributes:
        text: The text of the answer.
        completion: The whole answer.
    """

    may_have_been_charged = True

    def __init__(self, message: str, *, text: str = "", completion: Any = None) -> None:
        super().__init__(message)
        self.text = text
        self.completion = completion


class LengthFinishReasonError(OutputError):
    """The answer was cut off at the limit of tokens: raise `max_completion_tokens`."""


class ContentFilterFinishReasonError(OutputError):
    """A content filter stopped the answer."""


class RefusalError(OutputError):
    """The model refused; `text` is what it says."""


class InvalidOutputError(OutputError, ValueError):
    """The text of the answer does not fit the type; the cause says where."""


class ToolTurnsExceededError(VeniceError):
    """
    The model still calls tools after `max_turns` requests.

    Attributes:
        messages: The conversation so far, to go on with.
    """

    def __init__(self, message: str, *, messages: list[Any]) -> None:
        super().__init__(message)
        self.messages = messages
