"""
What a process that is forked off, as multiprocessing and web servers do, lets go of at once: connections, on which its
parent goes on, and the lock of a manifest and the pipe to a keeper, by which others know that a run goes on.
"""

from __future__ import annotations

import os
from typing import Protocol
from weakref import WeakSet


class Holder(Protocol):
    """What holds something that children are to be without."""

    def forked(self) -> None:
        """Let go of it, in a child."""


_holders: WeakSet[Holder] = WeakSet()


def let_go_in_children(holder: Holder) -> None:
    """Have a holder told in every child that is forked off from now on, as long as it lives."""
    _holders.add(holder)


def _forked() -> None:
    for holder in list(_holders):
        holder.forked()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
