"""What the tests of fetching share: a body, a server of raw bytes, and the text of a refusal."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request

from generator.errors import UnreadableError
from generator.source.fetch import fetch

BODY = b"openapi: 3.0.0\npaths: {/a: {}}\n"


@contextmanager
def raw_server(*answers: bytes) -> Iterator[str]:
    """Sends the next of these bytes to each connection, the last one repeatedly, and closes it."""
    listener = socket.create_server(("127.0.0.1", 0))
    left = list(answers)

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                connection.sendall(left.pop(0) if len(left) > 1 else left[0])

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/swagger.yaml"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def refusal(origin: str, *, cache: Path | None = None) -> str:
    with pytest.raises(UnreadableError) as caught:
        fetch(origin, cache=cache)
    text = str(caught.value)
    assert text.isprintable()
    return text


def requests(server: HTTPServer) -> list[Request]:
    return [request for request, _ in server.log]
