"""A body that is made piece by piece, for the libraries that want to await it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable


class AsyncBody:
    """Gives the pieces of a body, made anew each time."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece
