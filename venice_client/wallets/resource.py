"""`venice.x402` with the whole flow of a top-up, and the client's own wallet where no address is given."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Unpack

from venice_client import models
from venice_client._core.client import AsyncClient, SyncClient, awaited, run_blocking
from venice_client._core.errors import RequestValidationError, VeniceError
from venice_client._core.pagination import AsyncPages, Pages
from venice_client._core.request.call import CallOptions
from venice_client._core.schema.sentinel import UNSET, Unset
from venice_client.api.resources import resource_classes
from venice_client.wallets.top_up import Amount, Flow, PayingWallet, Wait, balance_was_read, top_up_flow

if TYPE_CHECKING:
    from venice_client.api.x402 import X402 as GeneratedX402  # noqa: N811  # it is a class
    from venice_client.api.x402 import AsyncX402 as GeneratedAsyncX402
else:
    GeneratedX402, GeneratedAsyncX402 = resource_classes("x402")


class X402(GeneratedX402):
    """The operations of `x402`, with a top-up in one call."""

    def top_up(  # type: ignore[override]  # the whole flow instead of one request of it
        self,
        *,
        amount_usd: Amount,
        wallet: PayingWallet | None = None,
        pay_to: str | None = None,
        timeout: float | None = None,
    ) -> models.WalletTopUpResult:
        """
        Pay dollars (USDC) into the balance of a wallet: exactly this amount, and once.

        Args:
            amount_usd: Dollars with at most 6 decimals, at least what the API asks for ($5) and at most $10,000.
            wallet: What signs; the client's `auth` by default.
            pay_to: The expected receiver; by default any receiver that the API names.
            timeout: Seconds to wait for each response.

        Raises:
            UnexpectedTermsError: The API asks for other terms than expected. Nothing was signed.
            TopUpUncertainError: The payment may have been settled: call again with the same amount.
            PaymentRequiredError, BadRequestError: The API refused the payment; nothing moved.
            RequestValidationError: The amount cannot be paid, or there is no wallet.
        """
        flow = top_up_flow(_wallet(self._client, wallet), amount_usd, pay_to=_receiver(pay_to))
        return run_blocking(_carry_out(self._client, flow, super().top_up, timeout))

    def balance(  # type: ignore[override]  # fewer arguments are required, and options come as a TypedDict
        self,
        wallet_address: str | None = None,
        *,
        sign_in_with_x: str | Unset = UNSET,
        **options: Unpack[CallOptions],
    ) -> models.WalletBalanceResult:
        """
        Return the balance of a wallet.

        Args:
            wallet_address: The address; the one of the client's wallet by default.
            sign_in_with_x: The signed header; the client's wallet signs it by default.
        """
        wallet = _own_wallet(self._client)
        address = _address(wallet, wallet_address)
        found = super().balance(wallet_address=address, sign_in_with_x=sign_in_with_x, **options)
        balance_was_read(address)
        return found

    def transactions(  # type: ignore[override]  # fewer arguments are required, and options come as a TypedDict
        self,
        wallet_address: str | None = None,
        *,
        limit: int | Unset = UNSET,
        offset: int | Unset | None = UNSET,
        sign_in_with_x: str | Unset = UNSET,
        **options: Unpack[CallOptions],
    ) -> models.WalletTransactionsResult:
        """
        Return one page of a wallet's payments and charges.

        Args:
            wallet_address: The address; the one of the client's wallet by default.
            limit: Entries of a page, 1 to 100; the API's default is 50.
            offset: Entries to leave out; the API's default is 0.
            sign_in_with_x: The signed header; the client's wallet signs it by default.
        """
        address = _address(_own_wallet(self._client), wallet_address)
        return super().transactions(
            wallet_address=address, limit=limit, offset=offset, sign_in_with_x=sign_in_with_x, **options
        )

    def iterate_transactions(  # type: ignore[override]  # fewer arguments are required, and options come as a TypedDict
        self,
        wallet_address: str | None = None,
        *,
        limit: int | Unset = UNSET,
        offset: int | Unset | None = UNSET,
        sign_in_with_x: str | Unset = UNSET,
        **options: Unpack[CallOptions],
    ) -> Pages[models.WalletTransaction, models.WalletTransactionsResult]:
        """Iterate over all payments and charges of a wallet, page by page: see `transactions`."""
        address = _address(_own_wallet(self._client), wallet_address)
        return super().iterate_transactions(
            wallet_address=address, limit=limit, offset=offset, sign_in_with_x=sign_in_with_x, **options
        )


class AsyncX402(GeneratedAsyncX402):
    """The operations of `x402` for AsyncVenice: see `X402`."""

    async def top_up(  # type: ignore[override]  # the whole flow instead of one request of it
        self,
        *,
        amount_usd: Amount,
        wallet: PayingWallet | None = None,
        pay_to: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  # one limit for both kinds of client
    ) -> models.WalletTopUpResult:
        """Pay dollars (USDC) into the balance of a wallet, once: see `X402.top_up`."""
        flow = top_up_flow(_wallet(self._client, wallet), amount_usd, pay_to=_receiver(pay_to))
        return await _carry_out(self._client, flow, super().top_up, timeout)

    async def balance(  # type: ignore[override]  # fewer arguments are required, and options come as a TypedDict
        self,
        wallet_address: str | None = None,
        *,
        sign_in_with_x: str | Unset = UNSET,
        **options: Unpack[CallOptions],
    ) -> models.WalletBalanceResult:
        """Return the balance of a wallet: see `X402.balance`."""
        wallet = _own_wallet(self._client)
        address = _address(wallet, wallet_address)
        found = await super().balance(wallet_address=address, sign_in_with_x=sign_in_with_x, **options)
        balance_was_read(address)
        return found

    async def transactions(  # type: ignore[override]  # fewer arguments are required, and options come as a TypedDict
        self,
        wallet_address: str | None = None,
        *,
        limit: int | Unset = UNSET,
        offset: int | Unset | None = UNSET,
        sign_in_with_x: str | Unset = UNSET,
        **options: Unpack[CallOptions],
    ) -> models.WalletTransactionsResult:
        """Return one page of a wallet's payments and charges: see `X402.transactions`."""
        address = _address(_own_wallet(self._client), wallet_address)
        return await super().transactions(
            wallet_address=address, limit=limit, offset=offset, sign_in_with_x=sign_in_with_x, **options
        )

    def iterate_transactions(  # type: ignore[override]  # fewer arguments are required, and options come as a TypedDict
        self,
        wallet_address: str | None = None,
        *,
        limit: int | Unset = UNSET,
        offset: int | Unset | None = UNSET,
        sign_in_with_x: str | Unset = UNSET,
        **options: Unpack[CallOptions],
    ) -> AsyncPages[models.WalletTransaction, models.WalletTransactionsResult]:
        """Iterate over all payments and charges of a wallet, page by page: see `X402.transactions`."""
        address = _address(_own_wallet(self._client), wallet_address)
        return super().iterate_transactions(
            wallet_address=address, limit=limit, offset=offset, sign_in_with_x=sign_in_with_x, **options
        )


async def _carry_out(
    client: SyncClient | AsyncClient, flow: Flow, send: Callable[..., Any], seconds: float | None
) -> models.WalletTopUpResult:
    """Carry out the steps of a flow and return its result. Only the waits of an async client are awaited."""
    options: CallOptions = {} if seconds is None else {"timeout": seconds}
    outcome: Any = None
    while True:
        try:
            step = flow.send(outcome)
        except StopIteration as end:
            result: models.WalletTopUpResult = end.value
            return result
        if isinstance(step, Wait):
            await client._sleep(step.seconds)  # noqa: SLF001  # of the resource's client
            outcome = None
            continue
        signature = UNSET if step.payment_signature is None else step.payment_signature
        try:
            outcome = await awaited(client, send(body={}, payment_signature=signature, **options))
        except VeniceError as error:
            outcome = error


def _own_wallet(client: Any) -> PayingWallet | None:
    """Return the client's wallet, where its credentials are one that can pay."""
    auth = client.config.auth
    return auth if callable(getattr(auth, "payment", None)) and getattr(auth, "address", None) else None


def _receiver(pay_to: Any) -> str | None:
    if pay_to is not None and not isinstance(pay_to, str):
        raise RequestValidationError([f"pay_to must be an address as str or None, got {type(pay_to).__name__}"])
    return pay_to


def _wallet(client: Any, given: PayingWallet | None) -> PayingWallet:
    if given is not None and not callable(getattr(given, "payment", None)):
        raise RequestValidationError([f"wallet must be an EVMWallet or a SolanaWallet, got {type(given).__name__}"])
    wallet = _own_wallet(client) if given is None else given
    if wallet is None:
        raise RequestValidationError(
            ["wallet is required: pass wallet=EVMWallet(...), or make the client with Venice(auth=EVMWallet(...))"]
        )
    return wallet


def _address(wallet: PayingWallet | None, given: str | None) -> str:
    if given is None and wallet is None:
        raise RequestValidationError(
            ["wallet_address is required, as the client has no wallet: pass it, or Venice(auth=EVMWallet(...))"]
        )
    return given if given is not None else wallet.address  # type: ignore[union-attr]
