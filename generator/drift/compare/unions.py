"""
The branches of unions: a schema that is no union as one of a single branch, and branches that others cover.

Pure functions that observe nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from generator.drift.compare.flat import Part, View

_QUIET = {"type", "nullable", "default", "deprecated", "description"}
_UNION = ("anyOf", "oneOf")


def as_branches(part: Part, seen: View) -> list[Part]:
    """The branches of a union, or what stands in its place: the schema itself, one branch for each of its types."""
    if seen.branches is not None:
        return seen.branches
    types = sorted(seen.types or ())
    if len(types) < 2 or not isinstance(part.schema, dict) or "$ref" in part.schema:
        return [part]
    bare = {key: value for key, value in part.schema.items() if key not in _UNION}
    return [Part({**bare, "type": kind}, part.where) for kind in types]


def covered(branch: Any, others: Sequence[Any]) -> bool:
    """Whether a plain value of a branch is taken by another one too, which knows its type and no bounds."""
    if not isinstance(branch, dict) or branch.get("type") in ("object", "array") or "properties" in branch:
        return False
    kind = branch.get("type")
    return isinstance(kind, str) and any(
        isinstance(other, dict) and other.get("type") in (kind, "number" if kind == "integer" else kind)
        and not set(other) - _QUIET
        for other in others
    )  # fmt: skip
