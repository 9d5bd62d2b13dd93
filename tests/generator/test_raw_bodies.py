"""A body that is neither JSON nor a form is sent as it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SEND = """
import httpx
from venice_client import Venice
seen = []
def answer(request):
    seen.append([request.headers["content-type"], request.read().decode("latin-1")])
    return httpx.Response(200, json="x")
client = Venice("key", base_url="http://127.0.0.1:1", http_client=httpx.Client(transport=httpx.MockTransport(answer)))
import io
send = next(getattr(client.things, name) for name in dir(client.things) if name.startswith("make"))
for body in ("h\\u00e9", b"abc", io.BytesIO(b"def")):
    try:
        send(body=body)
    except Exception as error:
        seen.append([type(error).__name__])
json.dump(seen, sys.stdout)
"""
TEXT = {"type": "string"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("media_type", "schema", "expected"),
    [
        ("text/plain", TEXT, [["text/plain; charset=utf-8", "hÃ©"]]),
        ("text/csv; charset=utf-8", TEXT, [["text/csv; charset=utf-8", "hÃ©"]]),
        ("image/png", {}, [["image/png", "abc"]]),
        (
            "application/octet-stream",
            {**TEXT, "format": "binary"},
            [["application/octet-stream", "abc"], ["application/octet-stream", "def"]],
        ),
    ],
)
def test_text_bytes_and_files_are_sent_with_their_media_type(
    media_type: str,
    schema: dict[str, Any],
    expected: list[list[str]],
    contract_of: Callable[..., Any],
    client_of: Callable[..., Path],
    run_on: Callable[..., Any],
) -> None:
    contract = contract_of(requestBody={"required": True, "content": {media_type: {"schema": schema}}})
    sent = run_on(client_of(contract), SEND)
    assert [item for item in expected if item not in sent] == []
