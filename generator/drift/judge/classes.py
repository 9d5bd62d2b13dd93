"""What a finding means to a caller: eight classes, the strongest first."""

from __future__ import annotations

from enum import StrEnum


class Class(StrEnum):
    """How much a finding matters; the strongest class first."""

    WIRE = "WIRE"
    SOURCE = "SOURCE"
    BEHAVIOUR = "BEHAVIOUR"
    ERRORS = "ERRORS"
    ADDITIVE = "ADDITIVE"
    LIFECYCLE = "LIFECYCLE"
    DOCS = "DOCS"
    VERSION = "VERSION"

    @property
    def rank(self) -> int:
        """Its place in the order: 0 is the strongest."""
        return _ORDER[self]

    @property
    def meaning(self) -> str:
        """What it means to a caller, in one line."""
        return MEANINGS[self]


MEANINGS = {
    Class.WIRE: "requests that worked are refused, or success responses that were read are different",
    Class.SOURCE: "nothing on the wire, but a name, an argument or a type of the Python API is gone or different",
    Class.BEHAVIOUR: "the same shapes mean something else: a default, a price, a limit in a sentence",
    Class.ERRORS: "only error responses (4xx, 5xx) differ; the client reads them as before",
    Class.ADDITIVE: "something new may be sent or read; code that worked still works",
    Class.LIFECYCLE: "something was marked as deprecated, or no longer is",
    Class.DOCS: "other sentences, examples, order or names inside the description; no caller can notice",
    Class.VERSION: "info.version alone",
}

_ORDER = {one: rank for rank, one in enumerate(Class)}
