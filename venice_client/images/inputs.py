"""
Reads a picture, or a file of another kind, in any form that a caller has it in. This module alone decides what an
input is. The first form that fits counts:

1. an `ImageInput`, or an object whose class has `__venice_picture__`: what it says; a `Picture`: itself;
2. bytes, bytearray, memoryview: the content. Or base64 of it or a data URI, as `b64encode` gives bytes: neither begins
   as a picture does;
3. a str, in this order:
   a. a `data:` URI, base64 or percent-encoded;
   b. an `http://` or `https://` URL;
   c. base64, recognized by what its beginning decodes to, in the standard or URL-safe alphabet, padded or not, with
      line breaks or without. A blank within a line stands for "+", which a form that was decoded twice has lost. Such a
      str never touches the file system;
   d. the path of a file, `~` being the home folder;
4. a path object: always a path. An object with `read_bytes`, such as `zipfile.Path`: its content;
5. a tuple (name, content), (name, content, media type) or (name, content, media type, headers), the headers empty: the
   content is any of the others except a URL, and a str in it is base64 or a data URI, never a path;
6. the result of an earlier call, also the `ImageResults` of one picture;
7. an image of PIL, or an array of NumPy (uint8; height x width, or height x width x 1, 3 or 4), unless a file of
   another kind is needed: sent as PNG;
8. an object with `read`, open in binary mode: from its current position to its end, again for each attempt; it is not
   closed, and stays where it is. One without `seek` is read at once, up to 25 MB. One that is read with await is for
   `AsyncVenice`, which reads it at once (`await_content`);
9. an object of a class that is named a URL, as httpx, yarl and pydantic have: the URL that its text is;
10. another object with `data` in bytes and a `media_type`.

No attribute of a foreign object is read except those of the forms, `read` first. Nothing is fetched here, and pixels
are decoded only for `resize` and `strip_metadata`.
"""

from __future__ import annotations

import inspect
import io
import os
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, ClassVar, Final

from attrs import evolve

from venice_client._core.errors import RequestValidationError
from venice_client._core.request.call import PictureInput
from venice_client._core.response.binary import BinaryContent
from venice_client._core.response.sniffing import picture_type, sniff
from venice_client._core.schema.values import url_text
from venice_client.images.encodings import (
    from_base64,
    from_data_uri,
    is_base64,
    is_data_uri,
    is_url,
    parse_url,
    text_in,
)
from venice_client.images.explicit_input import ImageInput
from venice_client.images.files import from_file, from_name, refused_name
from venice_client.images.picture import (
    FILE_LIMIT,
    GENERAL,
    RESIZE_LIMIT,
    SIZE_LIMIT,
    Limits,
    Picture,
    Recognizer,
    check_limits,
    check_size,
    fitting_name,
    recognize,
    recognize_file,
    refusal,
)
from venice_client.images.uploads import BytesUpload

__all__ = ["Limits", "Picture", "PictureInput", "check_limits", "read"]

_JOINED: Final = "join its pieces, b''.join(...)"
_BYTES: Final = (bytes, bytearray, memoryview)
_PIECE: Final = 64 * 1024
_FORMS: Final = "pass a path, a URL, bytes, base64, a data URI, an open file, {}or the result of a call"


def read(source: PictureInput, *, local_files: bool = True, limits: Limits = GENERAL) -> Picture:
    """
    Return the picture that `source` is: see the module for how it is understood.

    Without `local_files` no file is opened by its name. `limits` are what `ImageInput(resize=True)` makes a picture
    fit into; without that only the 25 MB of the API count here.

    Raises RequestValidationError (a ValueError) for what is not a picture, is empty, cut off, too large or unreadable.
    """
    given = _explicit(source)
    if isinstance(given, Picture):
        return given
    limit = RESIZE_LIMIT if given.resize else SIZE_LIMIT
    picture = _Reading(local_files=local_files, limit=limit, name=given.name).picture(given.kind, given.value)
    if given.strip_metadata:
        from venice_client.images.edit.strip_metadata import stripped

        picture = stripped(picture)
    if given.resize:
        from venice_client.images.edit.resize import resized

        picture = resized(picture, limits if limits.max_bytes else evolve(limits, max_bytes=SIZE_LIMIT))
    check_size(picture.size or 0, "the picture without its metadata", SIZE_LIMIT)
    return picture


def read_file(source: Any, *, local_files: bool = True) -> Picture:  # a file in any form, of any class
    """
    Return a file of another kind than a picture, such as sound or a document, in any form that a picture may have.

    Its media type comes from its first bytes, else from what a tuple declares, else from its name. A str is a path only
    with `local_files`. Raises RequestValidationError for what is empty or unreadable.
    """
    given = _explicit(source)
    if isinstance(given, Picture):
        return given
    return _FileReading(local_files=local_files, limit=FILE_LIMIT, name=given.name).picture(given.kind, given.value)


async def await_content(source: Any, limit: int = FILE_LIMIT) -> Any:
    """
    Return an input with the content of an async file (FastAPI, Starlette, anyio, aiofiles) instead of the file.

    Everything else is returned as it is. The content is read from the current position, up to `limit` bytes.
    """
    if isinstance(source, ImageInput):
        return evolve(source, value=await await_content(source.value, limit))
    if isinstance(source, tuple) and len(source) > 1:
        content = await await_content(source[1], limit)
        if not isinstance(content, tuple):
            return (source[0], content, *source[2:])
        return (source[0] or content[0], content[1], *(source[2:] or content[2:]))
    if not is_async_file(source):
        return source
    content = bytearray()
    while piece := await source.read(min(_PIECE, limit + 1 - len(content))):
        if not isinstance(piece, bytes | bytearray | memoryview):
            raise refusal(f"the open file gave {type(piece).__name__} instead of bytes: open it in binary mode")
        content += piece
        check_size(len(content), "the open file", limit)
    if not content:
        raise refusal("the open file is empty, or has been read to its end already: seek(0) goes to its beginning")
    name = next((name for name in (attribute(source, "filename"), attribute(source, "name")) if name), None)
    kind = attribute(source, "content_type")
    name = os.path.basename(name) if isinstance(name, str) else None  # noqa: PTH119  # a name, perhaps not a path
    return (name, bytes(content), kind if isinstance(kind, str) else None)


def is_async_file(source: Any) -> bool:
    """Whether a file is read with await."""
    return not isinstance(source, str | bytes) and inspect.iscoroutinefunction(attribute(source, "read"))


def _explicit(source: Any) -> ImageInput | Picture:
    """Unwrap an input to the innermost one that says what it is; the options of all of them count."""
    outer = ImageInput("any", source)
    for _ in range(10):  # a longer chain holds itself
        value = outer.value
        if outer.kind != "any" or not hasattr(type(value), "__venice_picture__"):
            is_plain = not (outer.resize or outer.strip_metadata or outer.name)
            return value if isinstance(value, Picture) and is_plain else outer
        inner = value.__venice_picture__()
        if not isinstance(inner, ImageInput):
            inner = ImageInput("any", inner)
        outer = ImageInput(
            inner.kind,
            inner.value,
            outer.resize or inner.resize,
            outer.strip_metadata or inner.strip_metadata,
            outer.name or inner.name,
        )
    raise refusal(f"can't take {type(source).__name__}: its __venice_picture__ has no end")


class _Reading:
    """One reading: what may be opened, how large it may be, and under which name it is sent."""

    noun: ClassVar[str] = "picture"

    def __init__(self, *, local_files: bool, limit: int, name: str | None) -> None:
        self._local_files = local_files
        self._limit = limit
        self._name = name
        self._declared: str | None = None
        self._recognize: Recognizer = recognize
        self._detect: Callable[[bytes], str | None] = picture_type

    def picture(self, kind: str, value: Any) -> Picture:
        readers: dict[str, tuple[Any, Callable[[Any], Picture]]] = {
            "path": ((str, os.PathLike), self._path),
            "url": (str, self._url),
            "base64": ((str, *_BYTES), self._base64),
            "data_uri": ((str, *_BYTES), self._data_uri),
            "bytes": (_BYTES, self._bytes),
        }
        if kind == "any":
            return self._any(value)
        if kind == "file" and callable(attribute(value, "read")):
            return from_file(value, limit=self._limit, sent_as=self._name, recognizer=self._recognize)
        if kind not in readers or not isinstance(value, readers[kind][0]):
            raise refusal(f"ImageInput.{kind} can't take {type(value).__name__}")
        return readers[kind][1](value)

    def _any(self, source: Any) -> Picture:
        if isinstance(source, Picture):
            kind = source.media_type
            return evolve(source, filename=fitting_name(self._name, kind)) if self._name and kind else source
        if isinstance(source, BinaryContent):
            return self._bytes(source.data, f"the {type(source).__name__}")
        if isinstance(source, _BYTES):
            content = bytes(source)
            text = self._text_in(content)
            return self._bytes(content) if text is None else self._encoded(text)
        if isinstance(source, str):
            return self._text(source)
        if isinstance(source, os.PathLike):
            return self._path(source)
        if isinstance(source, tuple):
            return self._tuple(source)
        if isinstance(source, list):
            return self._list(source)
        if not isinstance(source, type):
            return self._object(source)
        raise self._unknown(source)

    def _list(self, source: list[Any]) -> Picture:
        if len(source) == 1 and isinstance(source[0], BinaryContent) and type(source) is not list:
            return self._any(source[0])
        advice = "pass its item, [0]" if len(source) == 1 else "pass one of its items"
        if len(source) > 1 and all(isinstance(item, _BYTES) for item in source):
            advice += f", or {_JOINED}"
        raise refusal(f"can't take a {self.noun} from a list of {len(source)}: {advice}")

    def _unknown(self, source: Any) -> RequestValidationError:
        advice = _FORMS.format("a PIL image, " if self.noun == "picture" else "")
        if inspect.isawaitable(source):
            advice = "await it, and pass its result"
        elif isinstance(source, Iterator | AsyncIterator):
            advice = _JOINED
        return refusal(f"can't take a {self.noun} from {type(source).__name__}: {advice}")

    def _text_in(self, content: bytes) -> str | None:
        return text_in(content, self._detect)

    def _object(self, source: Any) -> Picture:
        """Judge an object of another library, by its class where possible: a property may drain what it belongs to."""
        if hasattr(type(source), "__array_interface__") and (
            self.noun == "picture" or hasattr(type(source), "getbands")
        ):
            from venice_client.images.edit.pillow import png_of

            return self._bytes(png_of(source), "the image")
        if callable(getattr(type(source), "read_bytes", None)):
            return self._path_like(source)
        if _is_response(type(source)):
            raise refusal(f"can't take a {self.noun} from {type(source).__name__}: pass its bytes, .content")
        if callable(attribute(source, "read")):
            return from_file(source, limit=self._limit, sent_as=self._name, recognizer=self._recognize)
        if (text := url_text(source)) is not None and is_url(text):
            return self._url(text)
        data = attribute(source, "data")
        if isinstance(data, bytes) and isinstance(attribute(source, "media_type"), str):
            return self._bytes(data, f"the {type(source).__name__}")
        raise self._unknown(source)

    def _text(self, source: str) -> Picture:
        if is_data_uri(source):
            return self._data_uri(source)
        if is_url(source):
            return self._url(source)
        if is_base64(source, self._detect):
            return self._base64(source)
        if source.strip() and not self._local_files:
            raise refused_name(source, is_text=True)
        return from_name(source, limit=self._limit, is_text=True, sent_as=self._name, recognizer=self._recognize)

    def _path(self, source: str | os.PathLike[str]) -> Picture:
        name = os.fsdecode(source)
        if not self._local_files:
            raise refused_name(name)
        return from_name(name, limit=self._limit, sent_as=self._name, recognizer=self._recognize)

    def _path_like(self, source: Any) -> Picture:
        name = attribute(source, "name")
        self._name = self._name or (name if isinstance(name, str) else None)
        try:
            content = source.read_bytes()
        except Exception as error:  # of a foreign class, which may raise anything
            raise refusal(f"can't read {type(source).__name__} {name!r:.80}: {error!s:.100}") from error
        if not isinstance(content, bytes):
            raise refusal(f"{type(source).__name__}.read_bytes() gave {type(content).__name__} instead of bytes")
        return self._bytes(content, f"the file {name!r:.80}")

    def _tuple(self, source: tuple[Any, ...]) -> Picture:
        if len(source) not in (2, 3, 4) or not isinstance(source[0], str | None):
            raise refusal(f"can't take a {self.noun} from a tuple that is not (name, content) or (name, content, type)")
        if len(source) == 4 and source[3]:
            raise refusal("can't send the headers of (name, content, type, headers): pass the first three")
        self._name = self._name or source[0]
        self._declared = source[2] if len(source) > 2 else None
        content = source[1]
        if isinstance(content, tuple | Picture) or hasattr(type(content), "__venice_picture__"):
            raise refusal(f"can't take {type(content).__name__} in a tuple: pass it alone, with name=")
        if isinstance(content, str) and is_url(content):
            raise refusal("can't take a URL as the content of a tuple: pass the URL alone")
        if isinstance(content, str):
            return self._encoded(content)
        return self._any(content)

    def _encoded(self, text: str) -> Picture:
        return self._data_uri(text) if is_data_uri(text) else self._base64(text)

    def _url(self, source: str) -> Picture:
        return Picture(url=parse_url(source))

    def _base64(self, source: str | bytes | bytearray | memoryview) -> Picture:
        return self._bytes(*from_base64(_as_text(source), self._limit))

    def _data_uri(self, source: str | bytes | bytearray | memoryview) -> Picture:
        return self._bytes(*from_data_uri(_as_text(source), self._limit))

    def _bytes(self, source: bytes | bytearray | memoryview, what: str = "the content") -> Picture:
        upload = BytesUpload(bytes(source))
        return self._recognize(upload, io.BytesIO(upload.data), what, name=self._name, limit=self._limit)


class _FileReading(_Reading):
    """One reading of a file that need not be a picture."""

    noun: ClassVar[str] = "file"

    def __init__(self, *, local_files: bool, limit: int, name: str | None) -> None:
        super().__init__(local_files=local_files, limit=limit, name=name)
        self._recognize, self._detect = recognize_file, sniff

    def _text_in(self, content: bytes) -> str | None:
        # A file of text may begin as a data URI does: only one in base64 is none.
        is_text = content[:5] == b"data:" and b";base64," not in content[:200]
        return None if is_text else super()._text_in(content)

    def picture(self, kind: str, value: Any) -> Picture:
        found = super().picture(kind, value)
        if self._declared and found.media_type in {None, "application/octet-stream"}:
            return evolve(found, media_type=self._declared)
        return found


def _is_response(kind: type) -> bool:
    """Whether a class is that of responses of httpx or requests, which have their bytes as a property."""
    return kind.__name__ == "Response" and isinstance(getattr(kind, "content", None), property)


def attribute(source: Any, name: str) -> Any:
    """Return an attribute of a foreign object; None where there is none, or where reading it raises."""
    try:
        return getattr(source, name, None)
    except Exception:  # noqa: BLE001  # a property of a foreign class may raise anything
        return None


def _as_text(source: str | bytes | bytearray | memoryview) -> str:
    return source if isinstance(source, str) else bytes(source).decode("latin-1")
