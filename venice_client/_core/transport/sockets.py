"""
What every transport's connections have in common: one SSL context a process, and a TCP that notices a dead peer.

Generating may take minutes in which not a byte is sent, and routers forget such connections: keep-alive probes hold
them open, and tell of a peer that is gone.
"""

from __future__ import annotations

import os
import socket
import ssl
from functools import lru_cache

CONNECT_SECONDS = 5.0
"""How long to wait for a connection, TLS included."""
KEPT_SECONDS = 5.0
"""How long a connection waits for the next call."""


@lru_cache(maxsize=1)
def ssl_context() -> ssl.SSLContext:
    """
    Return the one context of this process: reading the certificates takes longer than a call.

    SSL_CERT_FILE and SSL_CERT_DIR name other certificates than certifi's, as with httpx.
    """
    if file := os.environ.get("SSL_CERT_FILE"):
        context = ssl.create_default_context(cafile=file)
    elif folder := os.environ.get("SSL_CERT_DIR"):
        context = ssl.create_default_context(capath=folder)
    else:
        import certifi

        context = ssl.create_default_context(cafile=certifi.where())
    context.set_alpn_protocols(["http/1.1"])
    return context


@lru_cache(maxsize=1)
def socket_options() -> tuple[tuple[int, int, int], ...]:
    """Return the options that make TCP probe a silent connection after a minute, as far as this system has them."""
    wanted = {
        "TCP_KEEPIDLE": 60,
        "TCP_KEEPALIVE": 60,  # what macOS calls TCP_KEEPIDLE
        "TCP_KEEPINTVL": 30,
        "TCP_KEEPCNT": 5,
    }
    options = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1), (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
    for name, value in wanted.items():
        number = getattr(socket, name, None)
        if number is not None:
            options.append((socket.IPPROTO_TCP, number, value))
    return tuple(options)
