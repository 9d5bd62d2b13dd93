"""Raw and streaming responses: status and headers, decoding on access, streaming to a file."""

from __future__ import annotations

import asyncio
import copy
import pickle
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.standin.media import content
from venice_client import (
    AsyncVenice,
    BinaryContent,
    ImageResult,
    NotFoundError,
    Response,
    ResponseDecodeError,
    Stream,
    StreamInterrupted,
    Venice,
)
from venice_client._core.response.save import Saving
from venice_client.models import CharacterList

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Loopback
    from tests.standin import StandIn

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
SPEECH: dict[str, Any] = {"input": "hi"}


def test_a_raw_response_is_typed_and_decoded_on_access(server: Loopback, call: Caller) -> None:
    server.answer('{"data": []}', headers={"CF-RAY": "ray-1"})
    response = call(server.url, lambda venice: venice.characters.with_raw_response.list(limit=5))
    assert isinstance(response, Response)
    assert (response.status_code, response.request_id, response.content) == (200, "ray-1", b'{"data": []}')
    assert repr(response) == "Response(status_code=200, parsed=...)"
    assert type(response.parsed) is CharacterList
    assert response.parsed is response.parsed
    assert pickle.loads(pickle.dumps(response)).parsed == response.parsed
    assert b"limit=5" in server.requests[0]


def test_a_raw_response_is_available_if_it_cannot_be_decoded(server: Loopback, call: Caller) -> None:
    server.answer("{")
    server.answer("{}", status=404)
    response = call(server.url, lambda venice: venice.characters.with_raw_response.list())
    for found in (response, pickle.loads(pickle.dumps(response)), copy.copy(response)):
        assert found.content == b"{"
        with pytest.raises(ResponseDecodeError):
            _ = found.parsed
    with pytest.raises(NotFoundError):
        call(server.url, lambda venice: venice.characters.with_raw_response.list())


def test_a_raw_response_of_the_facade_parses_to_the_result_of_the_facade(server: Loopback, call: Caller) -> None:
    server.answer(PNG, "image/png")
    picture = content("image/png")
    response = call(server.url, lambda venice: venice.images.with_raw_response.edit(picture, "p"))
    assert isinstance(response, Response)
    assert isinstance(response.parsed, ImageResult)
    assert "with an API key" in repr(Venice("k").images.with_raw_response.edit.__self__)  # type: ignore[attr-defined]


def opened(url: str, work: Any, read: Any, aread: Any) -> list[Any]:
    with Venice("k", base_url=url) as venice, work(venice) as response:
        found = [read(response)]

    async def go() -> None:
        async with AsyncVenice("k", base_url=url) as venice, work(venice) as response:
            found.append(await aread(response))

    asyncio.run(go())
    return found


def speak(venice: Any) -> Any:
    return venice.audio.speech.with_streaming_response.create(**SPEECH)


def test_a_response_is_streamed_to_a_file(server: Loopback, tmp_path: Path) -> None:
    data = b"x" * 300_000
    server.answer(data, "audio/wav")
    paths = iter(["a.mp3", "b"])

    async def awrite(response: Any) -> Path:
        path: Path = await response.stream_to_file(tmp_path / next(paths))
        return path

    found = opened(server.url, speak, lambda r: r.stream_to_file(tmp_path / next(paths)), awrite)
    assert [path.name for path in found] == ["a.wav", "b.wav"]
    assert all(path.read_bytes() == data for path in found)
    assert len(list(tmp_path.iterdir())) == 2


def test_an_existing_file_name_is_refused_before_the_body_is_read(server: Loopback, tmp_path: Path) -> None:
    server.answer(b"sound", "audio/wav")
    (tmp_path / "a.wav").write_bytes(b"old")
    with Venice("k", base_url=server.url) as venice, speak(venice) as response:
        with pytest.raises(FileExistsError):
            response.stream_to_file(tmp_path / "a.wav")
        assert response.stream_to_file(tmp_path / "b.wav").read_bytes() == b"sound"
        with pytest.raises(StreamInterrupted, match="already read"):
            response.read()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.wav", "b.wav"]


def test_an_interrupted_download_keeps_the_bytes_received(server: Loopback, tmp_path: Path) -> None:
    server.say(server.head("audio/wav", length=100) + b"half")

    async def awrite(response: Any) -> str:
        with pytest.raises(StreamInterrupted, match="4 bytes") as caught:
            await response.stream_to_file(tmp_path / "a.wav")
        return str(caught.value)

    def write(response: Any) -> str:
        with pytest.raises(StreamInterrupted, match="4 bytes") as caught:
            response.stream_to_file(tmp_path / "a.wav")
        return str(caught.value)

    texts = opened(server.url, speak, write, awrite)
    parts = list(tmp_path.iterdir())
    assert [part.read_bytes() for part in parts] == [b"half"] * 2
    assert all(any(str(part) in text for part in parts) for text in texts)

    async def aread(response: Any) -> Any:
        with pytest.raises(StreamInterrupted) as caught:
            await response.read()
        return caught.value

    def read(response: Any) -> Any:
        with pytest.raises(StreamInterrupted) as caught:
            response.read()
        return caught.value

    for error in opened(server.url, speak, read, aread):
        assert error.received == (b"half",)
        assert error.may_have_been_charged, "speech is paid for when it is made, not when it has arrived"
        assert str(error).endswith("(POST /audio/speech)")


def test_a_body_that_cannot_be_decompressed_is_not_reported_as_a_lost_connection(server: Loopback) -> None:
    server.answer(b"not compressed", "audio/wav", headers={"Content-Encoding": "gzip"})
    text = "the body is not compressed as its Content-Encoding says"
    with (
        Venice("k", base_url=server.url) as venice,
        speak(venice) as response,
        pytest.raises(StreamInterrupted, match=text),
    ):
        response.read()


def test_a_streaming_response_can_be_parsed_and_read_twice(server: Loopback) -> None:
    server.answer(b"so\r\nund", "audio/wav", headers={"CF-RAY": "ray-1"})

    async def aparse(response: Any) -> Any:
        return await response.parse(), await response.read(), response.meta.request_id

    def parse(response: Any) -> Any:
        return response.parse(), response.read(), response.meta.request_id

    for parsed, body, request_id in opened(server.url, speak, parse, aparse):
        assert type(parsed) is BinaryContent
        assert (parsed.data, body, request_id) == (b"so\r\nund", b"so\r\nund", "ray-1")

    async def alines(response: Any) -> list[str]:
        return [line async for line in response.iter_lines()]

    assert opened(server.url, speak, lambda r: list(r.iter_lines()), alines) == [["so", "und"]] * 2


@pytest.mark.parametrize(("client", "statement"), [(Venice, "with"), (AsyncVenice, "async with")])
def test_an_attribute_read_outside_of_the_with_block_names_the_statement(client: Any, statement: str) -> None:
    opening = speak(client("k", base_url="http://127.0.0.1:1"))
    with pytest.raises(AttributeError, match=rf"'iter_bytes': nothing was sent yet; write `{statement} \.\.\."):
        opening.iter_bytes()
    assert not hasattr(opening, "headers")


@pytest.mark.parametrize("charset", ["utf8", "made-up", "hex", "rot13", "idna", "undefined", ""])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_charset_that_decodes_no_text_reads_as_utf_8_everywhere(server: Loopback, charset: str, mark: str) -> None:
    async def pieces(response: Any) -> str:
        return "".join([piece async for piece in response.iter_text()])

    for _ in range(7):
        server.answer(f"{mark}ä", f"text/plain; charset={charset}")
    with Venice("k", base_url=server.url) as venice:
        assert venice.get("/a").parsed == "ä"
        assert venice.get("/a").text == "ä"
        assert venice.get("/a", cast_to=str) == "ä"
    assert opened(server.url, speak, lambda r: r.text(), lambda r: r.text()) == ["ä", "ä"]
    assert opened(server.url, speak, lambda r: "".join(r.iter_text()), pieces) == ["ä", "ä"]


def test_leaving_the_with_block_closes_the_connection(server: Loopback) -> None:
    server.say(server.head("audio/wav", length=100) + b"half", then="hold")
    with Venice("k", base_url=server.url) as venice:
        with speak(venice) as response:
            assert next(response.iter_bytes()) == b"half"
        assert server.hung_up.wait(5)


def test_a_streaming_response_of_events_parses_to_a_stream(server: Loopback) -> None:
    server.events(b'data: {"choices": []}\n\ndata: [DONE]\n\n')
    with Venice("k", base_url=server.url) as venice:
        create: Any = venice.chat.completions.with_streaming_response.create
        with create(model="m", messages=[{"role": "user", "content": "hi"}], stream=True) as response:
            stream = response.parse()
            assert isinstance(stream, Stream)
            assert len(list(stream)) == 1


def test_an_error_status_is_raised_on_entering_the_with_block(server: Loopback) -> None:
    server.answer("{}", status=404)
    with Venice("k", base_url=server.url) as venice, pytest.raises(NotFoundError), speak(venice):
        pass


def test_an_async_client_writes_files_outside_of_the_event_loop_thread(
    server: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answer(b"sound", "audio/wav")
    seen: list[int] = []
    inner = Saving.write

    def write(self: Saving, piece: bytes) -> None:
        seen.append(threading.get_ident())
        inner(self, piece)

    monkeypatch.setattr(Saving, "write", write)

    async def go() -> Path:
        async with AsyncVenice("k", base_url=server.url) as venice, speak(venice) as response:
            path: Path = await response.stream_to_file(tmp_path / "a.wav")
            return path

    assert asyncio.run(go()).read_bytes() == b"sound"
    assert seen
    assert threading.get_ident() not in seen


def test_an_attribute_of_the_value_is_answered_with_the_way_to_it(api: StandIn, call: Caller) -> None:
    found = call(api.base_url, lambda venice: venice.models.with_raw_response.list())
    with pytest.raises(AttributeError, match=r"'Response' object has no attribute 'data'; .* is in \.parsed"):
        _ = found.data
    assert pickle.loads(pickle.dumps(found)).parsed == copy.deepcopy(found).parsed == found.parsed
    with (
        Venice("k", base_url=api.base_url) as venice,
        venice.models.with_streaming_response.list() as response,
        pytest.raises(AttributeError, match=r"no attribute 'data'; .* is what parse\(\) gives"),
    ):
        _ = response.data  # type: ignore[attr-defined]


def test_an_operation_that_a_view_lacks_is_answered_with_those_that_it_has() -> None:
    for kind in (Venice, AsyncVenice):
        characters: Any = kind("k").characters
        for view in (characters.with_raw_response, characters.with_streaming_response):
            with pytest.raises(
                AttributeError, match=r"Response has no operation 'iterate'; it has list, retrieve, rev"
            ):
                _ = view.iterate
