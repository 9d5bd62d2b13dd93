"""A top-up signs the caller's amount for the expected terms, and settles at most once."""

from __future__ import annotations

import base64
import contextlib
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from eth_account import Account

from venice_client import RequestValidationError
from venice_client._core.errors import (
    BadRequestError,
    ConflictError,
    PaymentRequiredError,
    ResponseDecodeError,
    ServerError,
    VeniceTimeoutError,
)
from venice_client.wallets import EVMWallet, SolanaWallet
from venice_client.wallets import top_up as module
from venice_client.wallets.errors import TopUpError, TopUpUncertainError, UnexpectedTermsError
from venice_client.wallets.top_up import Send, Wait, balance_was_read, base_units, top_up_flow

RECEIVER = "0x" + "22" * 20
OPTION = {
    "scheme": "exact",
    "network": "eip155:8453",
    "amount": "5000000",
    "asset": "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913",
    "payTo": RECEIVER,
    "maxTimeoutSeconds": 60,
    "extra": {"name": "USD Coin", "version": "2"},
}


class Server:
    """The server side of the flow: terms, then settlements from a list."""

    def __init__(self, *settlements: Any, option: dict[str, Any] | None = None, terms: Any = None) -> None:
        self.terms = {"x402Version": 2, "accepts": [OPTION if option is None else option]} if terms is None else terms
        self.settlements = list(settlements)
        self.payments: list[dict[str, Any]] = []
        self.headers: list[str] = []
        self.waited = 0.0

    def run(self, wallet: Any, amount: Any, **options: Any) -> Any:
        flow = top_up_flow(wallet, amount, **options)
        answer: Any = None
        try:
            while True:
                step = flow.send(answer)
                if isinstance(step, Wait):
                    self.waited += step.seconds
                    answer = None
                    continue
                assert isinstance(step, Send)
                if step.payment_signature is None:
                    answer = PaymentRequiredError("pay", status=402, body=self.terms)
                    continue
                self.headers.append(step.payment_signature)
                self.payments.append(json.loads(base64.b64decode(step.payment_signature)))
                answer = self.settlements.pop(0)
        except StopIteration as end:
            return end.value


@pytest.fixture
def wallet() -> Iterator[EVMWallet]:
    made = EVMWallet("11" * 32)
    yield made
    module._pending.clear()


@pytest.mark.parametrize("amount", [20, 20.0, "20", Decimal("20.00"), "20.000000"])
def test_the_requested_amount_is_signed_and_not_the_minimum(wallet: EVMWallet, amount: Any) -> None:
    server = Server("paid")
    assert server.run(wallet, amount) == "paid"
    payment = server.payments[0]
    authorization = payment["payload"]["authorization"]
    assert (payment["x402Version"], payment["accepted"]) == (2, OPTION)
    assert (authorization["value"], authorization["to"], authorization["from"]) == (
        "20000000",
        RECEIVER,
        wallet.address,
    )
    fields = [("from", "address"), ("to", "address"), ("value", "uint256"), ("validAfter", "uint256")]
    fields += [("validBefore", "uint256"), ("nonce", "bytes32")]
    domain = [("name", "string"), ("version", "string"), ("chainId", "uint256"), ("verifyingContract", "address")]
    typed = {
        "types": {
            "EIP712Domain": [{"name": name, "type": kind} for name, kind in domain],
            "TransferWithAuthorization": [{"name": name, "type": kind} for name, kind in fields],
        },
        "primaryType": "TransferWithAuthorization",
        "domain": {"name": "USD Coin", "version": "2", "chainId": 8453, "verifyingContract": OPTION["asset"]},
        "message": {
            **authorization,
            "value": 20000000,
            "validAfter": 0,
            "validBefore": int(authorization["validBefore"]),
        },
    }
    from eth_account.messages import encode_typed_data

    signed = encode_typed_data(full_message=typed)
    assert Account.recover_message(signed, signature=payment["payload"]["signature"]) == wallet.address


@pytest.mark.parametrize("amount", [0, -5, "five", True, 10_001, "5.0000001", float("nan"), float("inf"), None, [5]])
def test_an_invalid_amount_is_refused_before_anything_is_sent(wallet: EVMWallet, amount: Any) -> None:
    server = Server()
    with pytest.raises(RequestValidationError, match="amount_usd must be"):
        server.run(wallet, amount)
    assert not server.payments


def test_amounts_are_converted_exactly() -> None:
    assert base_units(0.1) == 100_000
    assert base_units("0.000001") == 1
    assert base_units(Decimal("9999.999999")) == 9_999_999_999


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"amount": "25000000"}, "least amount"),
        ({"amount": 5000000}, "base units"),
        ({"amount": "-1"}, "base units"),
        ({"asset": "0x" + "33" * 20}, "USDC"),
        ({"network": "eip155:1"}, "network"),
        ({"amount": "9" * 5000}, "base units"),
        ({"network": None}, "network"),
        ({"network": ["eip155:8453"]}, "network"),
        ({"network": {}}, "network"),
        ({"scheme": "upto"}, "scheme"),
        ({"payTo": "0x1234"}, "payTo"),
        ({"payTo": None}, "payTo"),
        ({"extra": {}}, "extra"),
    ],
)
def test_unexpected_terms_are_refused_and_nothing_is_signed(
    wallet: EVMWallet, change: dict[str, Any], reason: str
) -> None:
    server = Server(option={**OPTION, **change})
    with pytest.raises(UnexpectedTermsError, match=reason):
        server.run(wallet, 20)
    assert not server.payments


def test_an_unexpected_receiver_is_refused(wallet: EVMWallet) -> None:
    with pytest.raises(UnexpectedTermsError, match="payTo must be"):
        Server("paid").run(wallet, 20, pay_to="0x" + "44" * 20)
    assert Server("paid").run(wallet, 20, pay_to=RECEIVER.upper().replace("0X", "0x")) == "paid"


@pytest.mark.parametrize("terms", [{}, {"x402Version": 1, "accepts": [OPTION]}, {"x402Version": 2, "accepts": []}])
def test_terms_without_a_payment_option_are_refused(wallet: EVMWallet, terms: Any) -> None:
    with pytest.raises((UnexpectedTermsError, PaymentRequiredError)):
        Server(terms=terms).run(wallet, 20)


def test_success_without_a_payment_raises_an_error(wallet: EVMWallet) -> None:
    flow = top_up_flow(wallet, 20)
    next(flow)
    with pytest.raises(TopUpError, match="nothing was paid"):
        flow.send("credited")


def test_an_uncertain_payment_is_resent_unchanged(wallet: EVMWallet) -> None:
    server = Server(
        ServerError("late", status=504), VeniceTimeoutError("silent"), ConflictError("in progress", status=409), "paid"
    )
    assert server.run(wallet, 20) == "paid"
    assert len(set(server.headers)) == 1
    assert len(server.headers) == 4
    assert server.waited > 0


def test_after_an_unknown_outcome_no_other_payment_is_signed(wallet: EVMWallet) -> None:
    lost = [ServerError("late", status=504)] * 4
    server = Server(*lost, "paid", "paid again")
    with pytest.raises(TopUpUncertainError) as raised:
        server.run(wallet, 20)
    assert raised.value.may_have_been_charged
    with pytest.raises(TopUpUncertainError, match="another one"):
        server.run(wallet, 30)
    assert server.run(wallet, 20) == "paid"
    assert len(set(server.headers)) == 1
    assert server.run(wallet, 20) == "paid again"
    assert len(set(server.headers)) == 2


def test_another_object_of_the_same_wallet_does_not_pay_twice(wallet: EVMWallet) -> None:
    server = Server(*[ServerError("late", status=504)] * 4, "paid")
    with pytest.raises(TopUpUncertainError):
        server.run(wallet, 20)
    again = EVMWallet("11" * 32)
    with pytest.raises(TopUpUncertainError, match="another one"):
        server.run(again, 30)
    assert server.run(again, 20) == "paid"
    assert len(set(server.headers)) == 1


def test_concurrent_calls_sign_one_payment(wallet: EVMWallet) -> None:
    flows = [top_up_flow(wallet, 20), top_up_flow(wallet, 20)]
    terms = PaymentRequiredError("pay", status=402, body={"x402Version": 2, "accepts": [OPTION]})
    for flow in flows:
        assert next(flow) == Send(None)
    assert len({flow.send(terms) for flow in flows}) == 1


def test_two_threads_that_sign_at_once_send_one_payment(wallet: EVMWallet, monkeypatch: pytest.MonkeyPatch) -> None:
    signing = threading.Barrier(2)
    sign = EVMWallet.payment

    def slow(self: EVMWallet, *arguments: Any, **options: Any) -> Any:
        with contextlib.suppress(threading.BrokenBarrierError):
            signing.wait(timeout=0.3)  # until both threads are here, if that can happen
        return sign(self, *arguments, **options)

    monkeypatch.setattr(EVMWallet, "payment", slow)
    terms = PaymentRequiredError("pay", status=402, body={"x402Version": 2, "accepts": [OPTION]})

    def send(_: int) -> Any:
        flow = top_up_flow(wallet, 20)
        next(flow)
        return flow.send(terms)

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(send, range(2)))) == 1


@pytest.mark.parametrize(
    "refusal", [PaymentRequiredError("failed", status=402, body={}), BadRequestError("nonce used", status=400)]
)
def test_a_refusal_after_an_unknown_outcome_does_not_say_that_nothing_was_paid(
    wallet: EVMWallet, refusal: Exception
) -> None:
    server = Server(ServerError("late", status=504), refusal, refusal)
    for _ in range(2):
        with pytest.raises(TopUpUncertainError) as raised:
            server.run(wallet, 20)
        assert raised.value.__cause__ is refusal
    assert len(set(server.headers)) == 1


def test_a_refusal_after_an_unreadable_success_does_not_say_that_nothing_was_paid(wallet: EVMWallet) -> None:
    unreadable = ResponseDecodeError("not JSON", status=200, media_type="application/json", body=b"<html>")
    server = Server(*[unreadable] * 4, BadRequestError("nonce used", status=400))
    for _ in range(2):
        with pytest.raises(TopUpUncertainError):
            server.run(wallet, 20)
    assert len(set(server.headers)) == 1


def test_a_refusal_after_an_abandoned_call_does_not_say_that_nothing_was_paid(wallet: EVMWallet) -> None:
    terms = PaymentRequiredError("pay", status=402, body={"x402Version": 2, "accepts": [OPTION]})
    flow = top_up_flow(wallet, 20)
    next(flow)
    sent = flow.send(terms)
    flow.close()  # as where a task is cancelled, or the program interrupted
    server = Server(BadRequestError("nonce used", status=400))
    with pytest.raises(TopUpUncertainError):
        server.run(wallet, 20)
    assert isinstance(sent, Send)
    assert server.headers == [sent.payment_signature]


def test_what_was_never_sent_leaves_a_payment_as_it_was(wallet: EVMWallet) -> None:
    server = Server(RequestValidationError(["a header"]), BadRequestError("no funds", status=400), "paid")
    for error in (RequestValidationError, BadRequestError):
        with pytest.raises(error):
            server.run(wallet, 20)
    assert server.run(wallet, 20) == "paid"


def test_another_payment_is_signed_once_the_first_expired_and_the_balance_was_read(
    wallet: EVMWallet, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    server = Server(*[ServerError("late", status=504)] * 4, "paid")
    with pytest.raises(TopUpUncertainError):
        server.run(wallet, 20)
    balance_was_read(wallet.address)  # too early: the payment can still settle
    with pytest.raises(TopUpUncertainError):
        server.run(wallet, 30)
    later = time.time() + 400
    monkeypatch.setattr(time, "time", lambda: later)
    balance_was_read(wallet.address)
    assert server.run(wallet, 30) == "paid"


@pytest.mark.parametrize(
    "refusal", [PaymentRequiredError("settlement failed", status=402, body={}), BadRequestError("no funds", status=400)]
)
def test_a_new_payment_can_be_signed_after_a_refusal(wallet: EVMWallet, refusal: Exception) -> None:
    server = Server(refusal, "paid")
    with pytest.raises(type(refusal)):
        server.run(wallet, 20)
    assert server.run(wallet, 30) == "paid"
    assert len(set(server.headers)) == 2


def test_a_signed_payment_expires_soon(wallet: EVMWallet) -> None:
    import time

    for stated, longest in ((60, 60), (10**9, 300), (None, 300), (-1, 300)):
        server = Server("paid", option={**OPTION, "maxTimeoutSeconds": stated})
        server.run(wallet, 20)
        until = int(server.payments[0]["payload"]["authorization"]["validBefore"])
        assert time.time() < until <= time.time() + longest + 1


def test_a_solana_payment_is_a_transaction_with_exactly_four_instructions() -> None:
    from solders.keypair import Keypair
    from solders.message import to_bytes_versioned
    from solders.transaction import VersionedTransaction

    payer, receiver = Keypair(), Keypair()
    wallet = SolanaWallet(bytes(range(32)), recent_blockhash=lambda: "4sGjMW1sUnHzSxGspuhpqLDx6wiyjNtZAMdL4VZHirAn")
    option = {
        **OPTION,
        "network": "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp",
        "asset": "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v",
        "payTo": str(receiver.pubkey()),
        "extra": {"feePayer": str(payer.pubkey())},
    }
    server = Server("paid", option=option)
    assert server.run(wallet, 20) == "paid"
    transaction = VersionedTransaction.from_bytes(base64.b64decode(server.payments[0]["payload"]["transaction"]))
    keys = transaction.message.account_keys
    assert (str(keys[0]), str(keys[1])) == (str(payer.pubkey()), wallet.address)
    programs = [str(keys[item.program_id_index])[:8] for item in transaction.message.instructions]
    assert programs == ["ComputeB", "ComputeB", "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"[:8], "MemoSq4g"]
    transfer = bytes(transaction.message.instructions[2].data)
    assert (transfer[0], int.from_bytes(transfer[1:9], "little"), transfer[9]) == (12, 20_000_000, 6)
    own = Keypair.from_seed(bytes(range(32)))
    assert transaction.signatures[1].verify(own.pubkey(), to_bytes_versioned(transaction.message))
    with pytest.raises(RequestValidationError, match="recent_blockhash"):
        Server("paid", option=option).run(SolanaWallet(bytes(range(32))), 20)


@pytest.mark.parametrize(
    ("memo", "expected"),
    [("top-up 7", b"top-up 7"), ("\ud83d", b"?"), ("x" * 256, b"x" * 256), ("x" * 257, None), ("", None), (5, None)],
    ids=["text", "half a pair", "longest", "too long", "empty", "number"],
)
def test_a_solana_payment_has_the_memo_of_the_server_or_a_random_one(memo: Any, expected: bytes | None) -> None:
    from solders.transaction import VersionedTransaction

    address = "9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM"
    wallet = SolanaWallet(bytes(range(32)), recent_blockhash=lambda: "4sGjMW1sUnHzSxGspuhpqLDx6wiyjNtZAMdL4VZHirAn")
    option = {"payTo": address, "extra": {"feePayer": address, "memo": memo}}
    signed = [wallet.payment(option, 5, valid_before=0)["transaction"] for _ in range(2)]
    transactions = [VersionedTransaction.from_bytes(base64.b64decode(text)) for text in signed]
    memos = [bytes(transaction.message.instructions[3].data) for transaction in transactions]
    assert memos == [expected] * 2 if expected is not None else memos[0] != memos[1]
