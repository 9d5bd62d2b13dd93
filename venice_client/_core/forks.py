"""
What a forked child must not share with its parent: connections, locks, calls in flight, lock files of manifests.

This module is the one place that lists such state: every holder of it registers here, and renews it in each child. A
lock that another thread held at the fork would never be released in the child.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Protocol
from weakref import WeakSet


class Holder(Protocol):
    """An object with state that belongs to one process."""

    def forked(self) -> None:
        """Renew the state, in a child."""


_holders: WeakSet[Holder] = WeakSet()


def renew_in_children(holder: Holder) -> None:
    """Call `forked` of a holder in every child that is forked from now on, as long as the holder lives."""
    _holders.add(holder)


class RenewedLock:
    """A lock at module level, which children get anew: `with lock.current:`."""

    def __init__(self, make: Callable[[], Any]) -> None:  # the types of locks have no public names
        self._make = make
        self.current = make()
        renew_in_children(self)

    def forked(self) -> None:
        """Make the lock anew."""
        self.current = self._make()


def _forked() -> None:
    for holder in list(_holders):
        holder.forked()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
