"""The cache of fetched descriptions: conditional requests, and entries that are damaged or cannot be written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from generator.source.document import Fetched
from generator.source.fetch import fetch
from tests.generator.source.fetching import BODY, refusal, requests

pytestmark = pytest.mark.usefixtures("retries_do_not_wait")


def versioned(server: HTTPServer, *, body: bytes = BODY, etag: str = '"v1"') -> None:
    """A server with an ETag, which responds 304 to a request with that ETag."""

    def answer(request: Request) -> Response:
        headers = {"ETag": etag, "Last-Modified": "Wed, 21 Oct 2015 07:28:00 GMT"}
        if request.headers.get("If-None-Match") == etag:
            return Response(b"", 304, headers)
        return Response(body, 200, headers)

    server.expect_request("/a").respond_with_handler(answer)


def test_the_second_fetch_is_conditional(httpserver: HTTPServer, tmp_path: Path) -> None:
    versioned(httpserver)
    origin, cache = httpserver.url_for("/a"), tmp_path / "not" / "there"

    assert fetch(origin, cache=cache) == Fetched(origin, BODY, not_modified=False)
    assert fetch(origin, cache=cache) == Fetched(origin, BODY, not_modified=True)
    second = requests(httpserver)[1].headers
    assert second["If-None-Match"] == '"v1"'
    assert second["If-Modified-Since"] == "Wed, 21 Oct 2015 07:28:00 GMT"
    assert sorted(path.suffix for path in cache.iterdir()) == [".body", ".json"]


def test_a_new_body_replaces_the_cached_one(httpserver: HTTPServer, tmp_path: Path) -> None:
    versioned(httpserver)
    fetch(httpserver.url_for("/a"), cache=tmp_path)
    httpserver.clear()
    versioned(httpserver, body=BODY + b"x: 1\n", etag='"v2"')

    for not_modified in (False, True):
        fetched = fetch(httpserver.url_for("/a"), cache=tmp_path)
        assert (fetched.data, fetched.not_modified) == (BODY + b"x: 1\n", not_modified)


def test_urls_with_different_queries_have_separate_cache_entries(httpserver: HTTPServer, tmp_path: Path) -> None:
    versioned(httpserver)

    assert not fetch(httpserver.url_for("/a?v=1"), cache=tmp_path).not_modified
    assert not fetch(httpserver.url_for("/a?v=2"), cache=tmp_path).not_modified
    assert not [path for path in tmp_path.iterdir() if b"v=1" in path.read_bytes() or "v=1" in path.name]


@pytest.mark.parametrize(
    ("suffix", "damage"),
    [
        (".body", None),
        (".body", b""),
        (".body", BODY[:-1]),
        (".json", None),
        (".json", b""),
        (".json", b"[]"),
        (".json", b"{}"),
        (".json", b'{"conditions": {"If-None-Match": 1}, "sha256": ""}'),
        (".json", b'{"conditions": "x", "sha256": ""}'),
        (".json", b"\xff"),
    ],
)
def test_a_damaged_cache_entry_is_fetched_again(
    suffix: str, damage: bytes | None, httpserver: HTTPServer, tmp_path: Path
) -> None:
    versioned(httpserver)
    fetch(httpserver.url_for("/a"), cache=tmp_path)
    (path,) = tmp_path.glob(f"*{suffix}")
    path.unlink()
    if damage is not None:
        path.write_bytes(damage)

    fetched = fetch(httpserver.url_for("/a"), cache=tmp_path)

    assert (fetched.data, fetched.not_modified) == (BODY, False)
    assert "If-None-Match" not in requests(httpserver)[1].headers
    assert fetch(httpserver.url_for("/a"), cache=tmp_path).not_modified


def test_a_cached_etag_cannot_inject_headers(httpserver: HTTPServer, tmp_path: Path) -> None:
    versioned(httpserver)
    fetch(httpserver.url_for("/a"), cache=tmp_path)
    (path,) = tmp_path.glob("*.json")
    kept = json.loads(path.read_text(encoding="utf-8"))
    kept["conditions"] = {"If-None-Match": '"v1"\r\nX-Other: 1'}
    path.write_text(json.dumps(kept), encoding="utf-8")

    assert fetch(httpserver.url_for("/a"), cache=tmp_path).data == BODY
    assert "X-Other" not in requests(httpserver)[1].headers


def test_a_cache_that_cannot_be_written_is_ignored(httpserver: HTTPServer, tmp_path: Path) -> None:
    versioned(httpserver)
    cache = tmp_path / "a file"
    cache.write_bytes(b"kept")

    assert fetch(httpserver.url_for("/a"), cache=cache).data == BODY
    assert cache.read_bytes() == b"kept"


def test_a_failed_replacement_of_a_cache_file_leaves_no_temporary_file(httpserver: HTTPServer, tmp_path: Path) -> None:
    versioned(httpserver)
    fetch(httpserver.url_for("/a"), cache=tmp_path)
    (body,) = tmp_path.glob("*.body")
    body.unlink()
    (body / "in the way").mkdir(parents=True)

    assert fetch(httpserver.url_for("/a"), cache=tmp_path).data == BODY
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".body", ".json"]


def test_failures_and_responses_without_validators_are_not_cached(httpserver: HTTPServer, tmp_path: Path) -> None:
    httpserver.expect_request("/plain").respond_with_data(BODY)
    httpserver.expect_request("/gone").respond_with_data("gone", status=404, headers={"ETag": '"v1"'})

    fetch(httpserver.url_for("/plain"), cache=tmp_path)
    refusal(httpserver.url_for("/gone"), cache=tmp_path)

    assert list(tmp_path.iterdir()) == []
