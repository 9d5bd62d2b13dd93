"""A wallet on Solana: signs in with Ed25519 and pays USDC. Needs the extra `solana`."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable, Mapping
from typing import Any, Final, Self

from venice_client._core.errors import RequestValidationError
from venice_client.wallets.key import KeyInput, Secret, read_file, read_keyring, read_secret
from venice_client.wallets.sign_in import BACKDATE, Clock, header_value, sign_in_message

GENESIS: Final = "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"
"""The chain's id: Solana's main network."""
USDC: Final = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"
NETWORKS: Final = frozenset({f"solana:{GENESIS}", "solana"})
_TOKEN_PROGRAM: Final = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"  # noqa: S105  # a public address
_ASSOCIATED_TOKEN_PROGRAM: Final = "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL"  # noqa: S105  # a public address
_MEMO_PROGRAM: Final = "MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr"
_COMPUTE_UNITS: Final = 60_000
_COMPUTE_UNIT_PRICE: Final = 1_000
_DECIMALS: Final = 6
_LONGEST_MEMO: Final = 256


class SolanaWallet:
    """
    A wallet of a Solana key. It is a `Signer`: `Venice(auth=SolanaWallet(...))`.

    The key stays in memory: it stands in no repr, log, error or pickle.
    """

    networks: Final = NETWORKS
    asset: Final = USDC
    """The only token that it pays: USDC."""
    address: str = ""
    """The address, in base58."""

    def __init__(self, key: KeyInput, *, recent_blockhash: Callable[[], str] | None = None) -> None:
        """
        Make a wallet.

        Args:
            key: 64 bytes (the secret and the public half, which must fit), 32 bytes of seed, base58 of either, the
                JSON list that solana-keygen writes, or a callable that returns one.
            recent_blockhash: Called once for each payment: it returns a recent blockhash (base58) from a node of the
                network. Signing in needs none.
        """
        secret = read_secret(key, _secret_key)
        del key  # so that no traceback shows it
        if secret is None:
            expected = (
                "64 bytes whose public half fits, 32 bytes of seed, base58 of either, or solana-keygen's JSON list"
            )
            raise RequestValidationError([f"key must be {expected}"])
        self._secret = secret
        self._recent_blockhash = recent_blockhash
        self.clock = Clock()
        self.address = str(_keypair(self._secret).pubkey())

    @classmethod
    def from_file(cls, path: str | os.PathLike[str], *, recent_blockhash: Callable[[], str] | None = None) -> Self:
        """Make a wallet of a key file: the JSON list of solana-keygen, or base58."""
        return cls(lambda: read_file(path), recent_blockhash=recent_blockhash)

    @classmethod
    def from_keyring(cls, service: str, username: str, *, recent_blockhash: Callable[[], str] | None = None) -> Self:
        """Make a wallet of a key in the system's keyring, with the package `keyring`."""
        return cls(lambda: read_keyring(service, username), recent_blockhash=recent_blockhash)

    def sign_in_with_x(self, method: str, url: str, /) -> str:  # noqa: ARG002  # the protocol of a Signer
        """Return the value of the SIGN-IN-WITH-X header for one attempt, with a nonce of its own."""
        message, milliseconds = sign_in_message(
            chain="Solana", address=self.address, chain_id=GENESIS, issued_at=self.clock.now() - BACKDATE
        )
        return header_value(
            address=self.address,
            message=message,
            signature=str(_keypair(self._secret).sign_message(message.encode())),
            timestamp=milliseconds,
            chainId=f"solana:{GENESIS}",
            type="ed25519",
        )

    def synchronise(self, date: str | None) -> bool:
        """Correct the wallet's clock by a `Date` header of the server. Return whether it was off."""
        return self.clock.synchronise(date)

    def payment(
        self,
        option: Mapping[str, Any],
        amount: int,
        *,
        valid_before: int,  # noqa: ARG002  # a blockhash expires by itself
    ) -> dict[str, Any]:
        """
        Sign a transfer of `amount` base units (6 decimals) for an entry of a 402 answer.

        The transaction holds exactly: compute unit limit, compute unit price, TransferChecked, memo (the server's, or a
        random one). The fee payer is the server's; only the wallet's own place is signed. A blockhash expires after
        about a minute, so `valid_before` does not appear in it.
        """
        if self._recent_blockhash is None:
            raise RequestValidationError(
                ["recent_blockhash= is required to pay: a callable that returns a recent blockhash (base58)"]
            )
        message = _message(option, self.address, amount, self._recent_blockhash())
        from solders.message import to_bytes_versioned
        from solders.null_signer import NullSigner
        from solders.transaction import VersionedTransaction

        own = _keypair(self._secret).sign_message(to_bytes_versioned(message))
        signatures = [NullSigner(message.account_keys[0]).sign_message(b""), own]
        transaction = VersionedTransaction.populate(message, signatures)
        return {"transaction": base64.b64encode(bytes(transaction)).decode()}

    def __repr__(self) -> str:
        return f"SolanaWallet(address={self.address!r})"


def _message(option: Mapping[str, Any], owner_address: str, amount: int, blockhash: str) -> Any:
    """Return the message of a payment. Raises RequestValidationError for an address or a blockhash that is none."""
    from solders.compute_budget import set_compute_unit_limit, set_compute_unit_price
    from solders.hash import Hash, ParseHashError
    from solders.instruction import AccountMeta, Instruction
    from solders.message import MessageV0
    from solders.pubkey import Pubkey

    extra = option.get("extra") or {}
    named: dict[str, Any] = {
        "payTo": option.get("payTo"),
        "extra.feePayer": extra.get("feePayer"),
        "recent_blockhash": blockhash,
    }
    read: dict[str, Any] = {}
    for name, text in named.items():
        try:
            read[name] = (Hash if name == "recent_blockhash" else Pubkey).from_string(text)
        except (TypeError, ValueError, ParseHashError):
            raise RequestValidationError([f"{name} must be 32 bytes in base58, got {str(text)[:80]!r}"]) from None
    owner, mint, payee = Pubkey.from_string(owner_address), Pubkey.from_string(USDC), read["payTo"]
    transfer = Instruction(
        Pubkey.from_string(_TOKEN_PROGRAM),
        bytes([12]) + amount.to_bytes(8, "little") + bytes([_DECIMALS]),  # TransferChecked
        [
            AccountMeta(_token_account(owner, mint), is_signer=False, is_writable=True),
            AccountMeta(mint, is_signer=False, is_writable=False),
            AccountMeta(_token_account(payee, mint), is_signer=False, is_writable=True),
            AccountMeta(owner, is_signer=True, is_writable=False),
        ],
    )
    stated = extra.get("memo")
    content = stated.encode(errors="replace") if isinstance(stated, str) else b""
    if not 0 < len(content) <= _LONGEST_MEMO:
        content = os.urandom(16).hex().encode()
    memo = Instruction(Pubkey.from_string(_MEMO_PROGRAM), content, [])
    instructions = [
        set_compute_unit_limit(_COMPUTE_UNITS), set_compute_unit_price(_COMPUTE_UNIT_PRICE), transfer, memo,
    ]  # fmt: skip
    return MessageV0.try_compile(read["extra.feePayer"], instructions, [], read["recent_blockhash"])


def _token_account(owner: Any, mint: Any) -> Any:
    from solders.pubkey import Pubkey

    seeds = [bytes(owner), bytes(Pubkey.from_string(_TOKEN_PROGRAM)), bytes(mint)]
    return Pubkey.find_program_address(seeds, Pubkey.from_string(_ASSOCIATED_TOKEN_PROGRAM))[0]


def _keypair(secret: Secret) -> Any:
    return _solders().Keypair.from_bytes(secret.reveal())


def _solders() -> Any:
    try:
        from solders import keypair
    except ImportError as error:
        problem = "the package 'solders' is not installed: pip install 'venice-client[solana]'"
        raise RequestValidationError([problem]) from error
    return keypair


def _secret_key(value: str | bytes) -> bytes | None:
    """Return the 64 bytes of a key pair, or None."""
    if isinstance(value, str):
        value = _from_text(value)
    keypair = _solders().Keypair
    try:
        return bytes(keypair.from_seed(value) if len(value) == 32 else keypair.from_bytes(value))
    except ValueError:
        return None


def _from_text(text: str) -> bytes:
    try:
        if text.startswith("["):
            return bytes(json.loads(text))
        return _base58(text)
    except (ValueError, TypeError):
        return b""


_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def _base58(text: str) -> bytes:
    number = 0
    for character in text:
        number = number * 58 + _ALPHABET.index(character)
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
