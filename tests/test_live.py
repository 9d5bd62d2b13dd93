"""`make live` sends the right requests in the right order, reports every step, and shows no key."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from examples import live as program
from generator.spec.pin import PINNED, load_pin
from tests.conftest import ROOT
from tests.standin import StandIn
from venice_client import Venice
from venice_client.errors import ResponseDecodeError, StreamInterrupted, VeniceAPIError

KEY = "sk-live-secret-4711"
MODELS = {
    "object": "list",
    "type": "all",
    "data": [
        {"id": name, "type": kind, "object": "model", "owned_by": "x", "created": 1,
         "model_spec": {"offline": offline, "pricing": pricing}}
        for name, kind, offline, pricing in (
            ("dear-edit", "inpaint", False, {"inpaint": {"usd": 0.5, "diem": 0.5}}),
            ("cheap-edit", "inpaint", False, {"inpaint": {"usd": 0.02, "diem": 0.02}}),
            ("offline-edit", "inpaint", True, {"inpaint": {"usd": 0.01, "diem": 0.01}}),
            ("cheap-chat", "text", False, {"input": {"usd": 1, "diem": 1}, "output": {"usd": 2, "diem": 2}}),
            ("dear-chat", "text", False, {"input": {"usd": 9, "diem": 9}, "output": {"usd": 9, "diem": 9}}),
        )
    ],
}  # fmt: skip
ORDER = [
    "GET /models", "POST /image/edit", "POST /chat/completions", "GET /billing/balance",
    "GET /billing/usage-history",
]  # fmt: skip


@pytest.fixture(scope="module")
def pinned() -> Iterator[StandIn]:
    with StandIn(load_pin().contract) as api:
        yield api


@pytest.fixture
def vendor(pinned: StandIn) -> StandIn:
    pinned.renew()
    pinned.answer("GET /models", body=MODELS)
    return pinned


def live(vendor: StandIn, report: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("COV", "PYTEST"))}
    environment |= {"VENICE_API_KEY": KEY, "VENICE_BASE_URL": vendor.base_url, **variables}
    command = [sys.executable, "examples/live.py", "--description", str(PINNED), "--report", str(report)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert "Traceback" not in done.stderr, done.stderr
    assert KEY not in done.stdout + done.stderr
    return done


@pytest.mark.slow
def test_each_step_is_sent_once_in_order_and_the_cost_is_reported(vendor: StandIn, tmp_path: Path) -> None:
    report = tmp_path / "report.md"
    done = live(vendor, report)
    assert done.returncode == 0, done.stdout
    vendor.assert_valid()
    assert [request.operation for request in vendor.requests] == ORDER
    sent: dict[str, Any] = {request.operation: request for request in vendor.requests}
    assert "cheap-edit" in json.dumps(sent["POST /image/edit"].value)
    assert sent["POST /chat/completions"].value["model"] == "cheap-chat"
    assert sent["POST /chat/completions"].value["stream"] is True
    text = report.read_text(encoding="utf-8")
    assert text.count("| passed |") == 6
    assert "$0.0200" in text
    assert KEY not in text


@pytest.mark.slow
def test_a_failed_step_is_reported_and_dependent_steps_are_skipped(vendor: StandIn, tmp_path: Path) -> None:
    vendor.answer("GET /models", status=500, body={"error": f"broken, {KEY}"})
    done = live(vendor, tmp_path / "report.md")
    assert done.returncode == 1
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert (text.count("| passed |"), text.count("| failed |"), text.count("| skipped |")) == (3, 1, 2)
    assert "no model of type inpaint with a price was listed" in text
    assert not {"POST /image/edit", "POST /chat/completions"} & {request.operation for request in vendor.requests}
    assert KEY not in text


def picture(kind: str = "png", width: int = 320, height: int = 320, *, colours: int = 2) -> bytes:
    """Return a picture whose middle is red, or all of one colour."""
    image = Image.new("RGB", (width, height), "grey")
    if colours > 1:
        image.paste((255, 0, 0), (100, 100, 200, 200))
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


WRONG_PICTURES: dict[str, tuple[str, bytes, str]] = {
    "another Content-Type": (
        "image/jpeg",
        picture(),
        "Content-Type of the picture: expected image/png, found image/jpeg",
    ),
    "another format": (
        "image/jpeg",
        picture("jpeg"),
        "Content-Type of the picture: expected image/png, found image/jpeg",
    ),
    "a type for any file": (
        "application/octet-stream",
        picture(),
        "expected image/png, found application/octet-stream",
    ),
    "bytes of another format": ("image/png", picture("jpeg"), "its first bytes: expected image/png, found image/jpeg"),
    "the first half": ("image/png", picture()[: len(picture()) // 2], "its file: expected a complete one, found"),
    "the last chunk is missing": ("image/png", picture()[:-12], "its file: expected a complete one, found"),
    "another shape": (
        "image/png",
        picture(height=640),
        "its shape: expected a square like the source, found 320 x 640",
    ),
    "the source": ("image/png", program.grey_png(256), "the picture: expected an edited one, found the source"),
    "one colour": ("image/png", picture(colours=1), "its pixels: expected more than one colour, found one colour"),
}


@pytest.fixture
def trial(vendor: StandIn) -> Iterator[program.Trial]:
    with Venice(KEY, base_url=vendor.base_url, max_retries=0) as venice:
        made = program.Trial(venice, str(PINNED))
        made.models = MODELS["data"]  # type: ignore[assignment]  # what the step before it leaves
        yield made


def refusal(step: Callable[[], str], kind: type[Exception] = program.CheckError) -> str:
    """Return why a step failed."""
    with pytest.raises(kind) as caught:
        step()
    return str(caught.value)


@pytest.mark.parametrize("fault", WRONG_PICTURES)
def test_a_picture_that_is_not_what_was_requested_fails_the_step(
    vendor: StandIn, trial: program.Trial, fault: str
) -> None:
    media_type, body, expected = WRONG_PICTURES[fault]
    vendor.answer("POST /image/edit", media_type=media_type, body=body)
    assert expected in refusal(trial.edit_picture)
    assert trial.costs == {"edit": 0.02}  # it was paid for


def test_a_picture_of_another_model_or_without_readable_pixels_fails_the_step(
    vendor: StandIn, trial: program.Trial
) -> None:
    vendor.answer(
        "POST /image/edit", media_type="image/png", body=picture(), headers={"x-venice-model-id": "dear-edit"}
    )
    assert refusal(trial.edit_picture) == "the model: expected cheap-edit, found dear-edit"
    damaged = picture()
    place = damaged.index(b"IDAT") + 6
    vendor.answer("POST /image/edit", media_type="image/png", body=damaged[:place] + b"XXXX" + damaged[place + 4 :])
    assert refusal(trial.edit_picture, Exception)
    for body, kind in ((b"", ResponseDecodeError), (b"<!doctype html>", ResponseDecodeError)):
        vendor.answer("POST /image/edit", media_type="image/png", body=body)
        assert refusal(trial.edit_picture, kind)


def stream(**changes: Any) -> bytes:
    """Return the events of a chat, with fields changed."""
    given: dict[str, Any] = {
        "id": "chat-1",
        "model": "cheap-chat",
        "content": "Hello",
        "finish_reason": "stop",
        "usage": {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11},
        "second": {},
        "end": True,
    }
    assert set(changes) <= set(given)
    given |= changes
    head = {"id": given["id"], "object": "chat.completion.chunk", "created": 1, "model": given["model"]}
    choice = {"index": 0, "delta": {"role": "assistant", "content": given["content"]}, "finish_reason": None}
    last = {"index": 0, "delta": {}, "finish_reason": given["finish_reason"]}
    events: list[dict[str, Any]] = [
        {**head, "choices": [choice]},
        {**head, "choices": [last], **given["second"]},
        {**head, "choices": [], "usage": given["usage"]},
    ]
    text = "".join(f"data: {json.dumps(event)}\n\n" for event in events)
    return (text + ("data: [DONE]\n\n" if given["end"] else "")).encode()


WRONG_STREAMS: dict[str, tuple[bytes, str]] = {
    "no text": (stream(content=""), "the text of the events: expected some, found none in 3 events"),
    "an event of another answer": (
        stream(second={"id": "chat-2"}),
        "the id of the events: expected the same in each, found 2",
    ),
    "another model": (stream(model="dear-chat"), "the model: expected cheap-chat, found dear-chat"),
    "another model in one event": (stream(second={"model": "x"}), "the model: expected cheap-chat, found x"),
    "no reason for the end": (stream(finish_reason=None), "finish_reason: expected stop or length, once, found none"),
    "another reason": (
        stream(finish_reason="tool_calls"),
        "finish_reason: expected stop or length, once, found tool_calls",
    ),
    "no usage": (
        stream(usage=None),
        "the usage: expected prompt_tokens and completion_tokens (include_usage), found none",
    ),
    "no tokens": (
        stream(usage={"prompt_tokens": 9}),
        "completion_tokens: expected 1 to 64 (max_completion_tokens), found 0",
    ),
    "no prompt": (stream(usage={"completion_tokens": 2}), "prompt_tokens: expected 1 or more, found 0"),
    "more tokens than requested": (
        stream(usage={"prompt_tokens": 9, "completion_tokens": 900}),
        "completion_tokens: expected 1 to 64 (max_completion_tokens), found 900",
    ),
    "no event": (b"data: [DONE]\n\n", "the text of the events: expected some, found none in 0 events"),
}


@pytest.mark.parametrize("fault", WRONG_STREAMS)
def test_a_stream_that_is_not_what_was_requested_fails_the_step(
    vendor: StandIn, trial: program.Trial, fault: str
) -> None:
    body, expected = WRONG_STREAMS[fault]
    vendor.answer("POST /chat/completions", media_type="text/event-stream", body=body)
    assert expected in refusal(trial.stream_chat)


def test_a_stream_that_passes_counts_its_tokens(vendor: StandIn, trial: program.Trial) -> None:
    vendor.answer("POST /chat/completions", media_type="text/event-stream; charset=utf-8", body=stream())
    assert trial.stream_chat() == "cheap-chat: 3 events, 9 + 2 tokens, $0.000013"
    assert trial.costs["chat"] == pytest.approx(13e-6)


def test_a_stream_without_an_end_or_of_another_kind_fails_the_step(vendor: StandIn, trial: program.Trial) -> None:
    event_stream = "text/event-stream"
    vendor.answer("POST /chat/completions", media_type=event_stream, body=stream(end=False))
    assert "ended before it was complete" in refusal(trial.stream_chat, StreamInterrupted)
    vendor.answer("POST /chat/completions", media_type=event_stream, body=b'data: {"error": "overloaded"}\n\n')
    assert "overloaded" in refusal(trial.stream_chat, VeniceAPIError)
    vendor.answer("POST /chat/completions", media_type="text/plain", body=stream())
    assert "the response is text/plain" in refusal(trial.stream_chat, ResponseDecodeError)
    completion = {
        "id": "chat-1",
        "object": "chat.completion",
        "created": 1,
        "model": "cheap-chat",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"}],
    }
    vendor.answer("POST /chat/completions", media_type="application/json", body=completion)
    assert (
        refusal(trial.stream_chat) == "Content-Type of the stream: expected text/event-stream, found application/json"
    )


ROWS = MODELS["data"]
BALANCES = {
    "canConsume": True,
    "consumptionCurrency": "USD",
    "balances": {"usd": 1.5, "diem": None},
    "diemEpochAllocation": 0,
}
WRONG_JSON: dict[str, tuple[str, str, Any, str]] = {
    "no models": ("list_models", "GET /models", {**MODELS, "data": []}, "models of all types: expected text, inpaint"),
    "models of one type": (
        "list_models",
        "GET /models",
        {**MODELS, "data": ROWS[:1]},
        "models of all types: expected text",
    ),
    "a model twice": (
        "list_models",
        "GET /models",
        {**MODELS, "data": [*ROWS, ROWS[0]]},
        "ids: expected each once, found 1",
    ),
    "a model without id": (
        "list_models",
        "GET /models",
        {**MODELS, "data": [*ROWS, {"type": "text"}]},
        "found 1 models without",
    ),
    "no canConsume": (
        "read_balance",
        "GET /billing/balance",
        {"balances": {"usd": 1}},
        "canConsume: expected true or false, found nothing",
    ),
    "canConsume as text": (
        "read_balance",
        "GET /billing/balance",
        {**BALANCES, "canConsume": "yes"},
        "expected true or false, found str",
    ),
    "no balances": (
        "read_balance",
        "GET /billing/balance",
        {"canConsume": True},
        "the balances: expected an object, found nothing",
    ),
    "no amounts": (
        "read_balance",
        "GET /billing/balance",
        {**BALANCES, "balances": {"usd": None}},
        "a number in diem or usd",
    ),
    "no entries": (
        "read_usage",
        "GET /billing/usage-history",
        {"nextCursor": None},
        "its entries: expected a list, found nothing",
    ),
    "entries of text": (
        "read_usage",
        "GET /billing/usage-history",
        {"data": ["x"]},
        "each entry: expected an object, found str",
    ),
}


@pytest.mark.parametrize("fault", WRONG_JSON)
def test_json_that_lacks_what_was_requested_fails_the_step(vendor: StandIn, trial: program.Trial, fault: str) -> None:
    step, operation, body, expected = WRONG_JSON[fault]
    vendor.answer(operation, media_type="application/json", body=body)
    assert expected in refusal(getattr(trial, step))


@pytest.mark.parametrize(
    ("step", "operation", "body"),
    [
        ("list_models", "GET /models", json.dumps(MODELS)),
        ("read_balance", "GET /billing/balance", json.dumps(BALANCES)),
        ("read_usage", "GET /billing/usage-history", "timestamp,sku\n"),
    ],
)
def test_a_body_of_another_media_type_fails_the_step(
    vendor: StandIn, trial: program.Trial, step: str, operation: str, body: str
) -> None:
    for media_type in ("text/plain", "text/csv", "text/html"):
        vendor.answer(operation, media_type=media_type, body=body)
        assert f"expected application/json, found {media_type}" in refusal(getattr(trial, step))


@pytest.mark.slow
def test_a_failed_check_is_reported_with_what_it_cost(vendor: StandIn, tmp_path: Path) -> None:
    vendor.answer("POST /image/edit", media_type="image/jpeg", body=picture())
    vendor.answer("POST /chat/completions", media_type="text/event-stream", body=stream(end=False))
    done = live(vendor, tmp_path / "report.md")
    assert done.returncode == 1
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert (text.count("| passed |"), text.count("| failed |")) == (4, 2)
    assert "CheckError: Content-Type of the picture: expected image/png, found image/jpeg" in text
    assert "It may have been charged. StreamInterrupted" in text
    assert "Cost by the models' prices: $0.0200. A failed step may have been charged beside it." in text


def test_without_a_key_nothing_is_sent(vendor: StandIn, tmp_path: Path) -> None:
    done = live(vendor, tmp_path / "report.md", VENICE_API_KEY="")
    assert done.returncode == 2
    assert "VENICE_API_KEY is not set" in done.stderr
    assert vendor.requests == []
