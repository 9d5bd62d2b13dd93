"""`verify`, `proxy` and `trust_env`: certificates, proxies of the environment, and exceptions from them."""

from __future__ import annotations

import asyncio
import os
import ssl
import sys
import threading
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import trustme

from tests.client._core.transport.tls import Secure
from tests.table import table
from venice_client import AsyncVenice, RequestValidationError, Venice, VeniceConnectionError
from venice_client._core.transport.network import Network
from venice_client._core.transport.proxies import Proxies

pytestmark = pytest.mark.filterwarnings("ignore:base_url is http")

if TYPE_CHECKING:
    from tests.client.conftest import Loopback

ALL = [("sync", "httpx"), ("sync", "httpx2"), ("async", "httpx"), ("async", "httpx2"), ("async", "aiohttp")]


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "ssl_cert_file", "ssl_cert_dir"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(params=ALL, ids=["-".join(pair) for pair in ALL])
def listed(request: pytest.FixtureRequest) -> Any:
    """Lists the models at a URL, with options of the client."""
    how, library = request.param

    def call(url: str, **options: Any) -> Any:
        options = {"transport": library, "max_retries": 0, **options}
        if how == "sync":
            with Venice("k", base_url=url, **options) as venice:
                return venice.models.list()

        async def tasks() -> Any:
            async with AsyncVenice("k", base_url=url, **options) as venice:
                return await venice.models.list()

        return asyncio.run(tasks())

    call.library = library  # type: ignore[attr-defined]
    return call


# ---- proxies

DIRECT = [
    ("api.venice.ai", 443, "api.venice.ai"),
    ("api.venice.ai", 443, "venice.ai"),
    ("api.venice.ai", 443, ".venice.ai"),
    ("API.venice.ai", 443, "other, Venice.AI"),
    ("api.venice.ai", 8443, "api.venice.ai:8443"),
    ("10.1.2.3", 80, "10.0.0.0/8"),
    ("10.1.2.3", 80, "10.1.2.3"),
    ("10.1.2.3", 8080, "10.1.2.3:8080"),
    ("10.1.2.3", 80, "192.168.0.0/16,::1/128 , 10.1.2.0/24"),
    ("127.0.0.1", 80, "127.0.0.1/8"),
    ("::1", 80, "::1"),
    ("::1", 80, "::1/128"),
    ("::1", 80, "[::1]"),
    ("::1", 8080, "[::1]:8080"),
    ("[::1]", 80, "::1"),
    ("fd00::7", 443, "fd00::/8"),
    ("anything.example", 443, "*"),
]
PROXIED = [
    ("api.venice.ai", 443, ""),
    ("api.venice.ai", 443, "venice.com"),
    ("notvenice.ai", 443, "venice.ai"),
    ("api.venice.ai", 443, "api.venice.ai:8443"),
    ("10.1.2.3", 80, "11.0.0.0/8"),
    ("10.1.2.3", 80, "10.1.2.3:8080"),
    ("::1", 80, "127.0.0.0/8"),
    ("::2", 80, "::1/128"),
    ("::1", 80, "[::1]:8080"),
    ("api.venice.ai", 443, "300.1.2.3/99, [::, ]::1[, http://x, ::1/200, \N{SNOWMAN}, /, :, 10.0.0.0/8/8,,"),
]


@pytest.mark.parametrize(("host", "port", "exceptions"), DIRECT)
def test_no_proxy_accepts_hosts_domains_addresses_and_networks(
    monkeypatch: pytest.MonkeyPatch, host: str, port: int, exceptions: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://proxy:3128")
    monkeypatch.setenv("NO_PROXY", exceptions)
    assert Proxies(Network()).choose("https" if port == 443 else "http", host, port) is None


@pytest.mark.parametrize(("host", "port", "exceptions"), PROXIED)
def test_other_hosts_use_the_proxy_and_invalid_no_proxy_entries_are_ignored(
    monkeypatch: pytest.MonkeyPatch, host: str, port: int, exceptions: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://proxy:3128")
    monkeypatch.setenv("NO_PROXY", exceptions)
    assert Proxies(Network()).choose("https" if port == 443 else "http", host, port) == "http://proxy:3128"


@pytest.mark.parametrize(
    ("settings", "scheme", "expected"),
    [
        ({"HTTPS_PROXY": "http://a:1", "HTTP_PROXY": "http://b:1"}, "https", "http://a:1"),
        ({"HTTPS_PROXY": "http://a:1", "HTTP_PROXY": "http://b:1"}, "http", "http://b:1"),
        ({"HTTPS_PROXY": "http://a:1"}, "http", None),
        ({"HTTPS_PROXY": "http://a:1", "ALL_PROXY": "http://c:1"}, "http", "http://c:1"),
        ({"https_proxy": "a:3128"}, "https", "http://a:3128"),
        ({"HTTPS_PROXY": ""}, "https", None),
        ({"ALL_PROXY": "socks://a:1080/"}, "https", "socks5://a:1080/"),
        ({"ALL_PROXY": "socks5h://a:1080"}, "https", "socks5h://a:1080"),
        ({"HTTP_PROXY": "http://a:1", "REQUEST_METHOD": "GET"}, "http", None),  # a header of a CGI request
        ({}, "https", None),
    ],
)
def test_the_environment_chooses_a_proxy_by_scheme(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], scheme: str, expected: str | None
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert Proxies(Network()).choose(scheme, "api.venice.ai", None) == expected
    assert Proxies(Network(trust_env=False)).choose(scheme, "api.venice.ai", None) is None
    assert Proxies(Network(proxy="http://mine:1")).choose(scheme, "api.venice.ai", None) == "http://mine:1"


def test_a_proxy_of_an_unknown_scheme_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks4://user:secret@a:1")
    with pytest.raises(RequestValidationError, match="HTTPS_PROXY must be a URL that starts with") as caught:
        Proxies(Network()).choose("https", "api.venice.ai", None)
    assert "secret" not in str(caught.value)


@table(
    "value, shown",
    [
        ("ftp://h", "'ftp://h'"),
        ("proxy:3128", "'proxy:3128'"),
        ("http://", "'http://'"),
        (7, "int"),
        ("socks4://user:secret@h:1", "'socks4://h:1'"),
        ("user:secret://secret@secret@h", "'h'"),
    ],
)
@table("kind", [Venice, AsyncVenice])
def test_an_invalid_proxy_option_is_refused_without_its_credentials(kind: Any, value: Any, shown: str) -> None:
    with pytest.raises(RequestValidationError, match="proxy must be") as caught:
        kind("k", proxy=value)
    assert str(caught.value).endswith(f"got {shown}")


@pytest.mark.parametrize("given", ["option", "environment"])
def test_requests_go_through_the_proxy(
    server: Loopback, listed: Any, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    server.answer('{"data": []}')
    proxy = server.url.removesuffix("/api/v1").replace("http://", "http://user:pa55@")
    if given == "environment":
        monkeypatch.setenv("HTTP_PROXY", proxy)
        monkeypatch.setenv("NO_PROXY", "localhost, ::1/128")
    listed("http://venice.invalid/api/v1", **({"proxy": proxy} if given == "option" else {}))
    assert server.requests[0].startswith(b"GET http://venice.invalid/api/v1/models HTTP/1.1\r\n")
    assert b"proxy-authorization: basic " in server.requests[0].lower()


def test_netrc_is_not_read(server: Loopback, listed: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("default login other password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    server.answer('{"data": []}')
    listed(server.url)
    assert b"authorization: bearer k\r\n" in server.requests[0].lower()


def test_tls_uses_a_proxy_tunnel_and_a_refused_tunnel_sends_no_request(server: Loopback, listed: Any) -> None:
    server.say(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
    with pytest.raises(VeniceConnectionError) as caught:
        listed("https://venice.invalid/api/v1", proxy=server.url.removesuffix("/api/v1"))
    assert caught.value.kind == "connect"
    assert server.requests[0].startswith(b"CONNECT venice.invalid:443 HTTP/1.1\r\n")
    assert b"bearer" not in server.requests[0].lower()


def test_socks_without_its_package_names_what_to_install(listed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for library in ("httpcore", "httpcore2"):  # they look for socksio at import, and other tests use them
        import_module(library)
    monkeypatch.setitem(sys.modules, "socksio", None)
    expected = "aiohttp supports no SOCKS" if listed.library == "aiohttp" else rf"{listed.library}\[socks\]"
    with pytest.raises(RequestValidationError, match=expected):
        listed("http://venice.invalid", proxy="socks5://127.0.0.1:1")


def test_requests_go_through_a_socks_proxy(server: Loopback, listed: Any) -> None:
    if listed.library == "aiohttp":
        pytest.skip("aiohttp supports no SOCKS proxy")
    port = int(server.url.split(":")[2].split("/")[0])
    seen: list[bytes] = []
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            peer, _ = listening.accept()
            with peer, socket.create_connection(("127.0.0.1", port)) as target:
                seen.append(peer.recv(100))
                peer.sendall(b"\5\0")
                seen.append(peer.recv(300))
                peer.sendall(b"\5\0\0\1\0\0\0\0\0\0")
                target.sendall(peer.recv(65536))
                while data := target.recv(65536):
                    peer.sendall(data)

        server.answer('{"data": []}')
        thread = threading.Thread(target=serve)
        thread.start()
        listed("http://venice.invalid/api/v1", proxy=f"socks5://127.0.0.1:{listening.getsockname()[1]}")
        thread.join()
    assert b"venice.invalid" in seen[1]


def test_network_options_are_refused_with_an_http_client_of_the_caller(server: Loopback) -> None:
    with httpx.Client() as mine, pytest.raises(RequestValidationError, match="verify, proxy and trust_env"):
        Venice("k", http_client=mine, proxy="http://a:1")


# ---- certificates


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[Secure]:
    with Secure(authority.issue_cert("localhost")) as server:
        yield server


@pytest.fixture
def bundle(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


def test_an_untrusted_certificate_is_refused_and_nothing_is_sent(secure: Secure, listed: Any) -> None:
    with pytest.raises(VeniceConnectionError, match="CERTIFICATE_VERIFY_FAILED") as caught:
        listed(secure.url)
    assert caught.value.kind == "connect"
    assert secure.requests == 0


@pytest.mark.slow
@pytest.mark.parametrize("form", ["path", "str", "context", "False", "folder", "SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_verify_accepts_what_httpx_accepts(
    secure: Secure, listed: Any, bundle: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = bundle.parent / "folder"
    folder.mkdir()
    found = ssl.create_default_context(cafile=str(bundle)).get_ca_certs(binary_form=True)
    assert found
    (folder / f"{_subject_hash(bundle)}.0").write_bytes(bundle.read_bytes())
    forms: dict[str, dict[str, Any]] = {
        "path": {"verify": bundle},
        "str": {"verify": str(bundle)},
        "context": {"verify": ssl.create_default_context(cafile=str(bundle))},
        "False": {"verify": False},
        "folder": {"verify": folder},
    }
    if form.startswith("SSL"):
        monkeypatch.setenv(form, str(bundle if form.endswith("FILE") else folder))
    listed(secure.url, **forms.get(form, {}))
    assert secure.requests == 1


def _subject_hash(bundle: Path) -> str:
    import subprocess

    done = subprocess.run(
        ["openssl", "x509", "-hash", "-noout", "-in", str(bundle)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip("this system has no openssl command")
    return done.stdout.strip()


def test_trust_env_false_ignores_certificates_of_the_environment(
    secure: Secure, listed: Any, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    with pytest.raises(VeniceConnectionError, match="CERTIFICATE"):
        listed(secure.url, trust_env=False)


def test_a_changed_certificate_setting_applies_to_the_next_client(
    secure: Secure, listed: Any, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(VeniceConnectionError):
        listed(secure.url)
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    listed(secure.url)
    bundle.write_bytes(trustme.CA().cert_pem.bytes())
    os.utime(bundle, (1, 1))
    with pytest.raises(VeniceConnectionError):
        listed(secure.url)


def test_clients_with_equal_settings_share_one_ssl_context(bundle: Path) -> None:
    assert Network().ssl_context is Network().ssl_context
    assert Network(verify=bundle).ssl_context is Network(verify=str(bundle)).ssl_context
    assert Network(verify=bundle).ssl_context is not Network().ssl_context
    assert Network().ssl_context.check_hostname
    assert not Network(verify=False).ssl_context.check_hostname


def test_truststore_injected_into_ssl_applies_to_the_next_client() -> None:
    truststore = pytest.importorskip("truststore")
    before = Network().ssl_context
    truststore.inject_into_ssl()
    try:
        assert isinstance(Network().ssl_context, truststore.SSLContext)
    finally:
        truststore.extract_from_ssl()
    assert Network().ssl_context is before


@pytest.mark.parametrize("value", [1.5, "/no/such/file.pem", None])
def test_an_invalid_verify_option_is_refused(value: Any) -> None:
    with pytest.raises(RequestValidationError, match="verify must be"):
        Venice("k", verify=value)


def test_an_unreadable_certificate_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.pem").write_text("no certificate")
    with Venice("k", verify=tmp_path / "bad.pem") as venice, pytest.raises(RequestValidationError, match=r"bad\.pem"):
        venice.models.list()


def test_pickles_keep_network_options_except_secret_or_unpicklable_ones(bundle: Path) -> None:
    config = Venice("k", verify=bundle, proxy="http://a:1", trust_env=False).config
    assert {name: config.portable[name] for name in ("verify", "proxy", "trust_env")} == {
        "verify": bundle,
        "proxy": "http://a:1",
        "trust_env": False,
    }
    for options in ({"proxy": "http://u:secret@a:1"}, {"verify": ssl.create_default_context()}):
        config = Venice("k", **options).config
        assert not {"verify", "proxy"} & set(config.portable)
        assert "secret" not in repr(config)
