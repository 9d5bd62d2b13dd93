"""What the tests of clients share: both kinds, a call that costs, and a header of what was sent."""

from __future__ import annotations

from typing import Any

import pytest

from venice_client import (
    AsyncVenice,
    Venice,
)

CLIENTS = pytest.mark.parametrize("kind", [Venice, AsyncVenice])


def header(request: bytes, name: str) -> list[str]:
    lines = request.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
    pairs = [line.split(": ", 1) for line in lines]
    return [value for found, value in pairs if found.lower() == name.lower()]


def chat(venice: Any) -> Any:
    return venice.chat.completions.create(model="m", messages=[{"role": "user", "content": "hi"}])
