"""The secrets of a client in tests, and what of them stands in a text."""

from __future__ import annotations

KEY = "sk-Zq7pXw3Lr9Tn5Vb1"
GATEWAY = "gw-Hd4sKf8Jm2Qc6Yt0"
QUERY = "qu-Ns5vBx9Gw3Rz7Lp1"
SECRETS = (KEY, GATEWAY, QUERY)


def leaks(outputs: dict[str, str], *, secrets: tuple[str, ...] = SECRETS) -> list[str]:
    """Return the outputs that show a secret, or a part of one."""
    parts = {part for secret in secrets for part in (secret, secret[3:11], secret[-8:])}
    return [f"{name}: {text[:300]}" for name, text in outputs.items() if any(part in text for part in parts)]
