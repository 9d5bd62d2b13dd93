"""Keys, callables and signers: which is used, when it is called, and that no credential is shown."""

from __future__ import annotations

import asyncio
import base64
import copy
import json
import pickle
from typing import TYPE_CHECKING, Any

import pydantic
import pytest

from venice_client import (
    AsyncVenice,
    AuthenticationError,
    MissingAPIKeyError,
    PaymentRequiredError,
    RequestValidationError,
    Signer,
    Venice,
)

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Loopback

WALLET = "0x" + "1a" * 20


class Wallet:
    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []

    def sign_in_with_x(self, method: str, url: str) -> str:
        self.calls.append((method, url))
        return f"signed-n0nce-{len(self.calls)}"


class SlowWallet(Wallet):
    async def sign_in_with_x(self, method: str, url: str) -> str:  # type: ignore[override]
        await asyncio.sleep(0)
        return super().sign_in_with_x(method, url)


def sent(server: Loopback, name: str) -> list[str]:
    found = []
    for request in server.requests:
        for line in request.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]:
            key, _, value = line.partition(": ")
            found += [value] if key.lower() == name.lower() else []
    return found


def embed(venice: Any) -> Any:
    return venice.embeddings.create(model="m", input="a")


def test_auth_accepts_a_key(server: Loopback, call: Caller) -> None:
    server.answer("{}")
    call(server.url, embed, api_key=None, auth=" k-1\n")
    assert sent(server, "authorization") == ["Bearer k-1"]
    with pytest.raises(RequestValidationError, match="twice"):
        Venice("k", auth="k")
    with pytest.raises(RequestValidationError, match="auth must be str, callable or Signer, got int"):
        Venice(auth=5)  # type: ignore[arg-type]


def test_a_callable_is_called_once_per_call(server: Loopback, call: Caller) -> None:
    server.answer("{}")
    keys = iter(["k-1", {"Authorization": "Bearer k-2"}])
    for _ in range(2):
        call(server.url, embed, api_key=None, auth=lambda: next(keys))
    assert sent(server, "authorization") == ["Bearer k-1", "Bearer k-2"]


def test_a_signer_signs_each_attempt(server: Loopback, call: Caller) -> None:
    server.answer('{"error": "slow"}', status=429, headers={"Retry-After": "0"})
    server.answer("{}")
    wallet = Wallet()
    assert isinstance(wallet, Signer)
    call(server.url, embed, api_key="k-1", auth=wallet, max_retries=1)
    assert sent(server, "sign-in-with-x") == ["signed-n0nce-1", "signed-n0nce-2"]
    assert sent(server, "authorization") == []
    assert wallet.calls == [("POST", f"{server.url}/embeddings")] * 2


def test_a_signer_fills_the_header_that_an_operation_requires(server: Loopback, call: Caller) -> None:
    server.answer("{}")
    call(server.url, lambda venice: venice.x402.balance(wallet_address=WALLET), api_key=None, auth=Wallet())
    assert sent(server, "sign-in-with-x") == ["signed-n0nce-1"]
    with pytest.raises(MissingAPIKeyError, match="SIGN-IN-WITH-X"):
        call(server.url, lambda venice: venice.x402.balance(wallet_address=WALLET), api_key="k")


def test_a_header_of_the_caller_takes_precedence_over_the_signer(server: Loopback, call: Caller) -> None:
    server.answer("{}")
    wallet = Wallet()
    work: Any = lambda venice: venice.x402.balance(wallet_address=WALLET, sign_in_with_x="mine")  # noqa: E731
    call(server.url, work, api_key=None, auth=wallet)
    assert sent(server, "sign-in-with-x") == ["mine"]
    assert wallet.calls == []


@pytest.mark.parametrize("name", ["X-Sign-In-With-X", "X-402-Payment", "x-payment", "PAYMENT-SIGNATURE"])
def test_a_wallet_header_of_the_caller_replaces_key_and_signer(server: Loopback, call: Caller, name: str) -> None:
    server.answer("{}")
    work: Any = lambda venice: venice.embeddings.create(model="m", input="a", extra_headers={name: "mine"})  # noqa: E731
    wallet = Wallet()
    call(server.url, work, api_key=None)
    call(server.url, work, api_key="k", auth=wallet)
    assert sent(server, name.lower()) == ["mine", "mine"]
    assert sent(server, "authorization") == []
    assert not wallet.calls


def test_an_operation_that_accepts_only_keys_gets_the_key(server: Loopback, call: Caller) -> None:
    server.answer("{}")
    wallet = Wallet()
    call(server.url, lambda venice: venice.api_keys.list(), api_key="k-1", auth=wallet)
    assert sent(server, "authorization") == ["Bearer k-1"]
    with pytest.raises(MissingAPIKeyError):
        call(server.url, lambda venice: venice.api_keys.list(), api_key=None, auth=wallet)
    call(server.url, lambda venice: venice.crypto.networks(), api_key=None, auth=wallet)
    assert wallet.calls == []


def test_async_signers_and_functions_are_awaited(server: Loopback) -> None:
    server.answer("{}")

    async def key() -> str:
        return "k-1"

    async def go() -> None:
        for auth in (SlowWallet(), key):
            async with AsyncVenice(base_url=server.url, auth=auth) as venice:
                await embed(venice)

    asyncio.run(go())
    assert sent(server, "sign-in-with-x") + sent(server, "authorization") == ["signed-n0nce-1", "Bearer k-1"]
    for auth in (SlowWallet(), key):
        with Venice(base_url=server.url, auth=auth) as venice, pytest.raises(RequestValidationError, match="Async"):  # type: ignore[arg-type]
            embed(venice)


@pytest.mark.parametrize("said", [5, {"A\n": "b"}, {"Authorization": "s3cret\n\n.s3cret"}, {"A": 5}])
def test_invalid_credentials_are_refused_and_not_shown(server: Loopback, call: Caller, said: Any) -> None:
    with pytest.raises(RequestValidationError, match="auth") as caught:
        call(server.url, embed, api_key=None, auth=lambda: said)
    assert "s3cret" not in str(caught.value)
    assert server.requests == []


def test_a_signature_is_not_shown_in_errors_pickles_or_repr(server: Loopback, call: Caller) -> None:
    server.answer('{"error": "no signed-n0nce-1"}', status=401)
    wallet = Wallet()
    with pytest.raises(AuthenticationError) as caught:
        call(server.url, embed, api_key=None, auth=wallet)
    assert "n0nce" not in f"{caught.value!s}{caught.value.__dict__}"
    assert b"n0nce" not in pickle.dumps(caught.value)
    venice = Venice(auth=wallet, base_url=server.url)
    assert b"Wallet" not in pickle.dumps(venice)
    assert repr(venice).endswith("with credentials by a callable>")
    assert copy.copy(venice).config.auth is wallet


def test_payment_terms_of_a_402_response_are_decoded(server: Loopback, call: Caller) -> None:
    requested = {"x402Version": 2, "accepts": [{"scheme": "exact", "network": "eip155:8453"}]}
    header = base64.b64encode(json.dumps(requested).encode()).decode()
    server.answer("{}", status=402, headers={"PAYMENT-REQUIRED": header})
    server.answer(json.dumps(requested), status=402, headers={"PAYMENT-REQUIRED": "no base64"})
    server.answer('{"error": "INSUFFICIENT_BALANCE"}', status=402)
    for terms in (requested, requested, None):
        with pytest.raises(PaymentRequiredError) as caught:
            call(server.url, embed)
        assert caught.value.payment_required == terms
        assert pickle.loads(pickle.dumps(caught.value)).payment_required == terms


@pytest.mark.parametrize("key", ["Bearer a-secret-key", "bearer a-secret-key"])
def test_a_key_with_the_word_bearer_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(MissingAPIKeyError, match="the word Bearer stands before it: leave that out") as caught:
        Venice(key)
    assert "a-secret-key" not in str(caught.value)


def test_a_secret_of_pydantic_is_refused_with_what_to_pass() -> None:
    key = pydantic.SecretStr("a-secret-key")
    with pytest.raises(RequestValidationError, match="got SecretStr: pass its get_secret_value") as caught:
        Venice(key)  # type: ignore[arg-type]
    assert "a-secret-key" not in str(caught.value)
    Venice(key.get_secret_value)


def test_a_key_in_quotes_is_refused_without_being_shown() -> None:
    for key in ('"a-secret-key"', "'a-secret-key'"):
        with pytest.raises(MissingAPIKeyError, match="stands in quotes") as caught:
            Venice(key)
        assert "a-secret-key" not in str(caught.value)
