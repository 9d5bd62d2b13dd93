"""Network settings of a client: certificates, proxies, and the socket options of its connections."""

from __future__ import annotations

import os
import re
import socket
import ssl
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeAlias
from urllib.parse import SplitResult, urlsplit

from attrs import field, frozen

from venice_client._core.errors import RequestValidationError

CONNECT_SECONDS: Final = 5.0
"""Limit for making a connection, TLS handshake included."""
KEPT_SECONDS: Final = 5.0
"""How long an idle connection is kept for the next call."""
PROXY_SCHEMES: Final = ("http", "https", "socks5", "socks5h")
_CREDENTIALS: Final = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*://)?.*@", re.DOTALL)
"""What stands before the host of a URL, its scheme apart."""

Verify: TypeAlias = bool | str | os.PathLike[str] | ssl.SSLContext
"""True, False, a file or a folder with certificates of authorities, or an `ssl.SSLContext`, as httpx takes it."""


@frozen(kw_only=True)
class Network:
    """
    The options `verify`, `proxy` and `trust_env` of a client.

    Raises RequestValidationError for values of other types, and for a proxy URL of another scheme.
    """

    verify: Verify = True
    proxy: str | None = field(default=None, repr=False)  # it may hold a password
    trust_env: bool = True

    def __attrs_post_init__(self) -> None:
        problems = []
        verify: Any = self.verify
        trust_env: Any = self.trust_env
        if not isinstance(verify, bool | str | os.PathLike | ssl.SSLContext):
            problems.append(f"verify must be bool, a path or an ssl.SSLContext, got {type(verify).__name__}")
        elif isinstance(verify, str | os.PathLike) and not os.path.exists(verify):  # noqa: PTH110  # a str or a path
            problems.append(f"verify must be the path of an existing file or folder, got {os.fspath(verify)!r}")
        if self.proxy is not None:
            problems += proxy_problems("proxy", self.proxy)
        if not isinstance(trust_env, bool):
            problems.append(f"trust_env must be bool, got {type(trust_env).__name__}")
        if problems:
            raise RequestValidationError(problems)

    @property
    def is_portable(self) -> bool:
        """Whether another process can be given these settings: no SSL context, and no password of a proxy."""
        return not isinstance(self.verify, ssl.SSLContext) and "@" not in (self.proxy or "")

    @property
    def ssl_context(self) -> ssl.SSLContext:
        """The context of these settings. Raises RequestValidationError where certificates cannot be read."""
        if isinstance(self.verify, ssl.SSLContext):
            return self.verify
        verify = self.verify if isinstance(self.verify, bool) else os.fspath(self.verify)
        file = os.environ.get("SSL_CERT_FILE") if self.trust_env and verify is True else None
        folder = os.environ.get("SSL_CERT_DIR") if self.trust_env and verify is True else None
        source = verify if isinstance(verify, str) else file or folder
        try:
            modified = None if source is None else Path(source).stat().st_mtime
            return _context(verify is not False, source, modified, ssl.SSLContext)
        except OSError as error:  # ssl.SSLError is one
            name = "verify" if isinstance(verify, str) else "SSL_CERT_FILE" if file else "SSL_CERT_DIR"
            text = f"{name} must name readable certificates, got {source!r}: {error}"
            raise RequestValidationError([text]) from None


def proxy_problems(name: str, proxy: Any) -> list[str]:
    """Return what is wrong with a proxy URL, without the credentials that it may hold."""
    if not isinstance(proxy, str):
        return [f"{name} must be str, got {type(proxy).__name__}"]
    parts = split_url(proxy)
    if parts is not None and parts.scheme in PROXY_SCHEMES:
        return []
    return [f"{name} must be a URL that starts with {', '.join(PROXY_SCHEMES)}, got {shown_url(proxy)!r}"]


def split_url(url: str) -> SplitResult | None:
    """Return the parts of a URL; None where it has no host, or no port that can be connected to."""
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if has_host else None


def split_address(url: str) -> SplitResult | None:
    """Return the parts of a URL for requests; None also where it has white space, or a user, who would be signed in."""
    parts = split_url(url)
    is_fit = parts is not None and "@" not in parts.netloc and not re.search(r"[\s\x00-\x20\x7f]", url)
    return parts if is_fit else None


def shown_url(url: str) -> str:
    """Return the beginning of a URL without what may be secret: user and password, query, fragment."""
    return re.split("[?#]", _CREDENTIALS.sub(r"\1", url))[0][:80]


@lru_cache(maxsize=16)
def _context(verify: bool, source: str | None, _modified: float | None, _kind: type) -> ssl.SSLContext:
    """
    Make the one context of these inputs: to read the certificates takes longer than a call.

    `_modified` and `_kind` (truststore replaces `ssl.SSLContext`) are there for the cache alone.
    """
    if not verify:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif source is None:
        import certifi

        context = ssl.create_default_context(cafile=certifi.where())
    elif os.path.isdir(source):  # noqa: PTH112  # a str
        context = ssl.create_default_context(capath=source)
    else:
        context = ssl.create_default_context(cafile=source)
    context.set_alpn_protocols(["http/1.1"])
    return context


@lru_cache(maxsize=1)
def socket_options() -> tuple[tuple[int, int, int], ...]:
    """
    Return the options that make TCP probe a silent connection after a minute, as far as this system has them.

    Generating may take minutes without a byte, and routers drop such connections without notice.
    """
    values = {
        "TCP_KEEPIDLE": 60,
        "TCP_KEEPALIVE": 60,  # TCP_KEEPIDLE on macOS
        "TCP_KEEPINTVL": 30,
        "TCP_KEEPCNT": 5,
    }
    options = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1), (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
    for name, value in values.items():
        number = getattr(socket, name, None)
        if number is not None:
            options.append((socket.IPPROTO_TCP, number, value))
    return tuple(options)
