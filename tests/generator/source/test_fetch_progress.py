"""What a caller and a terminal learn of a fetch while it runs."""

from __future__ import annotations

import io
import logging
import re
import sys
import time

import pytest
import stamina
from pytest_httpserver import HTTPServer

from generator.console import terminal_progress
from generator.source.fetch import fetch
from tests.generator.source.fetching import BODY, raw_server

pytestmark = pytest.mark.usefixtures("retries_do_not_wait")

real_sleep = time.sleep


class Seen:
    """A progress that records its calls."""

    def __init__(self) -> None:
        self.counts: list[tuple[int, int | None]] = []
        self.retries: list[str] = []

    def received(self, done: int, total: int | None) -> None:
        self.counts.append((done, total))

    def retrying(self, text: str) -> None:
        self.retries.append(text)


def test_progress_counts_the_received_bytes(httpserver: HTTPServer) -> None:
    body = BODY * 10_000
    httpserver.expect_request("/a").respond_with_data(body)
    seen = Seen()

    fetch(httpserver.url_for("/a"), progress=seen)

    assert seen.counts[-1] == (len(body), len(body))
    assert seen.counts == sorted(seen.counts)


def test_progress_without_a_length_has_no_total() -> None:
    seen = Seen()

    with raw_server(b"HTTP/1.1 200 OK\r\n\r\n" + BODY) as origin:
        fetch(origin, progress=seen)

    assert seen.counts[-1] == (len(BODY), None)


def test_a_retry_is_reported_only_to_the_progress(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # as in a process that configures no logging
    hooks = stamina.instrumentation.get_on_retry_hooks()
    seen = Seen()
    busy, good = b"HTTP/1.1 503 Busy\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n" + BODY

    with raw_server(busy, good, busy, good) as origin:
        fetch(origin)
        fetch(origin, progress=seen)

    assert seen.retries == ["attempt 2 of 4 in 0.0 s: the response is status 503"]
    assert capfd.readouterr().err == ""
    assert stamina.instrumentation.get_on_retry_hooks() == hooks


def test_a_retry_is_reported_on_the_progress_line(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = Terminal()
    monkeypatch.setattr(sys, "stderr", stderr)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    stamina.set_testing(False)
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _: real_sleep(0.3))  # the line is drawn every 0.1 s
    httpserver.expect_ordered_request("/a").respond_with_data("[b]", status=503)
    httpserver.expect_ordered_request("/a").respond_with_data(BODY)

    with terminal_progress() as progress:
        fetch(httpserver.url_for("/a"), progress=progress)

    assert re.search(r'attempt 2 of 4 in [01]\.\d s: the response is status 503, "\[b\]"', stderr.getvalue())


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_progress_is_drawn_only_on_a_terminal(
    stream: type[io.StringIO], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stderr = stream()
    monkeypatch.setattr(sys, "stderr", stderr)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")

    with terminal_progress() as progress:
        if progress is not None:
            progress.received(500_000, 1_000_000)
            progress.received(1_000_000, 1_000_000)

    assert ("1.0/1.0 MB" in stderr.getvalue()) == (stream is Terminal)
    assert capsys.readouterr().out == ""
