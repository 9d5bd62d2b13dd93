"""
What a comparison yields: typed changes, each with the places that it reaches.

A kind of change says what differs. What that means to a caller depends on the direction, and is decided elsewhere.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Literal, NamedTuple

from attrs import field, frozen

Direction = Literal["request", "response", "error", "none"]
"""What a place is part of: a request, a success response, an error response, or neither."""


class Kind(Enum):
    """The kinds of changes."""

    # Operations
    OPERATION_REMOVED = "operation-removed"
    OPERATION_ADDED = "operation-added"
    OPERATION_MOVED = "operation-moved"
    OPERATION_ID_CHANGED = "operation-id-changed"
    OPERATION_ID_FALLBACK_CHANGED = "operation-id-fallback-changed"
    FIRST_TAG_CHANGED = "first-tag-changed"
    TAGS_CHANGED = "tags-changed"
    OPERATION_DEPRECATED = "operation-deprecated"
    OPERATION_DEPRECATION_WITHDRAWN = "operation-deprecation-withdrawn"
    PRICE_CHANGED = "price-changed"
    SECURITY_REMOVED = "security-alternative-removed"
    SECURITY_ADDED = "security-alternative-added"
    SECURITY_SCHEME_CHANGED = "security-scheme-changed"
    SECURITY_SCHEME_RENAMED = "security-scheme-renamed"
    SERVER_CHANGED = "server-changed"
    SERVER_ADDED = "server-added"
    # Parameters
    PARAMETER_REMOVED = "parameter-removed"
    PARAMETER_ADDED = "parameter-added"
    PARAMETER_ADDED_REQUIRED = "parameter-added-required"
    PARAMETER_BECAME_REQUIRED = "parameter-became-required"
    PARAMETER_BECAME_OPTIONAL = "parameter-became-optional"
    PARAMETER_RENAMED = "parameter-renamed"
    PATH_PARAMETER_RENAMED = "path-parameter-renamed"
    PARAMETER_STYLE_CHANGED = "parameter-style-changed"
    # Bodies, responses, media types, headers
    BODY_ADDED = "body-added"
    BODY_ADDED_REQUIRED = "body-added-required"
    BODY_REMOVED = "body-removed"
    BODY_BECAME_REQUIRED = "body-became-required"
    BODY_BECAME_OPTIONAL = "body-became-optional"
    STATUS_REMOVED = "status-removed"
    STATUS_ADDED = "status-added"
    MEDIA_REMOVED = "media-removed"
    MEDIA_ADDED = "media-added"
    ENCODING_CHANGED = "encoding-changed"
    HEADER_REMOVED = "header-removed"
    HEADER_ADDED = "header-added"
    HEADER_RENAMED = "header-renamed"
    HEADER_BECAME_REQUIRED = "header-became-required"
    HEADER_BECAME_OPTIONAL = "header-became-optional"
    # Values
    TYPE_NARROWED = "type-narrowed"
    TYPE_WIDENED = "type-widened"
    TYPE_CHANGED = "type-changed"
    BECAME_NULLABLE = "became-nullable"
    BECAME_NOT_NULLABLE = "became-not-nullable"
    ENUM_VALUE_REMOVED = "enum-value-removed"
    ENUM_VALUE_ADDED = "enum-value-added"
    BECAME_ENUM = "became-enum"
    ENUM_DROPPED = "enum-dropped"
    KNOWN_VALUE_REMOVED = "known-value-removed"
    KNOWN_VALUE_ADDED = "known-value-added"
    BOUND_TIGHTENED = "bound-tightened"
    BOUND_LOOSENED = "bound-loosened"
    PATTERN_UNDECIDED = "pattern-undecided"
    FORMAT_NARROWED = "format-narrowed"
    FORMAT_WIDENED = "format-widened"
    CONSTRAINT_ADDED = "constraint-added"
    CONSTRAINT_CHANGED = "constraint-changed"
    CONSTRAINT_REMOVED = "constraint-removed"
    # Objects
    PROPERTY_REMOVED = "property-removed"
    PROPERTY_REMOVED_OPEN = "property-removed-open"
    PROPERTY_ADDED = "property-added"
    PROPERTY_ADDED_REQUIRED = "property-added-required"
    PROPERTY_RENAMED = "property-renamed"
    PROPERTY_RENAMED_OPEN = "property-renamed-open"
    PROPERTY_BECAME_REQUIRED = "property-became-required"
    PROPERTY_BECAME_OPTIONAL = "property-became-optional"
    OBJECT_CLOSED = "object-closed"
    OBJECT_OPENED = "object-opened"
    # Unions
    BRANCH_REMOVED = "branch-removed"
    BRANCH_ADDED = "branch-added"
    BECAME_UNION = "became-union"
    # Components
    INLINE_BECAME_REF = "inline-became-ref"
    SCHEMA_INLINED = "schema-inlined"
    REF_TARGET_CHANGED = "ref-target-changed"
    SCHEMA_RENAMED = "schema-renamed"
    SCHEMA_REMOVED = "schema-removed"
    UNUSED_SCHEMA_CHANGED = "unused-schema-changed"
    # Notes
    DEFAULT_ADDED = "default-added"
    DEFAULT_CHANGED = "default-changed"
    DEFAULT_REMOVED = "default-removed"
    DEPRECATED = "deprecated"
    DEPRECATION_WITHDRAWN = "deprecation-withdrawn"
    ACCESS_CHANGED = "access-changed"
    DETAIL_CHANGED = "detail-changed"
    RESPELLED = "respelled"
    VERSION_CHANGED = "version-changed"


NARROWING = frozenset(
    {Kind.TYPE_NARROWED, Kind.TYPE_CHANGED, Kind.BECAME_NOT_NULLABLE, Kind.ENUM_VALUE_REMOVED, Kind.BECAME_ENUM,
     Kind.BOUND_TIGHTENED, Kind.PATTERN_UNDECIDED, Kind.FORMAT_NARROWED, Kind.CONSTRAINT_ADDED, Kind.CONSTRAINT_CHANGED,
     Kind.PROPERTY_REMOVED, Kind.PROPERTY_RENAMED, Kind.PROPERTY_ADDED_REQUIRED, Kind.PROPERTY_BECAME_REQUIRED,
     Kind.OBJECT_CLOSED, Kind.BRANCH_REMOVED}
)  # fmt: skip
"""The kinds of changes after which the new contract takes less than the old one."""

GONE = frozenset(
    {Kind.OPERATION_REMOVED, Kind.PARAMETER_REMOVED, Kind.BODY_REMOVED, Kind.STATUS_REMOVED, Kind.MEDIA_REMOVED,
     Kind.HEADER_REMOVED, Kind.SECURITY_REMOVED, Kind.PROPERTY_REMOVED, Kind.PROPERTY_REMOVED_OPEN,
     Kind.BRANCH_REMOVED, Kind.SCHEMA_REMOVED}
)  # fmt: skip
"""The kinds of changes whose places are in the old contract."""


class Place(NamedTuple):
    """One place that a change reaches."""

    operation: str = ""
    """Such as `POST /image/edit`; empty for what belongs to no operation."""
    holder: str = ""
    """Such as `body`, `response 200`, `error 400`, `query parameter size`, `header X-Id of response 200`."""
    field: str = ""
    """The path of the field in it, such as `messages[].content`; empty for all of it."""
    media_type: str = ""


@frozen
class Change:
    """One difference."""

    kind: Kind
    direction: Direction
    pointer: str
    """JSON pointer of its place: in the new contract, or in the old one for what is gone."""
    places: tuple[Place, ...]
    """All places that it reaches, sorted."""
    subject: str = ""
    """What came, went or differs, where the place does not name it: a keyword, a status, a name, an alternative."""
    old: Any = field(default=None, repr=False)
    new: Any = field(default=None, repr=False)
    """The values as the contracts have them. None may be a value: `kind` says which one is there."""

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations that it reaches, sorted."""
        return tuple(sorted({place.operation for place in self.places} - {""}))
