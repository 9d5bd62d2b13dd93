"""
Errors of a top-up.

    VeniceError
    └── TopUpError                  a payment was not made
        ├── UnexpectedTermsError    the server asks for other terms than expected; nothing was signed
        └── TopUpUncertainError     a signed payment may have been settled
"""

from __future__ import annotations

from venice_client._core.errors import VeniceError

__all__ = ["TopUpError", "TopUpUncertainError", "UnexpectedTermsError"]


class TopUpError(VeniceError):
    """A payment into the balance was not made."""


class UnexpectedTermsError(TopUpError):
    """The server asks for another amount, token, network or receiver than expected. Nothing was signed."""


class TopUpUncertainError(TopUpError):
    """
    A signed payment was sent and the server's answer is unknown: it may have been settled.

    Call `top_up` with the same amount again: it sends the same payment, which settles at most once. No other payment is
    signed before this one has expired and the balance was read with `venice.x402.balance()`.
    """

    may_have_been_charged = True
