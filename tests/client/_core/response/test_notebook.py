"""Results are displayed in notebooks, and their repr is short."""

from __future__ import annotations

import base64
import inspect
import subprocess
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

import venice_client
from tests.standin.media import content
from tests.table import table
from venice_client import (
    UNSET,
    AsyncVenice,
    AudioResult,
    BinaryContent,
    ImageResult,
    ImageResults,
    Meta,
    Venice,
    VideoResult,
)
from venice_client.models import UserMessage

if TYPE_CHECKING:
    from tests.standin import StandIn

PACKAGES = {"chat", "errors", "models", "subtitles", "tee", "types", "wallets"}


@pytest.mark.parametrize(
    ("result", "element"),
    [
        (BinaryContent(b"ID3" + bytes(9), "audio/mpeg"), "audio"),
        (BinaryContent(b"RIFF", "Audio/WAV; rate=1"), "audio"),
        (VideoResult(b"....ftypmp42", "video/mp4"), "video"),
        (AudioResult(b"OggS", "audio/ogg"), "audio"),
    ],
)
def test_a_notebook_shows_a_player_for_audio_and_video(result: BinaryContent, element: str) -> None:
    shown = result._repr_html_() or ""
    assert f"<{element} controls" in shown
    assert base64.b64encode(result.data).decode() in shown
    assert shown.index(type(result).__name__) < shown.index(f"<{element}")


def test_a_notebook_shows_no_player_for_other_or_large_files() -> None:
    assert BinaryContent(b"%PDF-", "application/pdf")._repr_html_() is None
    assert VideoResult(bytes(33 * 2**20), "video/mp4")._repr_html_() is None


def test_a_media_type_is_escaped_in_html() -> None:
    shown = BinaryContent(b"x", 'audio/x"><script>')._repr_html_() or ""
    assert "<script" not in shown


def test_a_list_of_images_shows_all_in_html_and_has_a_short_repr() -> None:
    pictures = [ImageResult(content(kind), kind) for kind in ("image/png", "image/webp", "image/jpeg")]
    listed = ImageResults(pictures, meta=Meta(200, {}))
    assert listed._repr_html_().count("<img src=") == 3
    assert len(repr(listed)) < 200
    assert repr(listed).startswith("ImageResults([ImageResult(image/png, 256 x 256, ")


def test_a_list_of_one_image_has_the_attributes_of_the_image() -> None:
    one = ImageResults([ImageResult(content("image/png"), "image/png")], meta=Meta(200, {}))
    assert (one.data, one.width, one.media_type) == (content("image/png"), 256, "image/png")
    two = ImageResults([*one, *one], meta=Meta(200, {}))
    with pytest.raises(AttributeError, match=r"2 pictures: .*pictures\[0\]\.width"):
        _ = two.width
    with pytest.raises(AttributeError, match="no attribute 'widht'"):
        _ = one.widht


@pytest.mark.parametrize("name", [".models", ".chat", ".tee", ".wallets"])
def test_dir_of_a_package_lists_its_public_names(name: str) -> None:
    package = import_module(f"venice_client{name}")
    assert dir(package) == sorted(package.__all__)


def test_dir_lists_what_callers_import() -> None:
    assert set(dir(venice_client)) - set(venice_client.__all__) == PACKAGES
    assert {"Venice", "AsyncVenice", "ImageInput", "Capabilities"} <= set(dir(venice_client))


@pytest.mark.slow
def test_packages_can_be_read_without_importing_them() -> None:
    for name in sorted(PACKAGES):
        code = f"import sys, venice_client; assert 'venice_client.{name}' not in sys.modules; venice_client.{name}"
        subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("kind", [Venice, AsyncVenice])
def test_the_names_of_a_client_are_those_of_its_users(kind: type[Any]) -> None:
    names = {name for name in dir(kind("k")) if name[0] != "_"}
    assert {"images", "chat", "x402", "with_options", "request", "timeout"} <= names
    assert names.isdisjoint({"config", "declared_keywords", "in_mode", "is_async", "send", "shared", "with_keywords"})


@table(
    ("name", "said"),
    [
        ("image", "did you mean 'images'?"),
        ("embedding", "did you mean 'embeddings'?"),
        ("files", "its resources are api_keys, audio, augment, "),
    ],
)
@table("kind", [Venice, AsyncVenice])
def test_a_missing_attribute_of_a_client_is_reported_with_what_there_is(kind: type[Any], name: str, said: str) -> None:
    with pytest.raises(AttributeError, match=rf"'{kind.__name__}' object has no attribute '{name}'; {said}") as caught:
        getattr(kind("k"), name)
    assert caught.value.name == name


def test_the_signature_of_a_model_has_its_fields() -> None:
    found = inspect.signature(UserMessage).parameters
    assert list(found) == ["content", "role", "name"]
    assert (found["role"].default, found["name"].default) == (inspect.Parameter.empty, UNSET)
    assert found["name"].annotation == "Maybe[str]"
    with pytest.raises(TypeError, match=r"UserMessage\(\) takes its fields by name \(content=, role=, name=\)"):
        UserMessage("hi")  # type: ignore[call-arg]


def test_the_repr_of_a_stream_has_its_operation(api: StandIn) -> None:
    with Venice("k", base_url=api.base_url) as venice:
        messages = [{"role": "user", "content": "hi"}]
        with venice.chat.completions.create(model="m", messages=messages, stream=True) as stream:
            assert repr(stream) == "<Stream of POST /chat/completions>"
