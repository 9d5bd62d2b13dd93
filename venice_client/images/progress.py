"""
How much of the pictures of a call was sent: told to a callable, or shown as a bar on a terminal.

Bytes of pictures are counted, as they leave for the network, not those of the form or the base64 around them. An
attempt that is made again counts from the beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from attrs import define, field, frozen

from venice_client._core.errors import RequestValidationError
from venice_client._core.progress import bar_maker
from venice_client._core.request.upload import Upload


def watched(uploads: Sequence[Upload], progress: Any) -> list[Upload]:
    """Return the uploads of one call, watched by a callable that takes (bytes sent, all bytes), or, True, by a bar."""
    if progress is not True and not callable(progress):
        raise RequestValidationError([f"progress: True or a callable is wanted, not {type(progress).__name__}"])
    tell = _Bar() if progress is True else progress
    count = _Count(tell, sum(upload.size for upload in uploads))
    return [_Watched(upload, index, count) for index, upload in enumerate(uploads)]


@define
class _Count:
    """What was sent of each upload of a call."""

    tell: Callable[[int, int], object]
    total: int
    sent: dict[int, int] = field(factory=dict)

    def update(self, index: int, sent: int) -> None:
        if not sent and self.sent.get(index):
            self.sent.clear()  # a second time: another attempt begins
        self.sent[index] = sent
        self.tell(sum(self.sent.values()), self.total)


@frozen
class _Watched:
    """An upload that tells how much of it was sent."""

    upload: Upload
    index: int
    count: _Count

    @property
    def size(self) -> int:
        return self.upload.size

    def pieces(self) -> Iterator[bytes]:
        sent = 0
        self.count.update(self.index, sent)
        for piece in self.upload.pieces():
            yield piece
            sent += len(piece)
            self.count.update(self.index, sent)


class _Bar:
    """A bar of tqdm, where the standard error is a terminal; one an attempt."""

    def __init__(self) -> None:
        self._make = bar_maker()
        self._bar: Any = None

    def __call__(self, sent: int, total: int) -> None:
        if self._bar is None:
            self._bar = self._make(total=total, unit="B", unit_scale=True, unit_divisor=1024, disable=None, leave=False)
        self._bar.update(sent - self._bar.n)
        if sent >= total:
            self._bar.close()
            self._bar = None
