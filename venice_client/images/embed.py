"""
Pictures, and files of other kinds, put into the body of a request wherever its operation takes one.

The operation says where that is, what may stand there and what the API's limits are (`PicturePlace`), so this holds for
every way to make a call: a method of the facade, an endpoint module, a raw response. A body in JSON gets base64 that is
encoded while it is sent, a form gets files; a URL stays a URL. What the caller passed is never changed: a body with
other values is a copy.

`read` decides what a picture or a file is. A body is a model, a mapping, or both in each other: what lies on the way to
a new value is copied, the rest is shared. Nothing is sent here.
"""

from __future__ import annotations

import copy
import os
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from attrs import asdict, define, evolve, field, frozen

from venice_client._core.errors import RequestValidationError
from venice_client._core.request.body import body_media_type, choose_body
from venice_client._core.schema.encoding import given_fields
from venice_client._core.schema.media_types import is_json
from venice_client._core.schema.model import Model
from venice_client._core.schema.operation import EACH, END, Operation, PicturePlace, Places
from venice_client._core.schema.record import fields_by_wire
from venice_client._core.schema.sentinel import UNSET
from venice_client._core.schema.shapes import Number, Ref
from venice_client._core.schema.upload import Base64
from venice_client._core.schema.values import is_file, is_upload, listed
from venice_client._core.schema.violation import path
from venice_client._core.warnings import UnknownValueWarning, warn
from venice_client.images.encodings import is_foreign

if TYPE_CHECKING:
    from venice_client.images.picture import Picture

Progress: TypeAlias = bool | Callable[[int, int], object]
"""Called with the bytes of pictures that were sent, and the number of all bytes; True is a bar on a terminal."""

Location: TypeAlias = tuple[str | int, ...]
"""Names on the wire and indices that lead to one value."""

FORM = "multipart/form-data"
_SCHEME = re.compile(r"\s*[a-z][a-z0-9+.-]+:", re.IGNORECASE)
# Base64 of content without a mark, such as raw samples of sound.
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{64}[A-Za-z0-9+/_=\s-]*")
# What is plainly a URL; `encodings` checks the others.
_URL = re.compile(
    r"https?://[^\s/?#:@\[\]\x00-\x1f\x7f\ud800-\udfff]+(?:[/?#][^\s\x00-\x1f\x7f\ud800-\udfff]*)?", re.IGNORECASE
)


_LONGEST_PATH: Final = 4096


@frozen
class Pictured:
    """A body whose media type is still to be chosen, and options for its pictures."""

    body: Model
    resize: bool = False
    """Make what is larger than the API takes smaller."""
    strip_metadata: bool = False
    progress: Progress = False
    """Gets the progress; True is a bar on a terminal."""


@frozen
class _Found:
    """What stands at a place for pictures: a picture, or the URL of one."""

    place: PicturePlace
    location: Location
    url: str | None
    picture: Picture | None = None
    is_text: bool = False
    """Whether the URL stands there as it is sent."""


def with_pictures(
    operation: Operation, body: Any, *, media_type: str | None = None, local_files: bool = True, checked: bool = True
) -> Any:
    """
    Return the body with every picture and file in the form in which it is sent.

    A body with a media type of its own, or a model that is made for one, keeps it; of the others, pictures that are
    all files make a form, where there is one. With `checked`, what the API would refuse is refused here; without it,
    URIs and bytes of an unknown kind stay as they are. In a body that the caller wrote, a str that is neither a
    picture nor the name of a file is sent with a warning; the facade's own methods refuse it. Raises
    RequestValidationError with all violations.
    """
    wish = body if isinstance(body, Pictured) else None
    given = given_fields(wish.body) if wish is not None else body
    pictures = _Pictures(operation, given, wish, local_files, checked)
    found = pictures.read()
    values: dict[Location, Any] = {}
    if found and not pictures.problems:
        if wish is not None and wish.progress:
            found = _watched(found, wish.progress)
        if wish is not None or (media_type is None and isinstance(body, Mapping)):
            as_form = _fits_form(operation, found)
        else:
            as_form = not is_json(media_type or body_media_type(operation, body) or "")
        values = pictures.write(found, as_form=as_form)
    if pictures.problems:
        raise RequestValidationError(pictures.problems)
    if not values:
        return body if wish is None else wish.body
    changed = replaced(given, values)
    return changed if wish is None else choose_body(operation, changed)


def refuse_paths(operation: Operation, extra: Any) -> None:
    """Raise RequestValidationError where `extra_body`, which is sent as it is, names a local file for a picture."""
    if not isinstance(extra, Mapping):
        return  # the options are checked later
    problems = [
        f"extra_body: {path(location)}: the path {value[:80]!r} would be sent as text: pass the file as an argument of"
        " the call, or its content as a data URI"
        for _, location, value in located(operation, extra)
        if isinstance(value, str) and len(value) < _LONGEST_PATH and os.path.lexists(value)
    ]
    if problems:
        raise RequestValidationError(problems)


async def with_content(operation: Operation, body: Any) -> Any:
    """Return the body with the content of files that are read with await. Raises RequestValidationError for text."""
    from venice_client.images.inputs import await_content

    given = given_fields(body.body) if isinstance(body, Pictured) else body
    values: dict[Location, Any] = {}
    for _, location, value in located(operation, given):
        content = await await_content(value)
        if content is not value and not (isinstance(value, tuple) and content == value):
            values[location] = content
    if not values:
        return body
    changed = replaced(given, values)
    return evolve(body, body=choose_body(operation, changed)) if isinstance(body, Pictured) else changed


@define
class _Pictures:
    """The pictures and files of one body."""

    operation: Operation
    body: Any  # a mapping, or a model
    wish: Pictured | None
    """None for a body that the caller wrote."""
    local_files: bool
    checked: bool
    problems: list[str] = field(factory=list)

    def read(self) -> list[_Found]:
        """Read all of them. What the API would refuse is added to the problems."""
        found = []
        # A URL can't be stripped, so it must not be sent then.
        as_it_is = self.wish is None or not self.wish.strip_metadata
        for place, location, value in located(self.operation, self.body):
            if place.kind != "picture" and place.form != "file" and _is_encoded(value, local_files=self.local_files):
                continue
            if as_it_is and isinstance(value, str) and _URL.fullmatch(url := value.strip()):
                found.append(_Found(place, location, url, is_text=url == value))
            elif not _can_be_sent(value):
                try:
                    picture = self._picture(place, value)
                except RequestValidationError as error:
                    is_picture = place.kind == "picture" and isinstance(value, str)
                    is_unknown = is_picture and is_foreign(value, local_files=self.local_files)
                    if self.wish is None and self.checked and is_unknown:
                        warn(f"{path(location)}: {error.problems[0]} (it is sent as it is)", UnknownValueWarning)
                    elif self.checked or not (as_it_is and _is_sendable(value)):
                        self.problems += [f"{path(location)}: {problem}" for problem in error.problems]
                else:
                    found.append(_Found(place, location, picture.url, picture))
        return found

    def _picture(self, place: PicturePlace, value: Any) -> Picture:
        from venice_client.images.explicit_input import ImageInput
        from venice_client.images.inputs import read, read_file
        from venice_client.images.picture import GENERAL, Limits, check_limits

        if place.kind != "picture":
            return read_file(value, local_files=self.local_files)
        if self.wish is not None and (self.wish.resize or self.wish.strip_metadata):
            value = ImageInput.of(value, resize=self.wish.resize, strip_metadata=self.wish.strip_metadata)
        most, scale = place.max_pixels, self._scale(place.scaled_by) if place.scaled_by else 1
        is_scaled = most is not None and scale > 1
        if most is not None and is_scaled:
            most = int(most / scale**2)
        limits = Limits(
            min_pixels=place.min_pixels,
            max_pixels=most,
            max_bytes=place.max_bytes or GENERAL.max_bytes,
            min_side=place.min_side,
        )
        picture = read(value, local_files=self.local_files, limits=limits)
        if self.checked:
            try:
                check_limits(picture, **asdict(limits))
            except RequestValidationError as error:
                if not is_scaled:
                    raise
                hint = f" ({place.scaled_by}={scale:g} leaves no room for more)"
                problems = [problem + (hint if f" {most:,} " in problem else "") for problem in error.problems]
                raise RequestValidationError(problems) from None
        return picture

    def _scale(self, wire: str) -> float:
        """
        Return what both sides are multiplied by at least: the minimum of the field, also where it is not given.

        A larger factor is reduced by the API to what a large picture leaves room for.
        """
        models = [shape.model for shape in self.operation.bodies.values() if isinstance(shape, Ref)]
        shapes = [declared.shape for model in models for declared in model.__fields__.values() if declared.wire == wire]
        least = next((shape.minimum for shape in shapes if isinstance(shape, Number) and shape.minimum), 1)
        given = leaf_of(self.body, wire)
        return float(least) if given is UNSET or given == least else 1

    def write(self, found: Sequence[_Found], *, as_form: bool) -> dict[Location, Any]:
        """Return what is sent for them; a URL goes where one is taken."""
        values: dict[Location, Any] = {}
        for item in found:
            picture = item.picture
            upload = picture.upload if picture is not None else None
            if picture is not None and upload is not None and item.place.form != "url":
                prefix = f"data:{picture.media_type};base64," if item.place.form == "data-uri" else ""
                as_file = (picture.filename, upload, picture.media_type)
                values[item.location] = as_file if as_form else Base64(upload, prefix)
            elif upload is not None:
                others = [path(place.path) for place in self.operation.pictures if place.form != "url"]
                advice = f": pass the picture as {others[0]}" if others else ""
                self.problems.append(f"{path(item.location)}: only a URL is taken here{advice}")
            elif not (item.place.takes_url or item.place.form == "url"):
                self._move_url(item, values)
            elif not item.is_text:
                values[item.location] = item.url
        return values

    def _move_url(self, item: _Found, values: dict[Location, Any]) -> None:
        """Put a URL into the field for URLs of the operation."""
        fields = [place for place in self.operation.pictures if place.form == "url" and len(place.path) == 1]
        if not fields:
            advice = f"takes no URL: fetch the {item.place.kind}, and pass its bytes"
            self.problems.append(f"{path(item.location)}: {self.operation.key} {advice}")
            return
        [name] = fields[0].path
        values[item.location] = UNSET
        if leaf_of(self.body, name) is not UNSET:
            self.problems.append(f"{path(item.location)}: a URL is given as {name} already: pass one picture")
        values[name,] = item.url


def _is_encoded(value: Any, *, local_files: bool) -> bool:
    """Whether a file of another kind is encoded by the caller: a data URI, or base64 without a known mark."""
    if not isinstance(value, str) or value[:5].lower() == "data:":
        return isinstance(value, str)
    return bool(_BASE64.fullmatch(value)) and not (local_files and os.path.lexists(value))


def _is_sendable(value: Any) -> bool:
    """Whether what is not a picture can be sent: a file name never is, as it may leak a local path."""
    return is_file(value) or (isinstance(value, str) and _SCHEME.match(value) is not None)


def _can_be_sent(value: Any) -> bool:
    """Whether it is in the form in which it is sent."""
    return isinstance(value, Base64) or (isinstance(value, tuple) and len(value) > 1 and is_upload(value[1]))


def _watched(found: Sequence[_Found], progress: Progress) -> list[_Found]:
    from venice_client.images.uploads import watched

    uploads = [item.picture.upload for item in found if item.picture and item.picture.upload]
    watching = iter(watched(uploads, progress))
    return [
        evolve(item, picture=evolve(item.picture, upload=next(watching)))
        if item.picture and item.picture.upload
        else item
        for item in found
    ]


def _fits_form(operation: Operation, found: Sequence[_Found]) -> bool:
    """Whether pictures are sent as parts of a form: all are fields of the body, and none is a URL."""
    flat = all(isinstance(step, int) for item in found for step in item.location[1:])
    files = [item for item in found if item.place.form != "url"]
    return FORM in operation.bodies and flat and bool(files) and all(item.url is None for item in files)


def located(operation: Operation, body: Any) -> list[tuple[PicturePlace, Location, Any]]:
    """Return what stands in a body where its operation takes pictures and files; null and objects are passed over."""
    found: list[tuple[PicturePlace, Location, Any]] = []
    _walk(body, operation.places, (), found)
    return found


def _walk(body: Any, node: Places, location: Location, found: list[tuple[PicturePlace, Location, Any]]) -> None:
    for step, below in node.items():
        if step == END:
            if not isinstance(body, (Mapping, Model)):
                found.append((below, location, body))
        elif step == EACH:
            for index, item in enumerate(listed(body) or ()):
                if item is not None:
                    _walk(item, below, (*location, index), found)
        elif (value := leaf_of(body, step)) is not UNSET and value is not None:
            _walk(value, below, (*location, step), found)


def leaf_of(body: Any, wire: str) -> Any:
    """Return a field of a mapping or a model by its name on the wire; UNSET where there is none."""
    if isinstance(body, Mapping):
        return body.get(wire, UNSET)
    declared = fields_by_wire(type(body)).get(wire) if isinstance(body, Model) else None
    return getattr(body, declared.name) if declared is not None and body.is_set(declared.name) else UNSET


def replaced(body: Any, values: Mapping[Location, Any]) -> Any:
    """Return a copy of a body with other values at some locations."""
    if not values:
        return body
    if () in values:
        return values[()]
    below: dict[str | int, dict[Location, Any]] = {}
    for location, value in values.items():
        below.setdefault(location[0], {})[location[1:]] = value
    if isinstance(body, Model):
        changed = copy.copy(body)
        fields = fields_by_wire(type(body))
        for step, inner in below.items():
            name = fields[str(step)].name
            setattr(changed, name, replaced(getattr(body, name), inner))
        return changed
    if isinstance(body, Mapping):
        return {**body, **{str(step): replaced(body.get(str(step)), inner) for step, inner in below.items()}}
    items = list(listed(body) or ())
    for step, inner in below.items():
        items[int(step)] = replaced(items[int(step)], inner)
    return items
