"""
Payments against the official x402 package: its server writes the terms, its facilitators verify what is signed.

The package brings web3 along, so it is not in the development environment: `pip install 'x402[evm,svm]'`.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from venice_client import PaymentRequiredError, Venice
from venice_client.wallets import EVMWallet, SolanaWallet
from venice_client.wallets.errors import UnexpectedTermsError

pytest.importorskip("x402.mechanisms.evm.exact.facilitator", reason="needs x402[evm,svm]", exc_type=ImportError)
pytest.importorskip("x402.mechanisms.svm.exact.facilitator", reason="needs x402[evm,svm]", exc_type=ImportError)

RECEIVER = "0x" + "22" * 20
SOLANA_RECEIVER = "9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM"
BLOCKHASH = "4sGjMW1sUnHzSxGspuhpqLDx6wiyjNtZAMdL4VZHirAn"


class Chain:
    """What the official facilitators need of a chain: an ordinary account, and transfers that succeed."""

    def __init__(self, fee_payer: str = "") -> None:
        self.fee_payer = fee_payer

    def get_addresses(self) -> list[str]:
        return [self.fee_payer]

    def get_code(self, address: str) -> bytes:
        return b"\x01" if address.lower() == EVMWallet.asset else b""

    def read_contract(self, *_arguments: Any) -> int:
        return 10**12

    def sign_transaction(self, transaction: str, *_arguments: Any) -> str:
        return transaction

    def simulate_transaction(self, *_arguments: Any) -> None:
        pass


class Seller:
    """A server of top-ups made of the official package's types and headers."""

    def __init__(self, network: str, price: str, pay_to: str, fee_payer: str = "", version: int = 2) -> None:
        from x402.mechanisms.evm.exact.facilitator import ExactEvmScheme as EvmFacilitator
        from x402.mechanisms.evm.exact.server import ExactEvmScheme
        from x402.mechanisms.svm.exact.facilitator import ExactSvmScheme as SvmFacilitator
        from x402.mechanisms.svm.exact.server import ExactSvmScheme
        from x402.schemas import PaymentRequirements

        evm = network.startswith("eip155")
        asset = (ExactEvmScheme() if evm else ExactSvmScheme()).parse_price(price, network)
        extra = dict(asset.extra or {}) | ({} if evm else {"feePayer": fee_payer})
        self.requirements = PaymentRequirements(
            scheme="exact", network=network, asset=asset.asset, amount=asset.amount, pay_to=pay_to,
            max_timeout_seconds=120, extra=extra,
        )  # fmt: skip
        self.facilitator: Any = (EvmFacilitator if evm else SvmFacilitator)(Chain(fee_payer))
        self.version = version
        self.payments: list[Any] = []
        self.verdicts: list[Any] = []
        seller = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_arguments: Any) -> None:
                pass

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, headers, body = seller.answer(self.headers.get("PAYMENT-SIGNATURE"))
                content = json.dumps(body).encode()
                self.send_response(status)
                for name, value in {**headers, "Content-Type": "application/json"}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/api/v1"

    def answer(self, signature: str | None) -> tuple[int, dict[str, str], Any]:
        from x402.http.utils import (
            decode_payment_signature_header,
            encode_payment_required_header,
            encode_payment_response_header,
        )
        from x402.schemas import PaymentRequired, ResourceInfo, SettleResponse

        terms = PaymentRequired(accepts=[self.requirements], resource=ResourceInfo(url=self.url))
        terms = terms.model_copy(update={"x402_version": self.version})
        if signature is None:
            return 402, {"PAYMENT-REQUIRED": encode_payment_required_header(terms)}, {}
        payment = decode_payment_signature_header(signature)
        self.payments.append(payment)
        # The vendor takes any amount from its minimum on; the official facilitator takes the stated one.
        stated = self.requirements.model_copy(update={"amount": self.amount(payment)})
        verdict = self.facilitator.verify(payment, stated)
        self.verdicts.append(verdict)
        if not verdict.is_valid:
            return 402, {"PAYMENT-REQUIRED": encode_payment_required_header(terms)}, {"error": verdict.invalid_reason}
        settled = SettleResponse(
            success=True, payer=verdict.payer, transaction="0x" + "ab" * 32, network=self.requirements.network
        )
        credited = int(stated.amount) / 10**6
        data = {"walletAddress": verdict.payer, "amountCredited": credited, "newBalance": credited, "paymentId": "p"}
        header = encode_payment_response_header(settled)
        return 200, {"PAYMENT-RESPONSE": header}, {"success": True, "data": data}

    @staticmethod
    def amount(payment: Any) -> str:
        if "authorization" in payment.payload:
            return str(payment.payload["authorization"]["value"])
        from solders.transaction import VersionedTransaction

        transaction = VersionedTransaction.from_bytes(base64.b64decode(payment.payload["transaction"]))
        return str(int.from_bytes(bytes(transaction.message.instructions[2].data)[1:9], "little"))


@pytest.fixture
def sell() -> Iterator[Any]:
    running: list[tuple[Seller, threading.Thread]] = []

    def start(*arguments: Any, **options: Any) -> Seller:
        seller = Seller(*arguments, **options)
        thread = threading.Thread(target=seller.server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        running.append((seller, thread))
        return seller

    yield start
    for seller, thread in running:
        seller.server.shutdown()
        seller.server.server_close()
        thread.join(5)


def evm_wallet() -> EVMWallet:
    import secrets

    return EVMWallet(secrets.token_bytes(32))


def test_the_official_facilitator_accepts_a_payment_on_base(sell: Any) -> None:
    seller = sell("eip155:8453", "$5", RECEIVER)
    wallet = evm_wallet()
    with Venice(auth=wallet, base_url=seller.url) as venice:
        result = venice.x402.top_up(amount_usd=20)
    assert result.data.amount_credited == 20
    (payment,), (verdict,) = seller.payments, seller.verdicts
    assert (payment.x402_version, payment.accepted) == (2, seller.requirements)
    assert (verdict.is_valid, verdict.payer) == (True, wallet.address)
    assert payment.payload["authorization"]["value"] == "20000000"


@pytest.mark.parametrize("name", ["from", "to", "value", "validAfter", "validBefore", "nonce"])
def test_the_official_facilitator_refuses_a_changed_authorization(sell: Any, name: str) -> None:
    seller = sell("eip155:8453", "$5", RECEIVER)
    wallet = evm_wallet()
    with Venice(auth=wallet, base_url=seller.url) as venice:
        venice.x402.top_up(amount_usd=20)
    authorization = dict(seller.payments[0].payload["authorization"])
    changed = authorization[name][:-1] + ("1" if authorization[name][-1] != "1" else "2")
    payload = {**seller.payments[0].payload, "authorization": {**authorization, name: changed}}
    payment = seller.payments[0].model_copy(update={"payload": payload})
    stated = seller.requirements.model_copy(update={"amount": payload["authorization"]["value"]})
    assert not seller.facilitator.verify(payment, stated).is_valid


@pytest.mark.parametrize("memo", [None, "top-up 7"])
def test_the_official_facilitator_accepts_a_payment_on_solana(sell: Any, memo: str | None) -> None:
    from solders.keypair import Keypair

    fee_payer = str(Keypair().pubkey())
    seller = sell("solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp", "$5", SOLANA_RECEIVER, fee_payer=fee_payer)
    if memo is not None:
        seller.requirements.extra["memo"] = memo
    wallet = SolanaWallet(bytes(Keypair()), recent_blockhash=lambda: BLOCKHASH)
    with Venice(auth=wallet, base_url=seller.url) as venice:
        assert venice.x402.top_up(amount_usd="7.5").data.amount_credited == 7.5
    (verdict,) = seller.verdicts
    assert (verdict.is_valid, verdict.payer) == (True, wallet.address)


def test_terms_of_version_1_and_of_another_token_are_refused(sell: Any) -> None:
    for change, options in (({"asset": RECEIVER}, {}), ({"network": "eip155:1"}, {}), ({}, {"version": 1})):
        seller = sell("eip155:8453", "$5", RECEIVER, **options)
        seller.requirements = seller.requirements.model_copy(update=change)
        with Venice(auth=evm_wallet(), base_url=seller.url) as venice, pytest.raises(UnexpectedTermsError):
            venice.x402.top_up(amount_usd=20)
        assert not seller.payments


def test_the_error_of_a_call_without_balance_has_the_official_terms(sell: Any) -> None:
    from x402.schemas import PaymentRequired

    seller = sell("eip155:8453", "$5", RECEIVER)
    with Venice(auth=evm_wallet(), base_url=seller.url) as venice, pytest.raises(PaymentRequiredError) as raised:
        venice.chat.completions.create(model="m", messages=[{"role": "user", "content": "hi"}])
    found = PaymentRequired.model_validate(raised.value.payment_required)
    assert found.accepts == [seller.requirements]
