"""`venice.x402` against a server that checks sign-ins, sends terms, and settles each payment once."""

from __future__ import annotations

import asyncio
import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct

from venice_client import AsyncVenice, AuthenticationError, PaymentRequiredError, RequestValidationError, Venice
from venice_client._core.retry.policy import Clock
from venice_client.wallets import EVMWallet
from venice_client.wallets.errors import TopUpUncertainError, UnexpectedTermsError

RECEIVER = "0x" + "22" * 20
OPTION = {
    "scheme": "exact", "network": "eip155:8453", "amount": "5000000", "payTo": RECEIVER, "maxTimeoutSeconds": 60,
    "asset": "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913", "extra": {"name": "USD Coin", "version": "2"},
}  # fmt: skip


class Vendor:
    """Settles each payment once, whatever it responds."""

    def __init__(self) -> None:
        self.settled: dict[str, int] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.nonces: list[str] = []
        self.lost = 0
        """How many settlements are answered with 504 although they were made."""
        self.ahead = 0
        """Seconds by which the server's clock is ahead of this machine's."""
        self.option = dict(OPTION)
        vendor = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_args: Any) -> None:
                pass

            def do_GET(self) -> None:
                self._answer(*vendor.get(self.path, self._headers()))

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self._answer(*vendor.post(self.path, self._headers()))

            def date_time_string(self, timestamp: float | None = None) -> str:
                return formatdate(time.time() + vendor.ahead, usegmt=True)

            def _headers(self) -> dict[str, str]:
                found = {name.lower(): value for name, value in self.headers.items()}
                vendor.requests.append((f"{self.command} {self.path}", found))
                return found

            def _answer(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
                content = json.dumps(body).encode()
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/api/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def get(self, path: str, headers: dict[str, str]) -> tuple[int, Any]:
        signed = json.loads(base64.b64decode(headers["sign-in-with-x"]))
        issued = datetime.fromisoformat(signed["message"].split("Issued At: ")[1].splitlines()[0]).timestamp()
        if not -300 < issued - (time.time() + self.ahead) < 30:
            return 401, {"error": {"message": "expired", "code": "X402_SIGN_IN_EXPIRED"}}
        signer = Account.recover_message(encode_defunct(text=signed["message"]), signature=signed["signature"])
        self.nonces.append(signed["message"].split("Nonce: ")[1][:16])
        if signer != signed["address"] or signer not in path:
            return 403, {"error": "another wallet"}
        if "transactions" in path:
            return 200, {"success": True, "data": {"transactions": [], "pagination": {"hasMore": False}}}
        data = {"walletAddress": signer, "balanceUsd": sum(self.settled.values()) / 10**6, "canConsume": True}
        return 200, {"success": True, "data": data}

    def post(self, _path: str, headers: dict[str, str]) -> tuple[int, Any, dict[str, str]]:
        payment = headers.get("payment-signature")
        if payment is None:
            terms = {"x402Version": 2, "accepts": [self.option]}
            return 402, terms, {"PAYMENT-REQUIRED": base64.b64encode(json.dumps(terms).encode()).decode()}
        value = int(json.loads(base64.b64decode(payment))["payload"]["authorization"]["value"])
        self.settled.setdefault(payment, value)
        if self.lost:
            self.lost -= 1
            return 504, {"error": "SETTLEMENT_TIMEOUT"}, {}
        data = {"walletAddress": "0x0", "amountCredited": value / 10**6, "newBalance": 1, "paymentId": "p"}
        return 200, {"success": True, "data": data}, {}


async def no_wait(_seconds: float) -> None: ...


IMPATIENT = Clock(sleep=lambda _seconds: None, sleep_async=no_wait)


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    with Vendor() as running:
        yield running


Work = Callable[[Any], Any]


def run_sync(vendor: Vendor, work: Work, **options: Any) -> Any:
    with Venice(base_url=vendor.url, **options) as venice:
        venice._clock = IMPATIENT
        return work(venice)


def run_async(vendor: Vendor, work: Work, **options: Any) -> Any:
    async def run() -> Any:
        async with AsyncVenice(base_url=vendor.url, **options) as venice:
            venice._clock = IMPATIENT
            return await work(venice)

    return asyncio.run(run())


@pytest.fixture(params=[run_sync, run_async], ids=["sync", "async"])
def run(request: pytest.FixtureRequest) -> Callable[..., Any]:
    found: Callable[..., Any] = request.param
    return found


def test_a_top_up_pays_the_requested_amount_once(vendor: Vendor, run: Callable[..., Any]) -> None:
    found = run(vendor, lambda venice: venice.x402.top_up(amount_usd=20), auth=EVMWallet("11" * 32))
    assert found.data.amount_credited == 20
    assert list(vendor.settled.values()) == [20_000_000]
    for _line, headers in vendor.requests:
        assert "authorization" not in headers
        assert "sign-in-with-x" not in headers


def test_a_lost_response_never_pays_twice(vendor: Vendor, run: Callable[..., Any]) -> None:
    wallet = EVMWallet("12" * 32)
    vendor.lost = 2
    run(vendor, lambda venice: venice.x402.top_up(amount_usd=20), auth=wallet)
    assert list(vendor.settled.values()) == [20_000_000]
    vendor.lost = 4
    with pytest.raises(TopUpUncertainError):
        run(vendor, lambda venice: venice.x402.top_up(amount_usd=7), auth=wallet)
    with pytest.raises(TopUpUncertainError, match="another one"):
        run(vendor, lambda venice: venice.x402.top_up(amount_usd=8), auth=wallet)
    run(vendor, lambda venice: venice.x402.top_up(amount_usd=7), auth=wallet)
    assert sorted(vendor.settled.values()) == [7_000_000, 20_000_000]


def test_changed_terms_are_refused(vendor: Vendor, run: Callable[..., Any]) -> None:
    vendor.option["amount"] = "50000000"
    with pytest.raises(UnexpectedTermsError):
        run(vendor, lambda venice: venice.x402.top_up(amount_usd=20, wallet=EVMWallet("11" * 32)), api_key="a-key")
    with pytest.raises(RequestValidationError, match="wallet is required"):
        run(vendor, lambda venice: venice.x402.top_up(amount_usd=20), api_key="a-key")
    assert not vendor.settled


def test_balance_and_transactions_default_to_the_address_of_the_client(vendor: Vendor, run: Callable[..., Any]) -> None:
    wallet = EVMWallet("13" * 32)
    assert run(vendor, lambda venice: venice.x402.balance(), auth=wallet).data.wallet_address == wallet.address
    assert run(vendor, lambda venice: venice.x402.transactions(), auth=wallet).data.transactions == []
    assert len(set(vendor.nonces)) == 2
    with pytest.raises(RequestValidationError, match="wallet_address is required"):
        run(vendor, lambda venice: venice.x402.balance(), api_key="a-key")


@pytest.mark.parametrize("ahead", [7200, -7200])
def test_the_date_of_the_server_corrects_a_wrong_clock(vendor: Vendor, run: Callable[..., Any], ahead: int) -> None:
    vendor.ahead = ahead
    wallet = EVMWallet("15" * 32)
    assert run(vendor, lambda venice: venice.x402.balance(), auth=wallet).data.wallet_address == wallet.address
    assert len(vendor.requests) == 2
    run(vendor, lambda venice: venice.x402.balance(), auth=wallet)
    assert len(vendor.requests) == 3


def test_the_clock_is_corrected_only_once_per_call(vendor: Vendor, run: Callable[..., Any]) -> None:
    jumps = iter(range(3600, 10**9, 3600))

    def refuse(path: str, headers: dict[str, str]) -> tuple[int, Any]:
        vendor.ahead = next(jumps)
        return 401, {"error": "no"}

    vendor.get = refuse  # type: ignore[method-assign]
    with pytest.raises(AuthenticationError):
        run(vendor, lambda venice: venice.x402.balance(), auth=EVMWallet("17" * 32))
    assert len(vendor.requests) == 2


def test_a_sign_in_refused_for_another_reason_is_not_repeated(vendor: Vendor, run: Callable[..., Any]) -> None:
    wallet = EVMWallet("16" * 32)
    wallet.clock.now = lambda: 0.0  # type: ignore[method-assign]
    with pytest.raises(AuthenticationError):
        run(vendor, lambda venice: venice.x402.balance(), auth=wallet)
    assert len(vendor.requests) == 1


def test_inference_without_balance_raises_and_never_pays(vendor: Vendor, run: Callable[..., Any]) -> None:
    def chat(venice: Any) -> Any:
        return venice.chat.completions.create(model="m", messages=[{"role": "user", "content": "hi"}])

    with pytest.raises(PaymentRequiredError) as raised:
        run(vendor, chat, auth=EVMWallet("14" * 32))
    assert raised.value.payment_required["x402Version"] == 2
    assert not vendor.settled
