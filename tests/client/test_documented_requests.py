"""Requests that the vendor's guides show and its description lacks are sent unchanged."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import pytest

from tests.client.conftest import Loopback
from venice_client import RequestValidationError, Venice
from venice_client._core.errors import ArgumentError

VIDEO = "https://example.com/a.mp4"
PICTURE = "https://example.com/a.png"
TOOL = {"type": "function", "name": "weather", "parameters": {"type": "object", "properties": {}}}

REQUESTS: list[tuple[str, dict[str, Any]]] = [
    ("video.queue", {"model": "m", "video_url": VIDEO, "upscale_factor": 2}),
    (
        "video.queue",
        {"model": "m", "video_url": VIDEO, "enhancement_model": "Nyx XL", "noise": 0.8, "compression": 0.5},
    ),
    (
        "video.queue",
        {"model": "m", "video_url": VIDEO, "halo": 0.1, "grain": 0.05, "recover_detail": 0.5, "softness": 2},
    ),
    ("video.queue", {"model": "m", "video_url": VIDEO, "prompt": "p", "creativity": 0.8, "realism": 0.5, "sharp": 0.5}),
    ("video.queue", {"model": "m", "video_url": VIDEO, "target_fps": 120, "slowdown_factor": 2, "h264_output": True}),
    ("video.queue", {"model": "m", "video_url": VIDEO, "output_format": "prores"}),
    ("video.queue", {"model": "m", "prompt": "p", "duration": "5s", "bitrate_mode": "high"}),
    ("video.queue", {"model": "m", "prompt": "p", "duration": "8s", "image_urls": [PICTURE]}),
    ("video.retrieve", {"queue_id": "q"}),
    ("video.complete", {"queue_id": "q"}),
    ("video.quote", {"model": "m", "video_url": VIDEO}),
    ("video.quote", {"model": "m", "video_url": VIDEO, "resolution": "4x", "target_fps": 60, "slowdown_factor": 2}),
    ("images.edit", {"image": PICTURE, "prompt": "p", "quality": "high"}),
    (
        "chat.completions.create",
        {"model": "m", "messages": [{"role": "user", "content": "c"}], "reasoning": {"enabled": False}},
    ),
    ("responses.create", {"model": "m", "input": "i", "instructions": "Be short.", "anon_user_id": "u"}),
    ("responses.create", {"model": "m", "input": "i", "text": {"format": {"type": "json_object"}}}),
    ("responses.create", {"model": "m", "input": "i", "prompt_cache_key": "k", "parallel_tool_calls": True}),
    ("responses.create", {"model": "m", "input": "i", "reasoning": {"enabled": False}}),
    (
        "responses.create",
        {"model": "m", "input": "i", "tools": [TOOL], "tool_choice": {"type": "function", "name": "w"}},
    ),
    (
        "responses.create",
        {"model": "m", "input": "i", "tools": [TOOL], "tool_choice": {"type": "function", "function": {"name": "w"}}},
    ),
]
PARTS: list[dict[str, Any]] = [
    {"type": "input_text", "text": "t"},
    {"type": "input_image", "image_url": PICTURE, "detail": "original"},
    {"type": "input_image", "image_url": {"url": PICTURE, "detail": "high"}},
    {"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBERi0xLjQK"},
]


def sent(server: Loopback, name: str, arguments: dict[str, Any]) -> Any:
    """Send a request, and return what arrived. A warning is an error."""
    server.answer(b"{}")
    with Venice("a-key", base_url=server.url) as venice, warnings.catch_warnings():
        warnings.simplefilter("error")
        resource: Any = venice
        *way, method = name.split(".")
        for step in way:
            resource = getattr(resource, step)
        getattr(resource.with_raw_response, method)(**arguments)
    return json.loads(server.requests[0].partition(b"\r\n\r\n")[2])


@pytest.mark.parametrize(("name", "arguments"), REQUESTS)
def test_a_documented_request_is_sent_unchanged(server: Loopback, name: str, arguments: dict[str, Any]) -> None:
    assert sent(server, name, arguments) == arguments


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("kind", [{}, {"type": "message"}])
def test_message_parts_of_the_responses_api_are_sent_unchanged(
    server: Loopback, kind: dict[str, str], part: dict[str, Any]
) -> None:
    arguments = {"model": "m", "input": [{"role": "user", "content": [part], **kind}]}
    assert sent(server, "responses.create", arguments) == arguments


def test_the_error_for_body_fields_as_arguments_names_body() -> None:
    with Venice("a-key") as venice, pytest.raises(ArgumentError, match=r"'jsonrpc'; .* body=\{\.\.\.\}"):
        venice.crypto.rpc("ethereum-mainnet", jsonrpc="2.0", method="eth_blockNumber")  # type: ignore[call-arg]


def test_a_path_in_extra_body_is_refused_by_field(tmp_path: Path) -> None:
    order: dict[str, Any] = {"model": "m", "prompt": "p", "duration": "5s"}
    with Venice("a-key") as venice, pytest.raises(RequestValidationError, match=r"new_picture: a file .* pass base64"):
        venice.video.queue(**order, extra_body={"new_picture": tmp_path / "a.png"})
