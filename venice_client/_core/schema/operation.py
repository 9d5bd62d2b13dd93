"""
An operation as data: each endpoint module declares one, and the core executes all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final, TypeAlias

from attrs import define, field, frozen

from venice_client._core.schema.media_types import EVENT_STREAM, is_json
from venice_client._core.schema.shapes import AnyOf, Array, Binary, Ref, Shape, without_null


@frozen(kw_only=True)
class Parameter:
    """A parameter outside of the body, as the contract declares it."""

    name: str
    """The name of the argument in Python."""
    wire: str
    location: str
    """`path`, `query`, `header` or `cookie`."""
    shape: Shape
    required: bool = False
    style: str = "form"
    explode: bool = True


@frozen
class Scheme:
    """A way to authenticate: `kind` is `bearer`, `apiKey` or what else the contract says."""

    name: str
    kind: str
    location: str = ""
    parameter: str = ""


END: Final = ""
EACH: Final = "*"
"""Stands in a path for every item of a list."""
Places: TypeAlias = Mapping[str, Any]
"""The steps of paths in each other; `END` holds the `PicturePlace` at the end of one."""


@frozen(kw_only=True)
class PicturePlace:
    """Where the body of a request takes a picture, and in which form it travels there."""

    path: tuple[str, ...]
    """The names on the wire that lead to it, "*" for every item of a list: `("style_references", "*", "image")`."""
    form: str
    """What a picture becomes in JSON: "base64", "data-uri", or "url" where a URL alone is taken."""
    takes_url: bool = False
    """Whether a URL may stand there, for the server to fetch."""
    min_pixels: int | None = None
    """The fewest pixels, width times height, that the API takes."""
    max_pixels: int | None = None
    max_bytes: int | None = None
    min_side: int | None = None
    """The fewest pixels of width and of height."""
    kind: str = "picture"
    """`picture`, or what else is taken in the same forms: `audio`, `video` or `file`."""
    scaled_by: str | None = None
    """The field that width and height are multiplied with before the API compares them with `max_pixels`."""


@define(kw_only=True, slots=False, eq=False)
class Operation:
    """A method on a path, with everything that the contract declares for it."""

    method: str
    path: str
    """The path with its placeholders in braces, as the contract writes it."""
    name: str
    """The method of the client: `images.edit`."""
    module: str
    """The endpoint module's dotted name."""
    parameters: tuple[Parameter, ...] = ()
    bodies: Mapping[str, Shape] = {}
    """The shapes of the request's body by media type."""
    body_required: bool = False
    results: Mapping[str, Mapping[str, Shape]] = {}
    """The shapes of the answers, by status and media type."""
    security: tuple[tuple[Scheme, ...], ...] = ()
    """The alternatives; an empty one says that no authentication is needed. Without alternatives, none is sent."""
    paid: bool = False
    """Whether a call costs money: it is not sent again when it may have been done."""
    deprecated: bool = False
    pictures: tuple[PicturePlace, ...] = ()
    """Where the body takes pictures."""

    key: str = field(init=False)
    """The operation as the contract names it: "POST /image/edit"."""

    @key.default
    def _key(self) -> str:
        return f"{self.method} {self.path}"

    @cached_property
    def credentials(self) -> frozenset[str]:
        """The headers with credentials, in lower case."""
        return frozenset(scheme.parameter.lower() for alternative in self.security for scheme in alternative)

    @cached_property
    def takes_key(self) -> bool:
        """Whether one of the alternatives is an API key as a bearer token, which a header of any text may be too."""
        return any(
            scheme.kind == "bearer" or (scheme.kind == "apiKey" and scheme.parameter.lower() == "authorization")
            for alternative in self.security
            for scheme in alternative
        )

    @cached_property
    def successes(self) -> Mapping[str, Shape]:
        """The shapes of all successes by media type; the first status that declares one counts."""
        found: dict[str, Shape] = {}
        for status, content in self.results.items():
            if status.startswith("2") or status == "default":
                for media_type, shape in content.items():
                    found.setdefault(media_type, shape)
        return found

    @cached_property
    def accepts(self) -> str:
        """The value of the Accept header: every media type that a success may have."""
        return ", ".join(media_type for media_type in self.successes if media_type != EVENT_STREAM)

    @cached_property
    def files(self) -> tuple[PicturePlace, ...]:
        """The fields of forms that take files of other kinds than pictures."""
        pictures = {place.path for place in self.pictures}
        return tuple(
            PicturePlace(path=path, form="file", kind="file")
            for media_type, shape in self.bodies.items()
            if not is_json(media_type) and isinstance(shape, Ref)
            for item in shape.model.__fields__.values()
            if (path := _file_path(item.wire, item.shape)) and path not in pictures
        )

    @cached_property
    def places(self) -> Places:
        """The places for pictures and files, so that one walk over a body finds all."""
        root: dict[str, Any] = {}
        for place in (*self.pictures, *self.files):
            node = root
            for step in place.path:
                node = node.setdefault(step, {})
            node[END] = place
        return root

    def fills(self, parameter: Parameter) -> bool:
        """Whether a parameter is a header with credentials, which the client fills in where it can."""
        return parameter.location == "header" and parameter.wire.lower() in self.credentials

    @cached_property
    def streams(self) -> bool:
        """Whether a success may be an event stream."""
        return EVENT_STREAM in self.successes


def _file_path(wire: str, shape: Shape) -> tuple[str, ...]:
    """Return the path of a field that takes a file, or files; empty where it takes none."""
    shape = without_null(shape)
    if isinstance(shape, Array):
        return (wire, EACH) if _file_path(wire, shape.item) else ()
    branches = shape.branches if isinstance(shape, AnyOf) else (shape,)
    return (wire,) if any(isinstance(branch, Binary) for branch in branches) else ()
