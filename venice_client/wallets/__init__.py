"""
Wallets that sign in instead of an API key, and pay into the balance.

    from venice_client.wallets import EVMWallet

    venice = Venice(auth=EVMWallet.from_file("wallet.key"))

`EVMWallet` needs the extra `wallet`, `SolanaWallet` the extra `solana`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from venice_client._core.lazy import lazy_attributes

if TYPE_CHECKING:
    from venice_client.wallets.evm import EVMWallet as EVMWallet
    from venice_client.wallets.solana import SolanaWallet as SolanaWallet
else:
    __getattr__, __dir__ = lazy_attributes(__name__, {"EVMWallet": "evm", "SolanaWallet": "solana"})

__all__ = ["EVMWallet", "SolanaWallet"]
