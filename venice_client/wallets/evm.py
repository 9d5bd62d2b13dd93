"""A wallet on Base (an EVM chain): signs in by EIP-4361 and pays USDC by EIP-3009. Needs the extra `wallet`."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any, Final, Self

from venice_client._core.errors import RequestValidationError
from venice_client.wallets.key import KeyInput, Secret, read_file, read_keyring, read_secret
from venice_client.wallets.sign_in import BACKDATE, Clock, header_value, sign_in_message

CHAIN_ID: Final = 8453
"""Base."""
USDC: Final = "0x833589fcd6edb6e08f4c7c32d4f71b54bda02913"
NETWORKS: Final = frozenset({"eip155:8453", "base"})
_HEX_KEY = re.compile(r"[0-9a-fA-F]{64}")
_AUTHORIZATION: Final = {
    "TransferWithAuthorization": [
        {"name": "from", "type": "address"},
        {"name": "to", "type": "address"},
        {"name": "value", "type": "uint256"},
        {"name": "validAfter", "type": "uint256"},
        {"name": "validBefore", "type": "uint256"},
        {"name": "nonce", "type": "bytes32"},
    ]
}


class EVMWallet:
    """
    A wallet of an Ethereum key on Base. It is a `Signer`: `Venice(auth=EVMWallet(...))`.

    The key stays in memory: it stands in no repr, log, error or pickle.
    """

    networks: Final = NETWORKS
    asset: Final = USDC
    """The only token that it pays: USDC."""
    address: str = ""
    """The address, in EIP-55 case."""

    def __init__(self, key: KeyInput) -> None:
        """
        Make a wallet.

        Args:
            key: The private key: 64 hex digits with or without `0x`, 32 bytes, or a callable that returns one.
                `from_file` and `from_keyring` read it from there.
        """
        secret = read_secret(key, _private_key)
        del key  # so that no traceback shows it
        if secret is None:
            raise RequestValidationError(["key must be a private key: 64 hex digits or 32 bytes"])
        self._secret = secret
        self.clock = Clock()
        self.address = _account(self._secret).address

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> Self:
        """Make a wallet of the key (hex) in a text file."""
        return cls(lambda: read_file(path))

    @classmethod
    def from_keyring(cls, service: str, username: str) -> Self:
        """Make a wallet of a key (hex) in the system's keyring, with the package `keyring`."""
        return cls(lambda: read_keyring(service, username))

    def sign_in_with_x(self, method: str, url: str, /) -> str:  # noqa: ARG002  # the protocol of a Signer
        """Return the value of the SIGN-IN-WITH-X header for one attempt, with a nonce of its own."""
        message, milliseconds = sign_in_message(
            chain="Ethereum", address=self.address, chain_id=str(CHAIN_ID), issued_at=self.clock.now() - BACKDATE
        )
        signature = _sign(self._secret, lambda account: account.sign_message(_defunct(message)))
        return header_value(
            address=self.address,
            message=message,
            signature=signature,
            timestamp=milliseconds,
            chainId=CHAIN_ID,
        )

    def synchronise(self, date: str | None) -> bool:
        """Correct the wallet's clock by a `Date` header of the server. Return whether it was off."""
        return self.clock.synchronise(date)

    def payment(self, option: Mapping[str, Any], amount: int, *, valid_before: int) -> dict[str, Any]:
        """
        Sign a transfer of `amount` base units (6 decimals) for an entry of a 402 answer.

        `venice.x402.top_up` checks network, asset, receiver and amount before it calls this.
        """
        import secrets

        extra = option.get("extra") or {}
        nonce = secrets.token_bytes(32)
        authorization = {
            "from": self.address,
            "to": option.get("payTo"),
            "value": str(amount),
            "validAfter": "0",
            "validBefore": str(valid_before),
            "nonce": "0x" + nonce.hex(),
        }
        domain = {
            "name": extra.get("name"),
            "version": extra.get("version"),
            "chainId": CHAIN_ID,
            "verifyingContract": option.get("asset"),
        }
        message = {
            **authorization,
            "value": amount,
            "validAfter": 0,
            "validBefore": valid_before,
            "nonce": nonce,
        }
        signature = _sign(self._secret, lambda account: account.sign_typed_data(domain, _AUTHORIZATION, message))
        return {"signature": signature, "authorization": authorization}

    def __repr__(self) -> str:
        return f"EVMWallet(address={self.address!r})"


def recover(text: str, signature: str) -> str | None:
    """Return the address that signed a text as an Ethereum personal message (EIP-191), or None where none did."""
    library = _eth_account()
    try:
        found: str = library.Account.recover_message(_defunct(text), signature=signature)
    except Exception:  # noqa: BLE001  # eth-account raises many kinds for a malformed signature
        return None
    return found


_MISSING: Final = "the package 'eth-account' is not installed: pip install 'venice-client[wallet]'"


def _eth_account() -> Any:
    """Import eth-account. A package below it raises the interpreter's recursion limit, which is undone here."""
    limit = sys.getrecursionlimit()
    try:
        import eth_account
        import eth_account.messages
    except ImportError as error:
        raise RequestValidationError([_MISSING]) from error
    finally:
        sys.setrecursionlimit(limit)
    return eth_account


def _defunct(text: str) -> Any:
    return _eth_account().messages.encode_defunct(text=text)


def _sign(secret: Secret, sign: Callable[[Any], Any]) -> str:
    """Return a signature in hex. What eth-account raises is replaced: the key stands in the frames of its traceback."""
    problem = ""
    try:
        return "0x" + bytes(sign(_account(secret)).signature).hex()
    except Exception as error:  # noqa: BLE001  # eth-account raises many kinds for a message that it cannot encode
        problem = type(error).__name__
    raise RequestValidationError([f"the message cannot be signed: eth-account raised {problem}"])


def _account(secret: Secret) -> Any:
    return _eth_account().Account.from_key(secret.reveal())


_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""The order of the curve secp256k1."""


def _private_key(value: str | bytes) -> bytes | None:
    if isinstance(value, str):
        digits = value.removeprefix("0x").removeprefix("0X")
        value = bytes.fromhex(digits) if _HEX_KEY.fullmatch(digits) else b""
    return value if len(value) == 32 and 0 < int.from_bytes(value, "big") < _ORDER else None
