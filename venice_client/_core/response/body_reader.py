"""
Responses whose body is not read yet: `iter_bytes`, `iter_lines`, `read`, `parse`, or `stream_to_file`.

A truncated body raises StreamInterrupted; the received part of a file is kept, and the error names it. `raw` has the
calls that return such a response.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from attrs import frozen

from venice_client._core.errors import StreamInterrupted, StreamTimeoutError, VeniceConnectionError, VeniceTimeoutError
from venice_client._core.request.call import Request
from venice_client._core.response.answer import Answer, Head
from venice_client._core.response.json import parse_json
from venice_client._core.response.save import Saving
from venice_client._core.response.text import decode_text, text_decoder

T = TypeVar("T")
P = TypeVar("P", bytes, str)


@frozen(kw_only=True)
class Unread:
    """What is left to do with an unread response."""

    answer: Answer
    decode: Callable[[bytes], Any]
    """Takes the body, or makes the stream where `is_stream`."""
    request: Request
    is_stream: bool = False
    is_declared: bool = True
    """Whether the contract has the response's own media type: any other has to be looked at before it is saved."""


class _Unread(Head, Generic[T]):
    """What both kinds share: everything but the waiting."""

    def __init__(self, unread: Unread) -> None:
        self.unread = unread
        """What is left to do with the response."""
        self._answer = unread.answer
        self.status_code, self.headers = unread.answer.status_code, unread.answer.headers
        self._body: bytes | None = None
        self._begun = False

    def _begin(self) -> None:
        if self._begun:
            raise StreamInterrupted("the body of the response was already read or closed")
        self._begun = True

    @contextmanager
    def _lost(self, saving: Saving | None = None, came: list[bytes] | None = None) -> Iterator[None]:
        """Translate the errors of a truncated body, and keep what was received: it may have been paid for."""
        try:
            yield
        except VeniceConnectionError as error:
            kind, what = StreamInterrupted, error.message
            if isinstance(error, VeniceTimeoutError):
                kind, what = StreamTimeoutError, "no further part of the response arrived in time"
            elif error.kind == "reset":
                what = "the connection was lost before the response was complete"
            found = kind(f"{what}{_kept(saving)}", received=_joined(came))
            request = self.unread.request
            found.method, found.path, found.may_have_been_charged = request.method, request.path, request.is_paid
            raise found from error
        except BaseException as error:  # a full disk or Ctrl-C: name the file with the pieces
            if kept := _kept(saving):
                error.add_note(kept.removeprefix("; "))
            raise

    def _stream(self) -> Any:
        """The events, where the answer is made of them and none was read."""
        if not self.unread.is_stream or self._begun:
            return None
        self._begun = True
        return self.unread.decode(b"")

    def __repr__(self) -> str:
        return f"{type(self).__name__}(status_code={self.status_code}, media_type={self.media_type!r})"

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            text = f"{type(self).__name__!r} object has no attribute {name!r}"
            advice = "" if name[:1] == "_" else "; the value of the response is what parse() gives"
            raise AttributeError(text + advice, name=name, obj=self)


class UnreadResponse(_Unread[T]):
    """An answer to be read piece by piece, or whole; once."""

    def _pieces(self) -> Iterator[bytes]:
        if self._body is not None:
            yield self._body
            return
        self._begin()
        try:
            yield from self._answer.chunks()
        finally:
            self.close()

    def _cut(self, cut: Cut[P]) -> Iterator[P]:
        with self._lost():
            for piece in self._pieces():
                yield from cut(piece, False)
            yield from cut(b"", True)

    def iter_bytes(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """Yield the body as it comes, or in pieces of `chunk_size` bytes."""
        return self._cut(_cut_bytes(chunk_size))

    def iter_text(self, chunk_size: int | None = None) -> Iterator[str]:
        """Yield the body as text, as it comes."""
        return self._cut(_cut_text(chunk_size, self.headers))

    def iter_lines(self) -> Iterator[str]:
        """Yield the lines of a text as they come, without their ends."""
        return self._cut(_cut_lines(self.headers))

    def read(self) -> bytes:
        """Read the whole body; again, it is the same one."""
        if self._body is None:
            came: list[bytes] = []
            with self._lost(came=came):
                came.extend(self._pieces())
            self._body = b"".join(came)
        return self._body

    def text(self) -> str:
        """Read the whole body as text."""
        return decode_text(self.read(), self.headers)

    def json(self) -> Any:
        """Read the whole body as JSON. Raises ValueError where it is not JSON."""
        return parse_json(self.read())

    def parse(self) -> T:
        """Read the whole body and decode it, to what the method gives without `with_streaming_response`."""
        stream = self._stream()
        value: T = self.unread.decode(self.read()) if stream is None else stream
        return value

    def stream_to_file(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """
        Write the body to a file as it comes, and return its path: see `BinaryContent.save` for what it is called.

        The file appears whole or not at all. Nothing is read before it is clear that the name can be taken. If the
        connection or the disk fails half-way, what was written stays in a part file that the error names. A page in
        HTML instead of a picture raises ResponseDecodeError.
        """
        if not self.unread.is_declared:
            self.parse()
        saving = Saving(path, self.media_type, overwrite=overwrite)
        with self._lost(saving):
            for piece in self._pieces():
                saving.write(piece)
            return saving.finish()

    def close(self) -> None:
        """Stop reading and give the connection back."""
        self._begun = True
        self._answer.close()


class AsyncUnreadResponse(_Unread[T]):
    """An answer to be read piece by piece, or whole; once: see `UnreadResponse`."""

    async def _pieces(self) -> AsyncIterator[bytes]:
        if self._body is not None:
            yield self._body
            return
        self._begin()
        try:
            async for piece in self._answer.achunks():
                yield piece
        finally:
            await self.aclose()

    async def _cut(self, cut: Cut[P]) -> AsyncIterator[P]:
        with self._lost():
            async for came in self._pieces():
                for piece in cut(came, False):
                    yield piece
            for piece in cut(b"", True):
                yield piece

    def iter_bytes(self, chunk_size: int | None = None) -> AsyncIterator[bytes]:
        """Yield the body as it comes, or in pieces of `chunk_size` bytes."""
        return self._cut(_cut_bytes(chunk_size))

    def iter_text(self, chunk_size: int | None = None) -> AsyncIterator[str]:
        """Yield the body as text, as it comes."""
        return self._cut(_cut_text(chunk_size, self.headers))

    def iter_lines(self) -> AsyncIterator[str]:
        """Yield the lines of a text as they come, without their ends."""
        return self._cut(_cut_lines(self.headers))

    async def read(self) -> bytes:
        """Read the whole body; again, it is the same one."""
        if self._body is None:
            came: list[bytes] = []
            with self._lost(came=came):
                async for piece in self._pieces():
                    came.append(piece)  # noqa: PERF401  # keep what came before a failure
            self._body = b"".join(came)
        return self._body

    async def text(self) -> str:
        """Read the whole body as text."""
        return decode_text(await self.read(), self.headers)

    async def json(self) -> Any:
        """Read the whole body as JSON. Raises ValueError where it is not JSON."""
        return parse_json(await self.read())

    async def parse(self) -> T:
        """Read the whole body and decode it, to what the method gives without `with_streaming_response`."""
        stream = self._stream()
        value: T = self.unread.decode(await self.read()) if stream is None else stream
        return value

    async def stream_to_file(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """
        Write the body to a file as it comes, and return its path: see `UnreadResponse.stream_to_file`.

        The disk is waited for in a thread, so that a slow one holds up no other task.
        """
        from anyio import to_thread  # it comes with httpx, and a cancelled task waits for the piece under way

        if not self.unread.is_declared:
            await self.parse()
        saving = await to_thread.run_sync(partial(Saving, path, self.media_type, overwrite=overwrite))
        with self._lost(saving):
            async for piece in self._pieces():
                await to_thread.run_sync(saving.write, piece)
            return await to_thread.run_sync(saving.finish)

    async def aclose(self) -> None:
        """Stop reading and give the connection back."""
        self._begun = True
        await self._answer.aclose()

    close = aclose


Cut: TypeAlias = Callable[[bytes, bool], Iterable[P]]
"""Takes a piece of a body, and whether it is the end of it; gives the parts that are complete by then."""


def _cut_bytes(size: int | None) -> Cut[bytes]:
    """Return what cuts a body into pieces of one size; without a size, it passes them on."""
    rest = bytearray()  # grows in place: a copy for each piece would be quadratic

    def cut(piece: bytes, is_end: bool) -> list[bytes]:
        if size is None:
            return [] if is_end else [piece]
        rest.extend(piece)
        whole = len(rest) if is_end else len(rest) - len(rest) % size
        parts = [bytes(rest[start : start + size]) for start in range(0, whole, size)]
        del rest[:whole]
        return parts

    return cut


def _cut_text(size: int | None, headers: Mapping[str, str]) -> Cut[str]:
    """Return what decodes a body piece by piece, wherever these end."""
    cut, decoder = _cut_bytes(size), text_decoder(headers)

    def decode(piece: bytes, is_end: bool) -> list[str]:
        texts = [decoder.decode(part) for part in cut(piece, is_end)]
        return [*texts, last] if is_end and (last := decoder.decode(b"", final=True)) else texts

    return decode


def _cut_lines(headers: Mapping[str, str]) -> Cut[str]:
    """Return what decodes a body piece by piece, and cuts it into lines."""
    decoder = text_decoder(headers)
    rest: list[str] = []  # the beginning of a line, joined once: it may be the whole body

    def cut(piece: bytes, is_end: bool) -> list[str]:
        first, *others = decoder.decode(piece, final=is_end).split("\n")
        rest.append(first)
        lines = []
        if others:
            lines = ["".join(rest), *others[:-1]]
            rest[:] = others[-1:]
        if is_end and (last := "".join(rest)):
            lines.append(last)
        return [line.removesuffix("\r") for line in lines]

    return cut


def _kept(saving: Saving | None) -> str:
    part = saving.keep() if saving is not None else None
    return "" if part is None or saving is None else f"; {saving.size:,} bytes were received and are in {part}"


def _joined(came: list[bytes] | None) -> list[bytes]:
    return [b"".join(came)] if came else []
