"""A server over TLS on loopback."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import threading
import time
from typing import Any, Self


class Secure:
    """Answers over TLS, keeps connections, and counts them."""

    def __init__(self, certificate: Any) -> None:
        self.connections = self.requests = 0
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(self._context)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://localhost:{self._listening.getsockname()[1]}/api/v1"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                peer, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        with contextlib.suppress(OSError), plain, self._context.wrap_socket(plain, server_side=True) as peer:
            self.connections += 1
            while head := peer.recv(65536):
                self.requests += 1
                length = re.search(rb"content-length: *(\d+)\r\n", head, re.IGNORECASE)
                while length and len(head.partition(b"\r\n\r\n")[2]) < int(length[1]):
                    head += peer.recv(65536)
                if b"x-fault: slow" in head.lower():
                    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 100:
                        peer.sendall(bytes([byte]))
                        time.sleep(0.05)
                events = b'data: {"id": "1"}\n\ndata: [DONE]\n\n'
                body, kind = (events, b"text/event-stream") if b"POST" in head else (b"{}", b"application/json")
                if hold := b"x-fault: hold" in head.lower():
                    kind += b"\r\nConnection: close"
                chunked = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
                peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\n%b" % (kind, chunked))
                if hold:
                    time.sleep(0.3)  # it announced the end, and neither reads nor closes

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._listening.close()
