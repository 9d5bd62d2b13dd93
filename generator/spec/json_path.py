"""What an overlay needs of jsonpath-rfc9535, imported without the library behind its functions match() and search()."""

from __future__ import annotations

from generator.startup import postponed

with postponed("regex"):
    from jsonpath_rfc9535 import JSONPathEnvironment, JSONPathError, JSONPathNode
    from jsonpath_rfc9535.segments import JSONPathChildSegment, JSONPathRecursiveDescentSegment, JSONPathSegment
    from jsonpath_rfc9535.selectors import JSONPathSelector, NameSelector

__all__ = [
    "JSONPathChildSegment", "JSONPathEnvironment", "JSONPathError", "JSONPathNode", "JSONPathRecursiveDescentSegment",
    "JSONPathSegment", "JSONPathSelector", "NameSelector",
]  # fmt: skip
