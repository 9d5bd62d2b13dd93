"""What the tests of requests share: operations, a request that is built of them, and its problems."""

from __future__ import annotations

import asyncio
import json
import re
from email import message_from_bytes
from typing import TYPE_CHECKING, Any

import pytest

from venice_client import RequestValidationError, Venice
from venice_client._core.client import AsyncClient, SyncClient
from venice_client._core.request.build import build as fill
from venice_client._core.request.call import Request
from venice_client._core.schema.operation import Operation, Parameter
from venice_client._core.schema.sentinel import UNSET
from venice_client._core.schema.shapes import Anything
from venice_client.api import OPERATIONS

if TYPE_CHECKING:
    from tests.client.conftest import Loopback

CHECKED, UNCHECKED = Venice("a-key"), Venice("a-key", validate=False)


def build(
    operation: Operation,
    arguments: Any,
    body: Any = UNSET,
    *,
    media_type: str | None = None,
    options: Any = None,
    venice: Venice = UNCHECKED,
) -> Request:
    """Build a request, by default without validation: most of these tests are about serialization."""
    return fill(venice._request(operation, arguments, body, media_type, options, None))


EDIT = OPERATIONS["POST /image/edit"]
MULTI = OPERATIONS["POST /image/multi-edit"]
RPC = OPERATIONS["POST /crypto/rpc/{network}"]
CHAT = OPERATIONS["POST /chat/completions"]
PNG = b"\x89PNG\r\n\x1a\n\x00\xff"


def operation(*parameters: Parameter, path: str = "/x", **more: Any) -> Operation:
    return Operation(method="POST", path=path, name="x.y", module="x", parameters=parameters, **more)


def parameter(name: str, location: str = "query", **more: Any) -> Parameter:
    return Parameter(name=name.lower().replace("-", "_"), wire=name, location=location, shape=Anything(), **more)


def json_of(call: Request) -> Any:
    assert isinstance(call.content, bytes)
    return json.loads(call.content)


def problems(*arguments: Any, **options: Any) -> tuple[str, ...]:
    with pytest.raises(RequestValidationError) as caught:
        build(*arguments, **options)
    return caught.value.problems


def checked_problems(*arguments: Any, **options: Any) -> tuple[str, ...]:
    with pytest.raises(RequestValidationError) as caught:
        build(*arguments, **options, venice=CHECKED)
    return caught.value.problems


# ---- forms


def sent(server: Loopback, kind: str, operation: Operation, body: Any, **options: Any) -> list[Any]:
    """Send a form and return its parts: (name, file name, media type, content)."""
    accepted = operation.accepts.partition(",")[0] or "application/json"
    server.answer(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" if accepted == "image/jpeg" else "{}", accepted)
    if kind == "sync":
        with SyncClient("k", base_url=server.url) as venice:
            venice.send(operation, {}, body, options=options or None)  # type: ignore[arg-type]
    else:

        async def go() -> None:
            async with AsyncClient("k", base_url=server.url) as venice:
                await venice.send(operation, {}, body, options=options or None)  # type: ignore[arg-type]

        asyncio.run(go())
    head, _, content = server.requests[-1].partition(b"\r\n\r\n")
    if b"chunked" in head:
        content = b"".join(re.findall(rb"(?s)[0-9a-f]+\r\n(.+?)\r\n(?=[0-9a-f]+\r\n)", content))
    found = re.search(rb"(?im)^content-type: (multipart/form-data; boundary=\S+)", head)
    assert found, head
    mime = message_from_bytes(b"Content-Type: " + found[1] + b"\r\n\r\n" + content)
    parts: Any = mime.get_payload()
    return [
        (
            part.get_param("name", header="content-disposition"),
            part.get_filename(),
            part.get_content_type() if part.get("content-type") else None,
            part.get_payload(decode=True),
        )
        for part in parts
    ]
