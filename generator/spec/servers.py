"""
The servers of a contract, and the one that the client sends all calls to.

The client's address is written by hand: the API key goes there, so that no description may choose it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from generator.errors import GeneratorError, first_few, printable
from generator.files import CLIENT
from generator.spec.contract import operations
from generator.spec.identity import written

CONFIG = CLIENT / "_core" / "config.py"
_BASE_URL = re.compile(r'^BASE_URL: Final = "(.*)"$', re.MULTILINE)


def url_of(server: Mapping[str, Any]) -> str:
    """Return the address that a client uses: with the defaults of its variables, without a slash at the end."""
    url = str(server.get("url", ""))
    for name, variable in server.get("variables", {}).items():
        if "default" in variable:
            url = url.replace(f"{{{name}}}", str(variable["default"]))
    return url.rstrip("/")


def other_server(contract: Mapping[str, Any]) -> str:
    """
    Return which operations are at another server than the client's, and what to do; empty where none is.

    A server that is relative to the address of the description says nothing about the host.
    """
    base, found = _base_url(), dict[str, str]()
    for (method, path), operation in operations(contract).items():
        held = (holder["servers"] for holder in (operation, contract["paths"][path], contract) if "servers" in holder)
        url = next((url_of(server) for servers in held for server in servers[:1]), "")
        if "://" in url and url != base:
            found[written((method, path))] = url
    if not found:
        return ""
    names = first_few(list(map(printable, found)), 2)
    urls = first_few(list(map(printable, dict.fromkeys(found.values()))), 2)
    return (
        f"{names}: the contract has the server {urls}, and the client sends all calls, with the API key, to {base}."
        f" Change BASE_URL in {CLIENT.name}/_core/{CONFIG.name}, or correct `servers` in spec/overlay.yaml"
    )


def _base_url() -> str:
    match = _BASE_URL.search(CONFIG.read_text(encoding="utf-8"))
    if match is None:
        raise GeneratorError(f'{CLIENT.name}/_core/{CONFIG.name} has no line BASE_URL: Final = "https://...".')
    return match[1]
