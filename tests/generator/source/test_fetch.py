"""Fetching, from files and from a real server on the local machine."""

from __future__ import annotations

import gzip
import socket
from pathlib import Path

import httpx
import pytest
import stamina
from pytest_httpserver import HTTPServer
from werkzeug import Response

from generator.source import document
from generator.source.document import Fetched
from generator.source.fetch import LIVE_URL, fetch
from generator.source.web import MAX_REDIRECTS, _redirected
from tests.generator.source.fetching import BODY, raw_server, refusal, requests
from tests.table import table

pytestmark = pytest.mark.usefixtures("retries_do_not_wait")

# Files


def test_a_path_is_read_without_unescaping(tmp_path: Path) -> None:
    path = tmp_path / "a b%20.yaml"
    path.write_bytes(BODY)

    assert fetch(str(path)) == Fetched(str(path), BODY, not_modified=False)


def test_a_file_url_is_an_escaped_path(tmp_path: Path) -> None:
    path = tmp_path / "a b.yaml"
    path.write_bytes(BODY)

    for origin in (path.as_uri(), path.as_uri().replace("file://", "file://localhost")):
        assert fetch(origin) == Fetched(str(path), BODY)


def test_a_missing_file_a_directory_and_another_host_are_refused(tmp_path: Path) -> None:
    assert "missing.yaml cannot be read: found No such file" in refusal(str(tmp_path / "missing.yaml"))
    assert "found a directory" in refusal(tmp_path.as_uri())
    assert "names another host" in refusal("file://elsewhere/a.yaml")


# URLs


@table(
    ("origin", "expected"),
    [
        ("http://example.com/a.yaml", "http://example.com/a.yaml is not fetched: it is plain http"),
        ("http://user:secret@example.com/a?key=secret", "http://example.com/a is not fetched"),
        ("http://127.0.0.1.example.com/", "it is plain http"),
        ("http://localhost.example.com/", "it is plain http"),
        ("http://128.0.0.1/", "it is plain http"),
        ("https:///a.yaml", "it names no host"),
        ("ftp://user:secret@example.com/a", "An address of the kind ftp: cannot be fetched"),
        ("data:text/plain,secret", "An address of the kind data: cannot be fetched"),
        ("https://user:secret@example.com:secret/", "The https address is malformed"),
    ],
)
def test_urls_that_are_not_https_are_refused_before_connecting(origin: str, expected: str) -> None:
    text = refusal(origin)

    assert expected in text
    assert "secret" not in text


def test_the_live_url_is_https() -> None:
    assert httpx.URL(LIVE_URL).scheme == "https"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_plain_http_is_allowed_for_localhost(host: str, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/swagger.yaml").respond_with_data(BODY)
    origin = f"http://{host}:{httpserver.port}/swagger.yaml"

    assert fetch(origin) == Fetched(origin, BODY, not_modified=False)
    assert requests(httpserver)[0].headers["User-Agent"] == "venice-client-generator"


# Redirects


def redirects(server: HTTPServer, path: str, location: str, status: int = 302) -> None:
    server.expect_request(path).respond_with_response(Response("", status, {"Location": location}))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_on_the_same_host_and_port_is_followed(status: int, httpserver: HTTPServer) -> None:
    redirects(httpserver, "/old", "/new?key=secret", status)
    httpserver.expect_request("/new").respond_with_data(BODY)

    assert fetch(httpserver.url_for("/old")) == Fetched(httpserver.url_for("/old"), BODY)


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("https://example.com/new?key=secret", "redirects to https://example.com/new,"),
        ("http://localhost:1/new", "redirects to http://localhost:1/new,"),
        ("//user:secret@example.com/new", "redirects to http://example.com/new,"),
        ("file:///etc/passwd", "redirects to file:///etc/passwd,"),
    ],
)
def test_a_redirect_to_another_host_is_refused_at_once(location: str, expected: str, httpserver: HTTPServer) -> None:
    redirects(httpserver, "/old", location)

    text = refusal(httpserver.url_for("/old"))

    assert expected in text
    assert "secret" not in text
    assert len(httpserver.log) == 1


def test_a_redirect_to_an_invalid_url_is_refused() -> None:
    with raw_server(b"HTTP/1.1 302 Found\r\nLocation: http://me:secret/\r\n\r\n") as origin:
        text = refusal(origin)

    assert "(1 attempt): it redirects to a malformed address" in text
    assert "secret" not in text


def test_a_redirect_without_a_location_is_refused(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/old").respond_with_data("", status=302)

    assert "status 302 redirects to nowhere" in refusal(httpserver.url_for("/old"))


def test_five_redirects_are_followed_and_a_sixth_is_not(httpserver: HTTPServer) -> None:
    for step in range(MAX_REDIRECTS + 1):
        redirects(httpserver, f"/{step}", f"/{step + 1}")
    httpserver.expect_request(f"/{MAX_REDIRECTS + 1}").respond_with_data(BODY)

    assert fetch(httpserver.url_for("/1")).data == BODY
    assert "more than 5 redirects" in refusal(httpserver.url_for("/0"))


@pytest.mark.parametrize(
    ("location", "followed"),
    [
        ("/b", True),
        ("https://example.com:8443/b", True),
        ("http://example.com/b", False),
        ("https://www.example.com/b", False),
        ("https://example.com.evil.org/b", False),
        ("https://example.com@evil.org/b", False),
    ],
)
def test_a_redirect_from_https_must_keep_host_and_scheme(location: str, followed: bool) -> None:
    response = httpx.Response(302, headers={"Location": location})
    url = httpx.URL("https://example.com/a")

    if followed:
        assert _redirected(url, response) == url.join(location)
    else:
        with pytest.raises(Exception, match="stays on its host and scheme"):
            _redirected(url, response)


# Secrets


def test_credentials_and_query_are_sent_and_not_shown(httpserver: HTTPServer) -> None:
    page = "No pass%word, hunter2 or key=hunter2 for me"
    httpserver.expect_ordered_request("/a", query_string="key=hunter2").respond_with_data(BODY)
    httpserver.expect_ordered_request("/a").respond_with_data(page, status=403)
    origin = f"http://me:pass%25word@localhost:{httpserver.port}/a?key=hunter2"

    assert fetch(origin).source == f"http://localhost:{httpserver.port}/a"
    assert requests(httpserver)[0].authorization is not None
    text = refusal(origin)
    assert f"http://localhost:{httpserver.port}/a could not be fetched" in text
    assert not [secret for secret in ("pass%word", "pass%25word", "hunter2", "me:") if secret in text]


def test_credentials_are_sent_after_a_redirect_on_the_same_port(httpserver: HTTPServer) -> None:
    redirects(httpserver, "/a", httpserver.url_for("/b"))
    httpserver.expect_request("/b").respond_with_data(BODY)

    fetch(f"http://me:secret@localhost:{httpserver.port}/a")

    assert [request.authorization is not None for request in requests(httpserver)] == [True, True]


# Errors and retries


@pytest.mark.parametrize("status", [204, 206, 304, 400, 401, 403, 404, 410])
def test_a_permanent_status_is_not_retried(status: int, httpserver: HTTPServer) -> None:
    page = "" if status in (204, 304) else "Gone\n\x1b[31m" + "for good " * 20
    httpserver.expect_request("/a").respond_with_data(page, status=status)

    text = refusal(httpserver.url_for("/a"))

    assert f"/a could not be fetched (1 attempt): the response is status {status}" in text
    assert len(httpserver.log) == 1
    assert not page or '"Gone [31mfor good ' in text
    assert len(text) < 250


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_temporary_status_is_tried_four_times(status: int, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a").respond_with_data("busy", status=status)

    text = refusal(httpserver.url_for("/a"))

    assert f'could not be fetched (4 attempts): the response is status {status}, "busy". Try again later' in text
    assert len(httpserver.log) == 4


def test_a_retry_succeeds_if_the_server_recovers(httpserver: HTTPServer) -> None:
    httpserver.expect_ordered_request("/a").respond_with_data("busy", status=503)
    httpserver.expect_ordered_request("/a").respond_with_data("busy", status=429, headers={"Retry-After": "1"})
    httpserver.expect_ordered_request("/a").respond_with_data(BODY)

    assert fetch(httpserver.url_for("/a")).data == BODY


@pytest.mark.parametrize(
    ("retry_after", "attempts"),
    [
        ("0", 4),
        ("30", 2),
        ("15", 3),
        ("31", 1),
        ("99999999999999999999", 4),
        ("soon", 4),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 4),
        ("Fri, 01 Jan 2100 00:00:00 GMT", 1),
        ("Fri, 01 Jan 2100 00:00:00 -0000", 1),
    ],
)
def test_retry_after_is_followed_up_to_thirty_seconds(retry_after: str, attempts: int, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a").respond_with_data("", status=503, headers={"Retry-After": retry_after})

    text = refusal(httpserver.url_for("/a"))

    assert len(httpserver.log) == attempts
    assert "Retry-After" not in text or attempts == 1


def test_the_retry_waits_as_long_as_retry_after_says(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    stamina.set_testing(False)
    waits: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", waits.append)
    httpserver.expect_ordered_request("/a").respond_with_data("", status=503, headers={"Retry-After": "7"})
    httpserver.expect_ordered_request("/a").respond_with_data("", status=503)
    httpserver.expect_ordered_request("/a").respond_with_data(BODY)

    fetch(httpserver.url_for("/a"))

    assert waits[0] == 7.0
    assert 1.0 <= waits[1] <= 2.0


def test_a_refused_connection_is_tried_four_times() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    text = refusal(f"http://127.0.0.1:{port}/a?key=secret")

    assert f"http://127.0.0.1:{port}/a could not be fetched (4 attempts): ConnectError, " in text
    assert "refused" in text


def test_an_incomplete_body_is_fetched_again() -> None:
    short = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + BODY
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY

    with raw_server(short, whole) as origin:
        assert fetch(origin).data == BODY
    with raw_server(short) as origin:
        assert "(4 attempts): RemoteProtocolError, peer closed connection" in refusal(origin)


def test_an_incomplete_compressed_body_is_fetched_again() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n"
    whole = gzip.compress(BODY * 100)

    with raw_server(head + whole[:-9], head + b"not gzip", head + whole) as origin:
        assert fetch(origin).data == BODY * 100
    with raw_server(head + whole[:-9]) as origin:
        assert "(4 attempts): the gzip body is incomplete or damaged" in refusal(origin)


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "deflate"])
def test_an_unrequested_content_encoding_is_refused(encoding: str, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a").respond_with_data(BODY, headers={"Content-Encoding": encoding})

    assert f"the body is encoded as {encoding}, which was not requested" in refusal(httpserver.url_for("/a"))


def test_an_empty_body_is_refused(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a").respond_with_data(b"")

    assert "(1 attempt): the body is empty" in refusal(httpserver.url_for("/a"))


def test_a_content_length_over_the_limit_is_refused(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MAX_BYTES", 1000)
    httpserver.expect_request("/a").respond_with_data(b"x" * 1001)
    httpserver.expect_request("/b").respond_with_data(b"x" * 1000)

    assert "(1 attempt): the body has 1,001 bytes, and the limit is 1,000" in refusal(httpserver.url_for("/a"))
    assert len(fetch(httpserver.url_for("/b")).data) == 1000


def test_a_body_over_the_limit_is_refused_while_it_is_received(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MAX_BYTES", 1000)
    endless = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"x" * 5000

    with raw_server(endless) as origin:
        assert "(1 attempt): the body has more than 1,000 bytes" in refusal(origin)


def test_the_limit_applies_to_the_decompressed_body(httpserver: HTTPServer) -> None:
    bomb = gzip.compress(b"x" * (document.MAX_BYTES + 1))
    httpserver.expect_request("/a").respond_with_data(bomb, headers={"Content-Encoding": "gzip"})

    assert len(bomb) < 50_000
    assert "the body has more than 20,971,520 bytes" in refusal(httpserver.url_for("/a"))


def test_a_slow_body_times_out(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.source.web.MAX_TRANSFER", -1.0)
    httpserver.expect_request("/a").respond_with_data(BODY)

    assert "the body takes more than" in refusal(httpserver.url_for("/a"))


@pytest.mark.parametrize("proxy", ["gopher://me:secret@127.0.0.1", "127.0.0.1:secret"])
def test_an_invalid_proxy_is_reported_without_its_password(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)

    text = refusal("https://example.com/a")

    assert "the proxy that the environment names" in text
    assert "secret" not in text
