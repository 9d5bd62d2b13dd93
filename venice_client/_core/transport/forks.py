"""
What a forked process (multiprocessing, web servers) releases at once: connections, which its parent still uses, and
the lock of a manifest, which shows that the parent's run is in progress.
"""

from __future__ import annotations

import os
from typing import Protocol
from weakref import WeakSet


class Holder(Protocol):
    """An object that a forked process must release."""

    def forked(self) -> None:
        """Release it, in the child process."""


_holders: WeakSet[Holder] = WeakSet()


def let_go_in_children(holder: Holder) -> None:
    """Register a holder: its hook runs in every child process that is forked while it lives."""
    _holders.add(holder)


def _forked() -> None:
    for holder in list(_holders):
        holder.forked()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
