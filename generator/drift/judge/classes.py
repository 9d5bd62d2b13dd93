"""
What a finding means to a caller: seven classes, the strongest first.

The order is the whole of it: which class fails a run, and how a finding is told, others decide.
"""

from __future__ import annotations

from enum import StrEnum


class Class(StrEnum):
    """How much a finding matters; defined from the strongest to the weakest."""

    WIRE = "WIRE"
    SOURCE = "SOURCE"
    BEHAVIOUR = "BEHAVIOUR"
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
        """What it says to a caller, in one line."""
        return MEANINGS[self]


MEANINGS = {
    Class.WIRE: "requests that worked are refused, or answers that were read are different",
    Class.SOURCE: "nothing on the wire, but a name, an argument or a type of the Python API is not what it was",
    Class.BEHAVIOUR: "the same shapes mean something else: a default, a price, a limit told in prose",
    Class.ADDITIVE: "something new may be sent or read; code that worked goes on working",
    Class.LIFECYCLE: "something was marked as going away, or no longer is",
    Class.DOCS: "other words, examples, order or names inside of the description; no caller can tell",
    Class.VERSION: "info.version alone",
}

_ORDER = {one: rank for rank, one in enumerate(Class)}


def strongest(classes: list[Class]) -> Class | None:
    """Return the strongest of some classes; None for none."""
    return min(classes, key=lambda one: one.rank, default=None)
