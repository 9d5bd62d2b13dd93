"""
The x402 flow of a top-up: ask for the terms, check them, sign the caller's amount, send the payment.

The flow is a generator that yields what is to be sent or waited for, so that sync and async clients share every
decision. Source: x402 version 2, and the vendor's guide to top-ups.
"""

from __future__ import annotations

import base64
import json
import re
import threading
import time
from collections.abc import Callable, Generator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Protocol, TypeAlias

from attrs import define, field, frozen

from venice_client._core.errors import (
    PaymentRequiredError,
    RequestValidationError,
    ResponseDecodeError,
    VeniceAPIError,
    VeniceConnectionError,
    VeniceError,
)
from venice_client._core.forks import RenewedLock
from venice_client.wallets.errors import TopUpError, TopUpUncertainError, UnexpectedTermsError

UNITS: Final = 10**6
"""Base units of USDC in a dollar."""
LARGEST: Final = Decimal(10_000)
"""Dollars of one top-up at most (the API's limit)."""
LONGEST_VALIDITY: Final = 300
"""Seconds for which a signed payment can be settled, at most."""
PAUSES: Final = (2.0, 5.0, 10.0)
"""Seconds before the same payment is sent again."""
_BASE_UNITS = re.compile(r"[0-9]{1,78}")  # of a uint256
_EVM_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_SOLANA_ADDRESS = re.compile(r"[1-9A-HJ-NP-Za-km-z]{32,44}")

Amount: TypeAlias = int | float | str | Decimal


class PayingWallet(Protocol):
    """A wallet that can pay: `EVMWallet` or `SolanaWallet`."""

    @property
    def address(self) -> str: ...
    @property
    def networks(self) -> frozenset[str]: ...
    @property
    def asset(self) -> str: ...
    def payment(self, option: Mapping[str, Any], amount: int, *, valid_before: int) -> dict[str, Any]: ...


@frozen
class Send:
    """A step of the flow: send POST /x402/top-up with this PAYMENT-SIGNATURE, or without one."""

    payment_signature: str | None = field(repr=False)


@frozen
class Wait:
    """A step of the flow: wait for so many seconds."""

    seconds: float


Flow: TypeAlias = Generator[Send | Wait, Any, Any]
"""The outcome of a `Send` is sent into it: the result, or the exception as a value."""


@define
class Pending:
    """A signed payment whose outcome is unknown."""

    amount: int
    header: str = field(repr=False)
    valid_before: int
    is_uncertain: bool = False
    """Whether it may have been settled by a request that got no clear answer."""
    balance_read: bool = False
    """Whether the balance was read after the payment had expired."""


_SIGNING: Final = RenewedLock(threading.Lock)  # so that two threads sign one payment
_pending: dict[str, Pending] = {}
"""The unsettled payment of each address, so that another object of the same wallet pays no second time."""


def base_units(amount_usd: Amount) -> int:
    """Return an amount of dollars in base units. Raises RequestValidationError where it cannot be paid."""
    try:
        amount = Decimal(str(amount_usd)) if not isinstance(amount_usd, bool) else Decimal("NaN")
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount <= 0 or amount > LARGEST or (amount * UNITS) % 1:
        raise RequestValidationError(
            [f"amount_usd must be > 0 and <= {LARGEST:,} with at most 6 decimals, got {str(amount_usd)[:40]}"]
        )
    return int(amount * UNITS)


def balance_was_read(address: str) -> None:
    """Note that the balance of an address was read: an expired payment no longer holds up the next one."""
    pending = _pending.get(_key(address))
    if pending is not None and time.time() > pending.valid_before:
        pending.balance_read = True


def top_up_flow(
    wallet: PayingWallet, amount_usd: Amount, *, pay_to: str | None = None, now: Callable[[], float] = time.time
) -> Flow:
    """
    Pay an amount of dollars into the balance, once.

    Args:
        wallet: What signs.
        amount_usd: Dollars, which are signed exactly, and not the server's minimum.
        pay_to: The expected receiver; any receiver that this one answer names by default.
        now: Returns the Unix time.

    Raises:
        UnexpectedTermsError: Nothing was signed.
        TopUpUncertainError: The payment may have been settled.
        PaymentRequiredError, BadRequestError: The server refused the payment; nothing moved.
    """
    amount = base_units(amount_usd)
    pending = _unsettled(wallet, amount)
    if pending is None:
        option = choose_option(_terms((yield Send(None))), wallet, amount, pay_to=pay_to)
        with _SIGNING.current:
            pending = _unsettled(wallet, amount)  # another thread or task may have signed meanwhile
            if pending is None:
                pending = _pending[_key(wallet.address)] = _signed(wallet, option, amount, int(now()))
    return (yield from _settle(wallet, pending))


def _signed(wallet: PayingWallet, option: Mapping[str, Any], amount: int, now: int) -> Pending:
    seconds = option.get("maxTimeoutSeconds")
    lifetime = min(seconds, LONGEST_VALIDITY) if isinstance(seconds, int) and seconds > 0 else LONGEST_VALIDITY
    payload = wallet.payment(option, amount, valid_before=now + lifetime)
    envelope = {"x402Version": 2, "payload": payload, "accepted": dict(option)}
    header = base64.b64encode(json.dumps(envelope, separators=(",", ":")).encode()).decode()
    return Pending(amount, header, now + lifetime)


def _key(address: str) -> str:
    return address.lower() if address.startswith("0x") else address


def _unsettled(wallet: PayingWallet, amount: int) -> Pending | None:
    """Return the payment to send again, or None. Raises TopUpUncertainError where it is of another amount."""
    pending = _pending.get(_key(wallet.address))
    if pending is None or pending.balance_read:
        return None
    if pending.amount != amount:
        raise TopUpUncertainError(
            f"a payment of ${_dollars(pending.amount)} may be under way, and ${_dollars(amount)} is another one:"
            " call top_up with the first amount again, or read the balance once that payment has expired"
        )
    return pending


def _settle(wallet: PayingWallet, pending: Pending) -> Flow:
    """Send one signed payment until its outcome is known; the same payment settles at most once."""
    error: Exception | None = None
    for pause in (*PAUSES, None):
        was_uncertain, pending.is_uncertain = pending.is_uncertain, True  # also where the caller stops waiting
        outcome = yield Send(pending.header)
        if not isinstance(outcome, BaseException):
            _pending.pop(_key(wallet.address), None)
            return outcome
        if not isinstance(outcome, VeniceAPIError | VeniceConnectionError | ResponseDecodeError):
            pending.is_uncertain = was_uncertain  # it was not sent
            raise outcome
        error = outcome
        if not _is_uncertain(outcome):
            if not was_uncertain:
                _pending.pop(_key(wallet.address), None)
                raise outcome
            break  # it refuses this request: an earlier one may have been settled
        if pause is not None:
            yield Wait(pause)
    raise TopUpUncertainError(
        f"the payment of ${_dollars(pending.amount)} was sent and may have been settled."
        f" Call top_up(amount_usd={_dollars(pending.amount)}) again to send the same payment, or read the balance"
    ) from error


def choose_option(
    terms: Mapping[str, Any], wallet: PayingWallet, amount: int, *, pay_to: str | None = None
) -> Mapping[str, Any]:
    """Return the entry of a 402 answer that the wallet may pay. Raises UnexpectedTermsError, which lists why not."""
    if terms.get("x402Version") != 2:
        raise _refusal(f"x402Version must be 2, got {str(terms.get('x402Version'))[:20]!r}")
    options = terms.get("accepts")
    if not isinstance(options, list) or not options:
        raise _refusal("the server names no way to pay")
    reasons = []
    for option in options:
        reason = _objection(option, wallet, amount, pay_to)
        if reason is None:
            return dict(option)
        reasons.append(reason)
    raise _refusal("; ".join(dict.fromkeys(reasons)))


def _objection(option: object, wallet: PayingWallet, amount: int, pay_to: str | None) -> str | None:
    """Return why a wallet does not pay an entry, or None."""
    if not isinstance(option, Mapping):
        return "an entry is not an object"
    network, asset, receiver = (option.get(name) for name in ("network", "asset", "payTo"))
    if not isinstance(network, str) or network not in wallet.networks:
        return f"network must be {' or '.join(sorted(wallet.networks))}, got {_shown(network)}"
    if option.get("scheme") != "exact":
        return f"scheme must be 'exact', got {_shown(option.get('scheme'))}"
    is_evm = wallet.asset.startswith("0x")
    if not isinstance(asset, str) or (asset.lower() if is_evm else asset) != wallet.asset:
        return f"asset must be USDC ({wallet.asset}), got {_shown(asset)}"
    if not isinstance(receiver, str) or not (_EVM_ADDRESS if is_evm else _SOLANA_ADDRESS).fullmatch(receiver):
        return f"payTo must be an address of the network, got {_shown(receiver)}"
    if pay_to is not None and (receiver.lower() != pay_to.lower() if is_evm else receiver != pay_to):
        return f"payTo must be {pay_to}, got {receiver}"
    least = option.get("amount")
    if not isinstance(least, str) or not _BASE_UNITS.fullmatch(least):
        return f"amount must be a number of base units, got {_shown(least)}"
    if int(least) > amount:
        return f"the least amount is ${_dollars(int(least))}, and ${_dollars(amount)} was requested"
    extra = option.get("extra")
    needed = ("name", "version") if is_evm else ("feePayer",)
    if not isinstance(extra, Mapping) or not all(isinstance(extra.get(name), str) for name in needed):
        return f"extra must name {' and '.join(needed)}"
    return None


def _terms(outcome: object) -> Mapping[str, Any]:
    """Return what the server asks for: the 402 answer to a request without a payment."""
    if not isinstance(outcome, BaseException):
        raise TopUpError("the server answered a request without a payment with success: nothing was paid")
    if not isinstance(outcome, PaymentRequiredError):
        raise outcome
    terms = outcome.payment_required
    if not isinstance(terms, Mapping):
        raise _refusal("the server's answer does not say how to pay")
    body = outcome.body
    if isinstance(body, Mapping) and "accepts" in body and body["accepts"] != terms.get("accepts"):
        raise _refusal("the header PAYMENT-REQUIRED and the body of the answer name different terms")
    return terms


def _is_uncertain(error: VeniceError) -> bool:
    """Whether a payment may have been settled although this came back."""
    if not isinstance(error, VeniceAPIError):
        return True
    return error.status >= 500 or error.status in (408, 409, 425, 429)


def _refusal(reason: str) -> UnexpectedTermsError:
    return UnexpectedTermsError(f"nothing was paid: {reason}")


def _shown(value: object) -> str:
    return repr(str(value)[:80])


def _dollars(amount: int) -> str:
    return f"{Decimal(amount) / UNITS:f}"
