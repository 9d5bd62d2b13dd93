"""
The sign-in message of a wallet (EIP-4361, and the same for Solana) and the header that carries it.

Source of the rules: the vendor's x402 guide. A message is valid for five minutes from "Issued At", which may be at most
30 seconds ahead of the server; the server remembers each nonce. One stray line break breaks the signature.
"""

from __future__ import annotations

import base64
import json
import secrets
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import inf
from typing import Final

DOMAIN: Final = "api.venice.ai"
STATEMENT: Final = "Sign in to Venice AI"
LIFETIME: Final = 240
"""Seconds until the stated expiration, below the server's limit of 300."""
BACKDATE: Final = 60
"""Seconds by which a message is dated back, so that a clock that is up to 90 seconds ahead is still accepted."""
RECENT: Final = 60
"""Seconds after a correction of the clock in which refused requests may have been signed before it."""


class Clock:
    """The server's time as this machine can know it: its own clock, corrected by a `Date` header."""

    def __init__(self) -> None:
        self._offset = 0.0
        self._corrected = -inf

    def now(self) -> float:
        """Return the Unix time of the server, in seconds."""
        return time.time() + self._offset

    def synchronise(self, date: str | None) -> bool:
        """
        Take the offset from a `Date` header of the server. Return whether the clock was just corrected.

        A correction of over 20 seconds is one. It counts for a minute, so that all requests that were signed before it
        are signed again. A header that is missing or malformed changes nothing.
        """
        try:
            server = parsedate_to_datetime(date or "").timestamp()
        except (ValueError, TypeError, OverflowError):
            return False
        offset = server - time.time()
        if abs(offset - self._offset) > 20:
            self._offset, self._corrected = offset, time.monotonic()
        return time.monotonic() - self._corrected < RECENT


def sign_in_message(
    *, chain: str, address: str, chain_id: str, issued_at: float, nonce: str | None = None
) -> tuple[str, int]:
    """
    Return the message to sign, and its time in milliseconds.

    Args:
        chain: "Ethereum" or "Solana".
        address: The wallet's address, in EIP-55 case for Ethereum.
        chain_id: As the message carries it.
        issued_at: Unix time in seconds.
        nonce: 16 hex digits; random by default.
    """
    milliseconds = int(issued_at * 1000)
    lines = [
        f"{DOMAIN} wants you to sign in with your {chain} account:",
        address,
        "",
        STATEMENT,
        "",
        f"URI: https://{DOMAIN}",
        "Version: 1",
        f"Chain ID: {chain_id}",
        f"Nonce: {secrets.token_hex(8) if nonce is None else nonce}",
        f"Issued At: {_moment(milliseconds)}",
        f"Expiration Time: {_moment(milliseconds + LIFETIME * 1000)}",
    ]
    return "\n".join(lines), milliseconds


def header_value(**fields: object) -> str:
    """Return the value of SIGN-IN-WITH-X: base64 of a JSON object."""
    return base64.b64encode(json.dumps(fields, separators=(",", ":")).encode()).decode()


def _moment(milliseconds: int) -> str:
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{milliseconds % 1000:03d}Z"
