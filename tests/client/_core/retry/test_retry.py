"""Which calls are retried, when, and which never are: the retry table over a real connection, with both clients."""

from __future__ import annotations

import asyncio
import io
import logging
import pickle
import time
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

import pytest

from tests.table import table
from venice_client import (
    AsyncVenice,
    BadRequestError,
    RateLimitError,
    RequestValidationError,
    ServerError,
    Venice,
    VeniceAPIError,
    VeniceConnectionError,
    VeniceTimeoutError,
)
from venice_client._core.retry.policy import TABLE, Attempt, Clock, RetryPolicy, decide

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Loopback

OK = '{"data": []}'
WHISPER = "openai/whisper-large-v3"


class Waits:
    """A clock whose sleeps are recorded and take no time."""

    def __init__(self) -> None:
        self.all: list[float] = []
        self.clock = Clock(sleep=self.all.append, sleep_async=self._sleep, chance=lambda: 0.5)

    async def _sleep(self, seconds: float) -> None:
        self.all.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> Waits:
    found = Waits()
    for kind in (Venice, AsyncVenice):
        original = kind.__init__

        def init(self: Any, *arguments: Any, _original: Any = original, **options: Any) -> None:
            _original(self, *arguments, **options)
            self._clock = found.clock

        monkeypatch.setattr(kind, "__init__", init)
    return found


def paid(venice: Any) -> Any:
    return venice.embeddings.create(model="m", input="a")


def free(venice: Any) -> Any:
    return venice.audio.quote(model="m", duration_seconds=10)


def read(venice: Any) -> Any:
    return venice.models.list()


def unknown(venice: Any) -> Any:
    return venice.request("POST", "/tee/attestation", json={})


WORKS = {"read": read, "write": free, "paid": paid, "unknown": unknown}


def fail(server: Loopback, failure: str) -> None:
    if failure.isdigit():
        server.answer('{"error": "no"}', status=int(failure))
    else:
        server.say(then={"reset": "reset", "hang": "hold", "close": "close"}[failure])


MATRIX = {
    # failure: kinds of call that are retried
    "429": ("read", "write", "paid", "unknown"),
    "503": ("read", "write", "paid", "unknown"),
    "500": ("read",),
    "502": ("read",),
    "504": ("read",),
    "524": ("read",),
    "reset": ("read",),
    "close": ("read",),
    "hang": ("read",),
    "400": (),
    "401": (),
    "404": (),
    "409": ("read",),
}


@pytest.mark.parametrize("kind", WORKS)
@pytest.mark.parametrize("failure", MATRIX)
def test_each_failure_is_retried_as_the_kind_of_call_allows(
    server: Loopback, call: Caller, waits: Waits, failure: str, kind: str
) -> None:
    fail(server, failure)
    fail(server, failure)
    server.answer(OK)
    options: dict[str, Any] = {"max_retries": 2, "timeout": 0.3 if failure == "hang" else 5}
    if kind in MATRIX[failure]:
        call(server.url, WORKS[kind], **options)
        assert len(server.requests) == 3
        assert waits.all == [0.375, 0.75]
        return
    with pytest.raises((VeniceAPIError, VeniceConnectionError)) as caught:
        call(server.url, WORKS[kind], **options)
    assert len(server.requests) == 1
    assert waits.all == []
    perhaps = failure in ("502", "504", "524", "reset", "close", "hang")
    assert ("may have been done and charged" in str(caught.value)) == (perhaps and kind in ("paid", "unknown"))
    assert ("may have been carried out" in str(caught.value)) == (perhaps and kind == "write")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.parametrize("failure", ["500", "502", "504", "reset", "hang"])
def test_retry_paid_retries_paid_calls(server: Loopback, call: Caller, waits: Waits, failure: str) -> None:
    fail(server, failure)
    server.answer(OK)
    call(server.url, paid, max_retries=1, retry_paid=True, timeout=0.3)
    assert len(server.requests) == 2


def test_a_failed_connect_is_retried_for_paid_calls(call: Caller, waits: Waits) -> None:
    with pytest.raises(VeniceConnectionError, match="Tried 3 times") as caught:
        call("http://127.0.0.1:1", paid, max_retries=2)
    assert caught.value.kind == "connect"
    assert "paid" not in str(caught.value)
    assert len(waits.all) == 2


def test_the_last_error_is_raised_with_the_number_of_attempts(server: Loopback, call: Caller, waits: Waits) -> None:
    fail(server, "503")
    with pytest.raises(ServerError, match="Tried 3 times"):
        call(server.url, paid, max_retries=2)
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Retry-After": "7"}, 7.35),
        ({"Retry-After": "50"}, 50.5),
        ({"Retry-After": "0"}, 0.375),
        ({"Retry-After": "soon"}, 0.375),
        ({"x-ratelimit-reset-requests": "7"}, 7.35),
        ({"Retry-After": "3", "x-ratelimit-reset-requests": "7"}, 3.15),
    ],
)
def test_the_retry_waits_as_long_as_the_server_asks(
    server: Loopback, call: Caller, waits: Waits, headers: dict[str, str], expected: float
) -> None:
    server.answer("{}", status=429, headers=headers)
    server.answer(OK)
    call(server.url, paid, max_retries=1)
    assert waits.all == [pytest.approx(expected)]


@pytest.mark.parametrize("name", ["Retry-After", "x-ratelimit-reset-requests"])
def test_a_date_in_a_wait_header_is_accepted(server: Loopback, call: Caller, waits: Waits, name: str) -> None:
    moment = time.time() + 20
    server.answer(
        "{}", status=429, headers={name: formatdate(moment, usegmt=True) if "A" in name else str(int(moment))}
    )
    server.answer(OK)
    call(server.url, paid, max_retries=1)
    assert waits.all == [pytest.approx(20, abs=2.5)]


def test_a_wait_over_the_limit_raises_at_once_with_retry_after(server: Loopback, call: Caller, waits: Waits) -> None:
    server.answer("{}", status=429, headers={"Retry-After": "120"})
    with pytest.raises(RateLimitError, match=r"requests a wait of 12\d s, and max_retry_wait is 60 s") as caught:
        call(server.url, paid, max_retries=2)
    assert caught.value.retry_after == 120
    assert (len(server.requests), waits.all) == (1, [])
    server.answer("{}", status=429, headers={"Retry-After": "120"})
    server.answer(OK)
    call(server.url, paid, max_retries=2, max_retry_wait=300)
    assert waits.all[-1] == pytest.approx(120.5)


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "1"}])
def test_no_wait_within_the_limit_is_left_out(
    server: Loopback, call: Caller, waits: Waits, headers: dict[str, str]
) -> None:
    """The client's own waits grow to the limit, and what spreads a stated wait does not count."""
    for _ in range(5):
        server.answer("{}", status=503, headers=headers)
    server.answer(OK)
    call(server.url, paid, max_retries=5, max_retry_wait=1)
    assert len(server.requests) == 6
    assert max(waits.all) <= 1.05


class Once(io.RawIOBase):
    """A file that can be read once."""

    def __init__(self) -> None:
        self._data = b"once"

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece, self._data = self._data, b""
        buffer[: len(piece)] = piece
        return len(piece)


def test_a_file_is_rewound_before_a_retry(server: Loopback, call: Caller, waits: Waits) -> None:
    fail(server, "503")
    server.answer(OK)
    file = io.BytesIO(b"the picture" * 100_000)
    call(server.url, lambda venice: venice.audio.transcriptions.create(model=WHISPER, file=file), max_retries=1)
    assert [request.count(b"the picture") for request in server.requests] == [100_000, 100_000]
    assert not file.closed


def test_a_file_that_cannot_be_rewound_is_read_once_and_retried(server: Loopback, call: Caller, waits: Waits) -> None:
    fail(server, "503")
    with pytest.raises(ServerError):
        call(server.url, lambda venice: venice.audio.transcriptions.create(model=WHISPER, file=Once()), max_retries=2)
    assert [b"once" in request for request in server.requests] == [True] * 3


def test_an_idempotency_key_allows_the_retry_of_a_paid_call(server: Loopback, call: Caller, waits: Waits) -> None:
    def rpc(venice: Any) -> Any:
        body = {"jsonrpc": "2.0", "method": "eth_blockNumber", "params": [], "id": 1}
        operation = venice_operation("POST /crypto/rpc/{network}")
        return venice.send(operation, {"network": "base", "idempotency_key": "one"}, body)

    fail(server, "reset")
    server.answer("{}")
    call(server.url, rpc, max_retries=2)
    assert len(server.requests) == 2


def venice_operation(key: str) -> Any:
    from venice_client.api import OPERATIONS

    return OPERATIONS[key]


def test_each_attempt_is_reported_to_on_attempt_and_logged(
    server: Loopback, call: Caller, waits: Waits, caplog: pytest.LogCaptureFixture
) -> None:
    reported: list[Attempt] = []
    fail(server, "503")
    fail(server, "reset")
    server.answer(OK)
    with caplog.at_level(logging.DEBUG, "venice_client"):
        call(server.url, read, max_retries=3, on_attempt=reported.append)
    assert [(item.number, item.status, item.error, item.wait) for item in reported] == [
        (1, 503, None, 0.375),
        (2, None, "reset", 0.75),
        (3, 200, None, None),
    ]
    assert {item.operation for item in reported} == {"GET /models"}
    lines = [record.getMessage() for record in caplog.records if record.name == "venice_client"]
    assert len(lines) == 3
    assert lines[0].startswith("GET /models: attempt 1, 503 in ")
    assert lines[0].endswith("again in 0.38 s")


def test_an_exception_in_on_attempt_does_not_lose_the_response(
    server: Loopback, call: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    def hook(attempt: Attempt) -> None:
        raise KeyError(attempt.number)

    server.answer(OK)
    assert call(server.url, read, on_attempt=hook).data == []
    assert "on_attempt raised" in caplog.text


def test_auth_is_called_for_each_attempt(server: Loopback, call: Caller, waits: Waits) -> None:
    keys = iter(["one", "two"])
    fail(server, "503")
    server.answer(OK)
    call(server.url, read, api_key=None, auth=lambda: next(keys), max_retries=1)
    assert [b"Bearer one" in server.requests[0], b"Bearer two" in server.requests[1]] == [True, True]


def test_with_options_shares_connections_and_budget(server: Loopback, waits: Waits) -> None:
    fail(server, "503")
    with Venice("k", base_url=server.url) as venice:
        _ = venice.models
        other = venice.with_options(max_retries=0, timeout=3)
        with pytest.raises(ServerError):
            other.models.list()
        assert len(server.requests) == 1
        assert other.models._client is other
        assert venice.models._client is venice
        assert (other.timeout, venice.timeout) == (3, None)
        assert other.with_options(timeout=None).timeout is None
        assert (other._transport, other._budget) == (venice._transport, venice._budget)
        other.close()
        assert venice._transport._sender is not None


def test_retry_options_survive_pickling() -> None:
    venice = Venice("k", max_retries=5, retry_paid=True, max_retry_wait=1, on_attempt=print)
    other = pickle.loads(pickle.dumps(venice))
    assert other._retry == RetryPolicy(max_retries=5, retry_paid=True, max_wait=1)


@pytest.mark.parametrize(
    "options", [{"max_retries": -1}, {"max_retries": 1.5}, {"max_retry_wait": "x"}, {"on_attempt": 3}]
)
def test_invalid_retry_options_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(RequestValidationError, match=next(iter(options))):
        Venice("k", **options)
    with pytest.raises(RequestValidationError):
        AsyncVenice("k").with_options(**options)


def test_the_retry_table_names_each_failure_once_and_is_never_stricter_for_reads() -> None:
    assert len({rule.failure for rule in TABLE}) == len(TABLE)
    order = ["no", "opt-in", "yes"]
    for rule in TABLE:
        assert order.index(rule.paid) <= order.index(rule.read)
        assert not (rule.perhaps_done and rule.paid == "yes")


DECIDED = {
    # status: whether a read, a write and a paid call are retried, and whether a paid one may have been charged
    400: ("no", "no", "no", False),
    408: ("yes", "no", "opt-in", True),
    409: ("yes", "no", "no", False),
    425: ("yes", "yes", "yes", False),
    429: ("yes", "yes", "yes", False),
    500: ("yes", "no", "opt-in", False),
    501: ("no", "no", "no", False),
    502: ("yes", "no", "opt-in", True),
    503: ("yes", "yes", "yes", False),
    504: ("yes", "no", "opt-in", True),
    505: ("no", "no", "no", False),
    **dict.fromkeys((520, 522, 524, 527), ("yes", "no", "opt-in", True)),
    **dict.fromkeys((521, 523, 525, 526, 529, 530), ("yes", "no", "opt-in", False)),
}


@table("status", DECIDED)
@table("kind", ["read", "write", "paid"])
def test_each_status_has_a_retry_decision_for_each_kind_of_call(status: int, kind: Any) -> None:
    *again, is_charged = DECIDED[status]
    for retry_paid in (False, True):
        error = VeniceAPIError("x", status=status)
        policy = RetryPolicy(retry_paid=retry_paid)
        verdict = decide(error, number=1, kind=kind, can_be_sent=True, policy=policy, chance=0.5)
        rule = dict(zip(("read", "write", "paid"), again, strict=True))[kind]
        assert (verdict.wait is not None) == (rule == "yes" or (rule == "opt-in" and retry_paid))
        assert verdict.may_have_been_charged == (is_charged and kind == "paid")


def test_waits_grow_exponentially_with_jitter() -> None:
    error = VeniceConnectionError("x", kind="connect")
    policy = RetryPolicy(max_retries=50)

    def waits(chance: float) -> list[float | None]:
        return [
            decide(error, number=n, kind="read", can_be_sent=True, policy=policy, chance=chance).wait
            for n in (1, 2, 3, 4, 5, 40)
        ]

    assert waits(1.0) == [0.5, 1, 2, 4, 8, 8]
    assert waits(0.0) == [0.25, 0.5, 1, 2, 4, 4]


def test_a_refused_request_is_not_retried(server: Loopback, call: Caller, waits: Waits) -> None:
    server.answer("{}", status=400)
    with pytest.raises(BadRequestError):
        call(server.url, read, max_retries=5)
    assert len(server.requests) == 1


def test_a_timeout_of_all_attempts_raises_a_timeout_error(server: Loopback, call: Caller, waits: Waits) -> None:
    fail(server, "hang")
    with pytest.raises(VeniceTimeoutError, match="Tried 2 times") as caught:
        call(server.url, read, max_retries=1, timeout=0.2)
    assert caught.value.kind == "timeout"
