"""A wallet signs a message that independent implementations of both chains verify, and does not show its key."""

from __future__ import annotations

import base64
import copy
import json
import logging
import pickle
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

import pytest
from Crypto.Hash import keccak
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.table import table
from venice_client import RequestValidationError
from venice_client.wallets import EVMWallet, SolanaWallet

KEY = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"
ADDRESS = "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23"
SEED = bytes(range(32))
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def base58(data: bytes) -> str:
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def unbase58(text: str) -> bytes:
    number = 0
    for character in text:
        number = number * 58 + ALPHABET.index(character)
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def header(wallet: EVMWallet | SolanaWallet) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(base64.b64decode(wallet.sign_in_with_x("POST", "https://api.venice.ai/x")))
    return content


def lines(message: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in message.split("\n") if ": " in line)


def solana_key() -> bytes:
    private = Ed25519PrivateKey.from_private_bytes(SEED)
    return SEED + private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def test_an_ethereum_sign_in_verifies_with_another_implementation() -> None:
    wallet = EVMWallet(KEY)
    assert wallet.address == ADDRESS
    found = header(wallet)
    message = found["message"].encode()
    digest = keccak.new(
        digest_bits=256, data=b"\x19Ethereum Signed Message:\n" + str(len(message)).encode() + message
    ).digest()
    raw = bytes.fromhex(found["signature"][2:])
    assert len(raw) == 65
    signature = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:64], "big"))
    public = ec.derive_private_key(int(KEY, 16), ec.SECP256K1()).public_key()
    public.verify(signature, digest, ec.ECDSA(Prehashed(hashes.SHA256())))
    assert (found["address"], found["chainId"]) == (ADDRESS, 8453)
    assert "type" not in found


def test_a_solana_sign_in_verifies_with_another_implementation() -> None:
    wallet = SolanaWallet(solana_key())
    found = header(wallet)
    public = unbase58(found["address"])
    Ed25519PublicKey.from_public_bytes(public).verify(unbase58(found["signature"]), found["message"].encode())
    assert found["type"] == "ed25519"
    assert found["chainId"] == "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"
    assert lines(found["message"])["Chain ID"] == "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"


@pytest.mark.parametrize(("wallet", "chain"), [(EVMWallet(KEY), "Ethereum"), (SolanaWallet(SEED), "Solana")])
def test_the_sign_in_message_has_the_exact_form_of_the_standard(wallet: EVMWallet | SolanaWallet, chain: str) -> None:
    message = header(wallet)["message"]
    chain_id = {"Ethereum": "8453", "Solana": "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"}[chain]
    fields = lines(message)
    assert message == (
        f"api.venice.ai wants you to sign in with your {chain} account:\n{wallet.address}\n\nSign in to Venice AI\n\n"
        f"URI: https://api.venice.ai\nVersion: 1\nChain ID: {chain_id}\nNonce: {fields['Nonce']}\n"
        f"Issued At: {fields['Issued At']}\nExpiration Time: {fields['Expiration Time']}"
    )
    assert len(fields["Nonce"]) == 16


@pytest.mark.slow
def test_every_attempt_has_a_new_nonce() -> None:
    wallet = EVMWallet(KEY)
    assert len({lines(header(wallet)["message"])["Nonce"] for _ in range(50)}) == 50


@pytest.mark.parametrize("skew", [-170, 0, 85])
def test_a_small_clock_skew_is_accepted(skew: int, monkeypatch: pytest.MonkeyPatch) -> None:
    import time
    from datetime import datetime

    server = time.time()
    monkeypatch.setattr(time, "time", lambda: server + skew)
    found = header(EVMWallet(KEY))
    issued = datetime.fromisoformat(lines(found["message"])["Issued At"]).timestamp()
    assert server - 300 < issued <= server + 30
    assert abs(found["timestamp"] / 1000 - issued) < 1


def test_the_date_of_the_server_corrects_a_large_clock_skew(monkeypatch: pytest.MonkeyPatch) -> None:
    import time
    from datetime import datetime
    from email.utils import formatdate

    server = time.time()
    monkeypatch.setattr(time, "time", lambda: server + 7200)
    wallet = EVMWallet(KEY)
    assert wallet.clock.synchronise(formatdate(server, usegmt=True))
    assert not wallet.clock.synchronise("no date")
    issued = datetime.fromisoformat(lines(header(wallet)["message"])["Issued At"]).timestamp()
    assert server - 300 < issued <= server + 30


def test_each_of_the_requests_that_a_clock_skew_refused_is_signed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    import time
    from email.utils import formatdate

    wallet, date = EVMWallet(KEY), formatdate(time.time() + 7200, usegmt=True)
    assert [wallet.synchronise(date) for _ in range(5)] == [True] * 5
    later = time.monotonic() + 61
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert not wallet.synchronise(date), "it was signed with the right time"
    assert not EVMWallet(KEY).synchronise(formatdate(usegmt=True))


def test_keys_are_accepted_in_every_usual_form(tmp_path: Path) -> None:
    file = tmp_path / "wallet.key"
    file.write_text(f"0x{KEY}\n")
    forms: list[Any] = [KEY, "0x" + KEY.upper(), bytes.fromhex(KEY), bytearray.fromhex(KEY), lambda: KEY]
    assert {EVMWallet(form).address for form in forms} | {EVMWallet.from_file(file).address} == {ADDRESS}
    full = solana_key()
    (tmp_path / "id.json").write_text(json.dumps(list(full)))
    forms = [full, SEED, base58(full), base58(SEED), json.dumps(list(full)), lambda: full]
    found = {SolanaWallet(form).address for form in forms} | {SolanaWallet.from_file(tmp_path / "id.json").address}
    assert found == {base58(full[32:])}


@table("make", [EVMWallet, SolanaWallet])
@table("key", ["", "zz" * 32, KEY[:-2], b"\0" * 31, b"\0" * 64, 5, None, "[1, 2]", "[999]", lambda: None])
def test_an_invalid_key_is_refused_and_not_shown(make: Any, key: Any) -> None:
    with pytest.raises(RequestValidationError, match="key must be") as raised:
        make(key)
    if isinstance(key, str) and key:
        assert key not in str(raised.value)


def test_a_solana_key_with_a_wrong_public_half_is_refused() -> None:
    with pytest.raises(RequestValidationError, match="public half"):
        SolanaWallet(SEED + bytes(32))


@pytest.mark.parametrize(
    "make",
    [lambda: EVMWallet(KEY), lambda: SolanaWallet(solana_key(), recent_blockhash=lambda: "x")],
    ids=["evm", "solana"],
)
def test_no_repr_pickle_log_or_traceback_shows_the_key(make: Any, caplog: pytest.LogCaptureFixture) -> None:
    wallet = make()
    secrets = [KEY, str(bytes.fromhex(KEY)), SEED.hex(), str(SEED), base58(solana_key()), str(list(SEED))[1:-1]]
    with caplog.at_level(logging.DEBUG):
        wallet.sign_in_with_x("GET", "https://api.venice.ai")
    shown = repr(wallet) + str(wallet) + repr(vars(wallet)) + caplog.text
    for spread in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match="private key"):
            spread(wallet)
    for option in (
        {"extra": {"name": "\ud800", "version": "2"}, "payTo": "0x" + "22" * 20, "asset": "0x" + "33" * 20},
        {"extra": {"name": 5}, "payTo": "x", "asset": "y"},
        {"extra": {"feePayer": "x"}, "payTo": "9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM"},
        {"extra": {}, "payTo": "\ud800", "asset": "x"},
    ):
        with pytest.raises(RequestValidationError) as raised:
            wallet.payment(option, 1, valid_before=0)
        assert raised.value.__context__ is None or raised.value.__suppress_context__
        frame = raised.value.__traceback__
        while frame is not None:
            if "test_wallet_sign_in" not in frame.tb_frame.f_code.co_filename:
                shown += repr(frame.tb_frame.f_locals)
            frame = frame.tb_next
    assert not [secret for secret in secrets if secret in shown]


def test_no_local_variable_in_a_traceback_holds_a_refused_key() -> None:
    bad = KEY + "ff"
    try:
        EVMWallet(bad)
    except RequestValidationError as error:
        trace = traceback.TracebackException.from_exception(error, capture_locals=True)
    ours = [frame for frame in trace.stack if "venice_client/wallets" in frame.filename]
    assert ours
    assert not [frame for frame in ours if bad in str(frame.locals)]


def test_a_private_key_of_cryptography_has_the_same_address() -> None:
    private = Ed25519PrivateKey.from_private_bytes(SEED)
    raw = private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    assert SolanaWallet(raw).address == base58(solana_key()[32:])


@pytest.mark.slow
def test_creating_a_wallet_does_not_change_the_recursion_limit() -> None:
    code = (
        "import sys; before = sys.getrecursionlimit()\n"
        "from venice_client.wallets import EVMWallet\n"
        f"EVMWallet('{KEY}')\n"
        "assert sys.getrecursionlimit() == before, sys.getrecursionlimit()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
