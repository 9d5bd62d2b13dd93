"""What a finding means to a caller: eight classes, the strongest first."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Class(StrEnum):
    """How much a finding matters; the strongest class first."""

    WIRE = "WIRE", "requests that worked are refused, or success responses that were read are different"
    SOURCE = "SOURCE", "nothing on the wire, but a name, an argument or a type of the Python API is gone or different"
    BEHAVIOUR = "BEHAVIOUR", "the same shapes mean something else: a default, a price, a limit in a sentence"
    ERRORS = "ERRORS", "only error responses (4xx, 5xx) differ; the client reads them as before"
    ADDITIVE = "ADDITIVE", "something new may be sent or read; code that worked still works"
    LIFECYCLE = "LIFECYCLE", "something was marked as deprecated, or no longer is"
    DOCS = "DOCS", "other sentences, examples, order or names inside the description; no caller can notice"
    VERSION = "VERSION", "info.version alone"

    meaning: str
    """What it means to a caller, in one line."""
    rank: int
    """Its place in the order: 0 is the strongest."""

    def __new__(cls, value: str, meaning: str) -> Self:
        """Make a member; the next one is weaker."""
        member = str.__new__(cls, value)
        member._value_, member.meaning, member.rank = value, meaning, len(cls.__members__)
        return member
