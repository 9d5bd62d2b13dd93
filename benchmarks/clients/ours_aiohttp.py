"""This client, over aiohttp."""

from __future__ import annotations

from benchmarks.clients import ours


def chat_async(url: str) -> ours.Work:
    """Send a chat and read its answer."""
    return ours.chat_async(url, "aiohttp")


def at_once(url: str) -> ours.Work:
    """Many of them at once."""
    return ours.at_once(url, "aiohttp")


def streams_at_once(url: str) -> ours.Work:
    """Read several streams at once."""
    return ours.streams_at_once(url, "aiohttp")
