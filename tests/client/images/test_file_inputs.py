"""Every operation with a file accepts every kind of input that pictures have, including async files."""

from __future__ import annotations

import asyncio
import base64
import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import numpy as np
import pytest

from tests.client.sample_pictures import encoded, gradient
from venice_client import AsyncVenice, BinaryContent, ImageInput, RequestValidationError, Venice
from venice_client._core.schema.record import Record
from venice_client._core.schema.shapes import AnyOf, Array, Ref, Shape
from venice_client.api import OPERATIONS

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Loopback
from tests.standin import StandIn

LARGE = gradient("RGB").resize((300, 300))
PNG, JPEG = encoded("PNG", LARGE), encoded("JPEG", LARGE)
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(range(1, 241))
PDF = b"%PDF-1.7 " + bytes(range(1, 200))
MODEL: dict[str, Any] = {"model": "openai/whisper-large-v3"}


@pytest.fixture
def sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "talk.wav"
    path.write_bytes(WAV)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("talk.wav", WAV)
    monkeypatch.chdir(tmp_path)
    return path


def named(content: bytes, name: str) -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


FORMS: dict[str, Callable[[], Any]] = {
    "path": lambda: Path("talk.wav"),
    "str": lambda: "talk.wav",
    "bytes": lambda: WAV,
    "bytearray": lambda: bytearray(WAV),
    "base64": lambda: base64.b64encode(WAV).decode(),
    "data URI": lambda: "data:audio/wav;base64," + base64.b64encode(WAV).decode(),
    "open file": lambda: named(WAV, "talk.wav"),
    "pair": lambda: ("talk.wav", WAV),
    "three": lambda: ("talk.wav", io.BytesIO(WAV), "audio/wav"),
    "four": lambda: ("talk.wav", WAV, "audio/wav", {}),
    "path in a pair": lambda: ("other.wav", Path("talk.wav")),
    "result": lambda: BinaryContent(WAV, "audio/wav"),
    "archive": lambda: zipfile.Path(zipfile.ZipFile("a.zip"), "talk.wav"),
    "stated": lambda: ImageInput.path("talk.wav", name="b.wav"),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_accepts_every_kind_of_file_input(call: Caller, api: StandIn, sound: Path, form: str) -> None:
    source = FORMS[form]()
    call(api.base_url, lambda venice: venice.audio.transcriptions.create(file=source, **MODEL))
    assert api.requests[-1].files == {"file": [WAV]}
    api.assert_valid()


@pytest.mark.parametrize(
    ("content", "name"), [(WAV, "file.wav"), (b"fLaC" + bytes(99), "file.flac"), (PDF, "file.pdf"), (b"?" * 99, "file")]
)
def test_a_file_without_a_name_gets_one_that_says_what_it_is(
    call: Caller, server: Loopback, content: bytes, name: str
) -> None:
    server.answer('{"text": "t"}')
    call(server.url, lambda venice: venice.audio.transcriptions.create(io.BytesIO(content), **MODEL))
    assert f'filename="{name}"\r\n'.encode() in server.requests[0]


@pytest.mark.parametrize("form", FORMS)
def test_a_message_accepts_every_kind_of_audio_input(call: Caller, api: StandIn, sound: Path, form: str) -> None:
    part = {"type": "input_audio", "input_audio": {"data": FORMS[form](), "format": "wav"}}
    messages = [{"role": "user", "content": [part]}]
    call(api.base_url, lambda venice: venice.chat.completions.create(model="m", messages=messages))
    (sent,) = api.requests[-1].value["messages"][0]["content"]
    assert base64.b64decode(sent["input_audio"]["data"].rpartition(",")[2]) == WAV
    assert part["input_audio"]["data"] is not sent  # type: ignore[index]  # what the caller passed stays


def test_fields_for_data_uris_and_urls_accept_files(call: Caller, api: StandIn, tmp_path: Path) -> None:
    (tmp_path / "paper.pdf").write_bytes(PDF)
    messages = [{"role": "user", "content": [{"type": "file", "file": {"file_data": tmp_path / "paper.pdf"}}]}]
    call(api.base_url, lambda venice: venice.chat.completions.create(model="m", messages=messages))
    (sent,) = api.requests[-1].value["messages"][0]["content"]
    assert sent["file"]["file_data"] == "data:application/pdf;base64," + base64.b64encode(PDF).decode()
    order: dict[str, Any] = {"model": "m", "prompt": "p", "duration": "5s"}
    sounds = [WAV, "https://example.com/a.wav", "data:audio/wav;base64,AAAA"]
    call(api.base_url, lambda venice: venice.video.queue(**order, reference_audio_urls=sounds))
    first, *others = api.requests[-1].value["reference_audio_urls"]
    assert first == "data:audio/wav;base64," + base64.b64encode(WAV).decode()
    assert others == sounds[1:]


def test_a_path_in_extra_body_is_refused_and_not_sent_as_text(server: Loopback, sound: Path, tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(PNG)
    part = {"type": "image_url", "image_url": {"url": "photo.png"}}
    messages = [{"role": "user", "content": [part]}]
    server.answer("{}")
    with Venice("a-key", base_url=server.url) as venice:
        create = venice.chat.completions.create
        with pytest.raises(RequestValidationError, match=r"\[0\]\.image_url\.url: the path 'photo\.png' would"):
            create(model="m", messages=[], extra_body={"messages": messages})
        with pytest.raises(RequestValidationError, match=r"extra_body: image: the path 'photo\.png' would be sent"):
            venice.images.edit(PNG, "p", extra_body={"image": "photo.png"})
        assert server.requests == []
        part["image_url"] = {"url": "no such file"}
        create(model="m", messages=[], extra_body={"messages": messages})
        part["image_url"] = {"url": "photo.png"}
        create(model="m", messages=[], extra_body={"messages": messages}, validate=False)
        create(model="photo.png", messages=messages, extra_body={"note": "photo.png"})
    with Venice("a-key", base_url=server.url, local_files=False) as venice:
        venice.chat.completions.create(model="m", messages=[], extra_body={"messages": messages})
    assert len(server.requests) == 4


def test_base64_of_an_unknown_file_type_is_sent_unchanged(call: Caller, api: StandIn) -> None:
    samples = base64.b64encode(bytes(range(200)) * 3).decode()
    part = {"type": "input_audio", "input_audio": {"data": samples, "format": "pcm16"}}
    messages = [{"role": "user", "content": [part]}]
    call(api.base_url, lambda venice: venice.chat.completions.create(model="m", messages=messages))
    assert api.requests[-1].value["messages"][0]["content"] == [part]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("no such.wav", "file: no such file: 'no such.wav'; not a data URI, "),
        ("https://example.com/a.wav", "takes no URL: fetch the file, and pass its bytes"),
        (b"", "the content is empty"),
        (5, "can't take a file from int"),
        (io.StringIO("words"), "is in text mode"),
        (
            np.zeros(9, np.int16),
            r"can't take a file from ndarray: pass a path, .* an open file, or the result of a call",
        ),
        (iter([b"RIFF"]), "from list_iterator: join its pieces"),
    ],
)
def test_an_invalid_file_input_is_refused_before_it_is_sent(call: Caller, api: StandIn, source: Any, says: str) -> None:
    with pytest.raises(RequestValidationError, match=says):
        call(api.base_url, lambda venice: venice.audio.transcriptions.create(file=source, **MODEL))
    assert not api.requests


def test_the_name_of_a_missing_file_is_not_sent(api: StandIn) -> None:
    with Venice("k", base_url=api.base_url) as venice:
        for data in ("paper.pdf", "notes", "/etc/none"):
            part = {"type": "file", "file": {"file_data": data}}
            with pytest.raises(RequestValidationError, match=r"content\[0\]\.file\.file_data: .*no such file"):
                venice.chat.completions.create(model="m", messages=[{"role": "user", "content": [part]}])
    assert not api.requests


def test_local_files_false_refuses_paths(call: Caller, api: StandIn, sound: Path) -> None:
    for source in ("talk.wav", sound):

        def transcribe(venice: Any, source: Any = source) -> Any:
            return venice.audio.transcriptions.create(file=source, **MODEL)

        with pytest.raises(RequestValidationError, match="local_files=False"):
            call(api.base_url, transcribe, local_files=False)
    assert not api.requests


class Uploaded:
    """An upload of an ASGI framework: file name, media type, and an async `read`."""

    filename = "in/up.png"
    content_type = "image/png"

    def __init__(self, content: bytes | str) -> None:
        self._content = content
        self.sizes: list[int] = []

    async def read(self, size: int = -1) -> bytes | str:
        await asyncio.sleep(0)
        self.sizes.append(size)
        piece, self._content = self._content[:size], self._content[size:]
        return piece


@pytest.mark.slow
def test_an_async_client_awaits_async_files(api: StandIn, tmp_path: Path) -> None:
    large = JPEG + bytes(300_000)
    (tmp_path / "large.jpg").write_bytes(large)

    async def run() -> None:
        async with AsyncVenice("k", base_url=api.base_url) as venice:
            upload = Uploaded(PNG)
            await venice.images.edit(upload, "p")
            assert upload.sizes[0] <= 2**20
            await venice.images.edit(("b.png", Uploaded(PNG)), "p")
            await venice.images.multi_edit([Uploaded(PNG), PNG], "p")
            await venice.images.edit(ImageInput.of(Uploaded(PNG), name="c.png"), "p")
            async with await anyio.open_file(tmp_path / "large.jpg", "rb") as file:
                await venice.images.upscale(file)
            await venice.audio.transcriptions.create(file=Uploaded(WAV), **MODEL)
            order: dict[str, Any] = {"model": "m", "prompt": "p", "duration": "5s"}
            await venice.video.submit(**order, image_url=Uploaded(PNG), reference_image_urls=[Uploaded(PNG)])
            parts = [{"type": "image_url", "image_url": {"url": Uploaded(PNG)}}]
            await venice.chat.completions.create(model="m", messages=[{"role": "user", "content": parts}])

    asyncio.run(run())
    uri = "data:image/png;base64," + base64.b64encode(PNG).decode()
    sent = api.requests[-2].value
    assert (sent["image_url"], sent["reference_image_urls"]) == (uri, [uri])
    files = [request.files for request in api.requests[:-2]]
    assert files[:4] == [{"image": [PNG]}, {"image": [PNG]}, {"images": [PNG, PNG]}, {"image": [PNG]}]
    assert files[4:] == [{"image": [large]}, {"file": [WAV]}]
    assert api.requests[-1].value["messages"][0]["content"][0]["image_url"]["url"] == uri


@pytest.mark.slow
@pytest.mark.parametrize("source", [Uploaded(b""), Uploaded("text"), Uploaded(bytes(26 * 2**20))])
def test_an_invalid_async_file_is_refused(api: StandIn, source: Uploaded) -> None:
    async def run() -> None:
        async with AsyncVenice("k", base_url=api.base_url) as venice:
            await venice.images.edit(source, "p")

    with pytest.raises(RequestValidationError):
        asyncio.run(run())
    assert not api.requests


def test_the_sync_client_refuses_async_files_and_names_the_async_client(api: StandIn) -> None:
    with (
        Venice("k", base_url=api.base_url) as venice,
        pytest.raises(RequestValidationError, match="AsyncVenice takes it"),
    ):
        venice.images.edit(Uploaded(PNG), "p")
    assert not api.requests


def places(shape: Shape, path: tuple[str, ...] = (), within: frozenset[type[Record]] = frozenset()) -> Iterator[Any]:
    """The paths of all fields of a body."""
    for branch in shape.branches if isinstance(shape, AnyOf) else (shape,):
        if isinstance(branch, Array):
            yield from places(branch.item, (*path, "*"), within)
        elif isinstance(branch, Ref) and branch.model not in within:
            for field in branch.model.__fields__.values():
                yield (*path, field.wire)
                yield from places(field.shape, (*path, field.wire), within | {branch.model})


def test_every_field_named_like_a_file_is_declared_as_file_input() -> None:
    missing = []
    for operation in OPERATIONS.values():
        known = {tuple(step for step in place.path if step != "*") for place in (*operation.pictures, *operation.files)}
        for shape in operation.bodies.values():
            for path in map(tuple, places(shape)):
                named = path[-1].endswith(("_url", "_urls", "_data", "b64_json"))
                plain = tuple(step for step in path if step != "*")
                if named and not any(place[: len(plain)] == plain for place in known):
                    missing.append((operation.key, ".".join(plain)))
    assert not missing
