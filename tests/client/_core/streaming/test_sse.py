"""Server-sent events are decoded independently of chunks and line endings."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.table import table
from venice_client._core.streaming.sse import Event, EventDecoder


def decode(*chunks: bytes) -> list[Event]:
    decoder = EventDecoder()
    return [event for chunk in chunks for event in decoder.feed(chunk)] + decoder.finish()


def datas(*chunks: bytes) -> list[bytes]:
    return [data for data, _name in decode(*chunks)]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "CR"])
def test_all_line_endings_are_accepted(end: bytes) -> None:
    stream = end.join([b"event: delta", b"data: a", b"data: b", b"", b"data: c", b"", b""])
    assert decode(stream) == [(b"a\nb", "delta"), (b"c", "message")]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "CR"])
def test_an_event_is_emitted_as_soon_as_its_blank_line_arrives(end: bytes) -> None:
    decoder = EventDecoder()
    assert decoder.feed(b"data: a") == []
    assert decoder.feed(end) == []
    assert decoder.feed(end[:1]) == [(b"a", "message")]
    assert decoder.feed(end[1:] + b"data: b" + end + end) == [(b"b", "message")]


@table(
    ("stream", "expected"),
    [
        (b"data:x\n\n", [b"x"]),
        (b"data:  x\n\n", [b" x"]),
        (b"data: x: y\n\n", [b"x: y"]),
        (b"data: a\ndata\ndata: b\n\n", [b"a\n\nb"]),
        (b": keep-alive\n\ndata: x\n\n", [b"x"]),
        (b": comment\ndata: x\n: comment\n\n", [b"x"]),
        (b"unknown: y\ndata: x\n\n", [b"x"]),
        (b" data: x\n\n", []),
        (b"database: x\n\n", []),
        (b"\n\n\n\ndata: x\n\n\n\n\ndata: y\n\n\n", [b"x", b"y"]),
        (b"data: [DONE]\n\n", [b"[DONE]"]),
    ],
)
def test_lines_are_parsed_as_the_standard_requires(stream: bytes, expected: list[bytes]) -> None:
    assert datas(stream) == expected


@pytest.mark.parametrize(
    "stream", [b"", b"\n\n", b":\n\n", b"data:\n\n", b"data: \n\n", b"event: ping\n\n", b"id: 1\n\n"]
)
def test_empty_events_are_not_emitted(stream: bytes) -> None:
    assert decode(stream) == []


def test_a_named_event_with_an_empty_data_line_is_emitted() -> None:
    assert decode(b"event: done\ndata:\n\n") == [(b"", "done")]


def test_the_name_of_an_event_does_not_apply_to_the_next() -> None:
    assert [name for _data, name in decode(b"event: error\ndata: a\n\ndata: b\n\n")] == ["error", "message"]


def test_id_and_retry_fields_are_ignored() -> None:
    assert datas(b"id: 7\nretry: 250\ndata: a\n\nid: 8\n\nid: x\0y\nretry: soon\ndata: c\n\n") == [b"a", b"c"]


def test_unicode_line_separators_do_not_split_lines() -> None:
    text = json.dumps({"a": "x\u2028y\u2029z\u0085\x0b\x0c\x1c"}, ensure_ascii=False)
    events = decode(f"data: {text}\n\n".encode())
    assert [data.decode() for data, _name in events] == [text]
    assert json.loads(events[0][0]) == json.loads(text)


def test_a_character_split_over_chunks_is_reassembled() -> None:
    stream = "data: žluťoučký 🐴\n\n".encode()
    assert [data.decode() for data in datas(*(bytes([byte]) for byte in stream))] == ["žluťoučký 🐴"]


def test_invalid_utf_8_is_kept_as_bytes() -> None:
    assert datas(b"data: \xff\n\n") == [b"\xff"]


@pytest.mark.parametrize("cut", range(5))
def test_a_byte_order_mark_before_the_first_event_is_ignored(cut: int) -> None:
    stream = b"\xef\xbb\xbfdata: x\n\n"
    assert datas(stream[:cut], stream[cut:]) == [b"x"]


def test_a_byte_order_mark_is_ignored_only_at_the_start() -> None:
    assert datas(b"data: x\n\n\xef\xbb\xbfdata: y\n\n") == [b"x"]
    assert datas(b"\xef\xbb") == []


@pytest.mark.parametrize("stream", [b"data: a\n\ndata: b", b"data: a\n\ndata: b\n", b"data: a\r\n\r\ndata: b\r"])
def test_a_last_event_without_a_blank_line_is_emitted_at_the_end(stream: bytes) -> None:
    decoder = EventDecoder()
    assert decoder.feed(stream) == [(b"a", "message")]
    assert decoder.finish() == [(b"b", "message")]
    assert decoder.finish() == []


def test_an_incomplete_last_event_without_data_is_dropped() -> None:
    assert decode(b"data: a\n\nevent: x\n: bye") == [(b"a", "message")]


@pytest.mark.parametrize("size", [1, 10, 1000])
def test_an_event_over_the_size_limit_is_refused_however_it_is_chunked(size: int) -> None:
    decoder = EventDecoder(limit=100)
    stream = b"data: " + b"x" * 200 + b"\n\n"
    chunks = [stream[start : start + size] for start in range(0, len(stream), size)]
    with pytest.raises(ValueError, match="larger than 100 bytes"):
        list(map(decoder.feed, chunks))


def test_a_chunk_over_the_size_limit_may_hold_many_events() -> None:
    decoder = EventDecoder(limit=100)
    assert len(decoder.feed(b"data: x\n\n" * 1000)) == 1000


def test_the_buffer_is_dropped_once_the_size_limit_is_exceeded() -> None:
    decoder = EventDecoder(limit=100)
    with pytest.raises(ValueError, match="larger"):
        decoder.feed(b"data: " + b"x" * 200)
    assert decoder.finish() == []


LINES = st.lists(
    st.sampled_from(
        [
            b"data: a",
            b"data:\xc5\xbe",
            b"data",
            b"data: ",
            b"event: e",
            b"id: 1",
            b"id:",
            b"retry: 9",
            b": c",
            b"",
            b"",
            b"x",
        ]
    ),
    max_size=12,
)


def by_the_book(lines: list[bytes]) -> list[Event]:
    """The standard's steps, line by line, with the two departures that the module names."""
    events: list[Event] = []
    data: list[bytes] = []
    name = ""
    for line in [*lines, b""]:
        field, _, value = line.partition(b":")
        value = value[1:] if value[:1] == b" " else value
        if not line:
            if data and (b"\n".join(data) or name):
                events.append((b"\n".join(data), name or "message"))
            data, name = [], ""
        elif field == b"data":
            data.append(value)
        elif field == b"event":
            name = value.decode()
    return events


@pytest.mark.slow
@settings(derandomize=True, deadline=None, max_examples=500)
@given(
    lines=LINES,
    ends=st.lists(st.sampled_from([b"\n", b"\r\n"]), min_size=12, max_size=12) | st.just([b"\r"] * 12),
    bom=st.booleans(),
    cuts=st.lists(st.integers(0, 200), max_size=12),
)
def test_events_do_not_depend_on_how_the_stream_is_chunked(
    lines: list[bytes], ends: list[bytes], bom: bool, cuts: list[int]
) -> None:
    stream = b"\xef\xbb\xbf" * bom + b"".join(line + end for line, end in zip(lines, ends, strict=False))
    places = sorted({0, len(stream), *(min(cut, len(stream)) for cut in cuts)})
    chunks = [stream[start:stop] for start, stop in pairwise(places)]
    assert decode(*chunks) == by_the_book(lines)
    assert decode(*(stream[at : at + 1] for at in range(len(stream)))) == by_the_book(lines)
