"""
Readers of bytes from outside fail only as they promise: event streams, forms, pictures, error bodies.

`corpus/` holds inputs by the name of their reader. Each of them is a test, and random inputs are made from them. With
FUZZ_SECONDS=600 the random inputs differ in each run and continue for that long, and an input that fails is added to
the corpus: commit it with the repair.
"""

from __future__ import annotations

import email.parser
import email.policy
import hashlib
import io
import os
import pickle
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from venice_client._core.errors import VeniceAPIError
from venice_client._core.request.multipart import Form
from venice_client._core.response.answer import Answer
from venice_client._core.response.error_body import error_from_response
from venice_client._core.response.sniffing import picture_type
from venice_client._core.streaming.sse import Event, EventDecoder
from venice_client.images.formats.completeness import damage
from venice_client.images.formats.dimensions import dimensions, dimensions_of

CORPUS: Final = Path(__file__).parent / "corpus"
SECONDS: Final = float(os.environ.get("FUZZ_SECONDS", "0"))
PICTURES: Final = ("png", "jpeg", "webp", "gif", "bmp", "tiff", "heic", "avif")


def read_events(data: bytes) -> None:
    """The events are the same however the bytes are cut, and too large ones are refused."""

    def events(sizes: Callable[[], int]) -> list[Event] | None:
        decoder, found, at = EventDecoder(limit=200), [], 0
        try:
            while at < len(data):
                size = sizes()
                found += decoder.feed(data[at : at + size])
                at += size
            return found + decoder.finish()
        except ValueError:
            return None

    chance = random.Random(len(data))
    whole = EventDecoder(limit=len(data) + 1)
    expected = whole.feed(data) + whole.finish()
    for sizes in (lambda: 1, lambda: chance.randint(1, 7)):
        found = events(sizes)
        assert found == expected or (found is None and len(data) > 200)


def read_form(data: bytes) -> None:
    """A form is read back as it was given, whatever names and contents hold."""
    name, _, rest = data.partition(b"\0")
    filename, _, content = rest.partition(b"\0")
    texts = [part.decode("utf-8", errors="replace") for part in (name, filename)]
    form = Form([("text", (None, content, None)), (texts[0], (texts[1], io.BytesIO(content), None))])
    body = b"".join(form)
    assert form.length == len(body)
    head = f"Content-Type: {form.content_type}\r\n\r\n".encode()
    boundary = form.content_type.partition("boundary=")[2].encode()
    assert body.count(b"--" + boundary) == 3 + content.count(b"--" + boundary) * 2
    lines = body.split(b"--" + boundary)[2].partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert len(lines) == 3, "a name adds no header"
    parsed = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    assert [part.get_content_disposition() for part in parsed.iter_parts()] == ["form-data", "form-data"]


def read_picture(data: bytes) -> None:
    """A header has a size or None, and a file is complete or its damage described, in bounded time."""
    began = time.monotonic()
    size = dimensions_of(data)
    assert size is None or (size[0] > 0 and size[1] > 0)
    named = picture_type(data)
    for media_type in {f"image/{kind}" for kind in PICTURES} | ({named} if named else set()):
        file = io.BytesIO(data)
        try:
            found = dimensions(file, media_type)
            assert found is None or min(found) > 0
        except ValueError:
            assert media_type != named, "only bytes of another kind are lost"
        described = damage(io.BytesIO(data), len(data), media_type)
        assert described is None or described
    assert time.monotonic() - began < 5


def read_error(data: bytes) -> None:
    """Any body becomes an error of one line, which can be pickled and contains no secret."""
    secret = "sk-0123456789abcdef"
    for status, media_type in ((400, "application/json"), (503, "text/html"), (302, "")):
        error = error_from_response(
            Answer(status, {"content-type": media_type, "retry-after": data[:20].decode("latin-1")}, data),
            method="GET",
            path="/x",
            secrets=(secret,),
        )
        assert isinstance(error, VeniceAPIError)
        assert "\n" not in str(error)
        assert len(str(error)) < 800
        copied = pickle.dumps(error)
        assert secret.encode() not in copied
        assert vars(pickle.loads(copied)) == vars(error)


READERS: Final = {"events": read_events, "form": read_form, "picture": read_picture, "error": read_error}


def inputs(name: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted((CORPUS / name).iterdir())]


@pytest.mark.parametrize("name", READERS)
def test_readers_accept_every_input_of_the_corpus(name: str) -> None:
    found = inputs(name)
    assert found
    for data in found:
        READERS[name](data)


def mutated(name: str) -> st.SearchStrategy[bytes]:
    """Return inputs of the corpus, cut, joined, and with bytes replaced; and any bytes."""
    known = st.sampled_from(inputs(name))
    cut = st.builds(
        lambda data, start, end: data[start : max(start, len(data) - end)], known, *[st.integers(0, 40)] * 2
    )
    changed = st.builds(
        lambda data, at, new: data[: at % (len(data) + 1)] + new + data[at % (len(data) + 1) + len(new) :],
        known,
        st.integers(0, 10_000),
        st.binary(max_size=8),
    )
    return st.binary(max_size=300) | cut | changed | st.lists(cut | changed, max_size=3).map(b"".join)


@pytest.mark.parametrize("name", READERS)
def test_readers_accept_random_inputs(name: str) -> None:
    check = READERS[name]

    def run(data: bytes) -> None:
        try:
            check(data)
        except BaseException:
            if SECONDS:
                (CORPUS / name / hashlib.sha256(data).hexdigest()[:12]).write_bytes(data)
            raise

    def look(*, derandomize: bool, count: int) -> None:
        chosen = settings(
            derandomize=derandomize,
            database=None,
            max_examples=count,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        chosen(given(data=mutated(name))(run))()

    until = time.monotonic() + SECONDS / len(READERS)
    look(derandomize=True, count=60)
    while time.monotonic() < until:
        look(derandomize=False, count=2000)
