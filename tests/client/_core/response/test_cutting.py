"""Pieces and lines of an unread body do not depend on how its bytes arrive."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from venice_client._core.response.body_reader import Cut, P, _cut_bytes, _cut_lines

PIECES = st.lists(st.text("ab\r\n", max_size=9).map(str.encode), max_size=6)


def everything(cut: Cut[P], pieces: list[bytes]) -> list[P]:
    return [part for piece in pieces for part in cut(piece, False)] + list(cut(b"", True))


@given(PIECES, st.integers(1, 7))
def test_pieces_of_one_size_do_not_depend_on_how_the_bytes_arrive(pieces: list[bytes], size: int) -> None:
    body = b"".join(pieces)
    assert everything(_cut_bytes(size), pieces) == [body[at : at + size] for at in range(0, len(body), size)]


@given(st.text("aä\r\n", max_size=40), st.sampled_from(["utf-8", "utf-16", "iso-8859-1"]), st.integers(1, 7))
def test_lines_do_not_depend_on_how_the_bytes_of_any_charset_arrive(text: str, charset: str, size: int) -> None:
    body = text.encode(charset)
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    *lines, last = text.split("\n")
    expected = [*lines, last] if last else lines
    cut = _cut_lines({"content-type": f"text/plain; charset={charset}"})
    assert everything(cut, pieces) == [line.removesuffix("\r") for line in expected]
