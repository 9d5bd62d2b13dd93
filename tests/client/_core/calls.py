"""What the tests of clients share: both kinds, a call that costs, a header of what was sent, an error."""

from __future__ import annotations

import json
from typing import Any

import pytest

from venice_client import AsyncVenice, Venice, VeniceAPIError
from venice_client._core.response.answer import Answer
from venice_client._core.response.error_body import error_from_response

CLIENTS = pytest.mark.parametrize("kind", [Venice, AsyncVenice])


def header(request: bytes, name: str) -> list[str]:
    lines = request.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
    pairs = [line.split(": ", 1) for line in lines]
    return [value for found, value in pairs if found.lower() == name.lower()]


def chat(venice: Any) -> Any:
    return venice.chat.completions.create(model="m", messages=[{"role": "user", "content": "hi"}])


def answer(content: Any = b"", status: int = 400, secrets: tuple[str, ...] = (), **headers: str) -> VeniceAPIError:
    received = Answer(
        status,
        {name.replace("_", "-"): value for name, value in headers.items()},
        content if isinstance(content, bytes) else json.dumps(content).encode(),
    )
    return error_from_response(received, method="POST", path="/image/edit", secrets=secrets)
