"""
Which proxy a request goes through: `proxy=`, or the environment's, chosen by the standard library's rules.

httpx and aiohttp never read the environment: httpx raises on common NO_PROXY entries such as `::1/128`.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.request import getproxies, proxy_bypass

from venice_client._core.errors import RequestValidationError
from venice_client._core.masking import Secret
from venice_client._core.transport.network import Network, proxy_problems

_PORTS = {"http": 80, "https": 443}
_WITH_PORT = re.compile(r"(\[[^\]]*\]|[^:]*)(?::(\d+))?")


class Proxies:
    """The proxies of a client's network settings. The environment is read once, when this object is made."""

    def __init__(self, network: Network) -> None:
        self._fixed = network.proxy
        self._found = getproxies() if network.trust_env and network.proxy is None else {}
        self._exceptions = [entry.strip() for entry in self._found.pop("no", "").split(",")]
        self.is_direct = self._fixed is None and not self._found
        self._chosen: dict[tuple[str, str, int | None], str | None] = {}

    def choose(self, scheme: str, host: str, port: int | None) -> str | None:
        """
        Return the URL of the proxy for an address, or None for a direct connection.

        Raises RequestValidationError where the environment names a proxy of a scheme that is not supported.
        """
        if self._fixed is not None:
            return self._fixed
        key = (scheme, host, port)
        if key not in self._chosen:
            self._chosen[key] = self._choose(scheme, host.strip("[]").lower(), port or _PORTS.get(scheme, 0))
        return self._chosen[key]

    def _choose(self, scheme: str, host: str, port: int) -> str | None:
        name = scheme if self._found.get(scheme) else "all"
        proxy = self._found.get(name, "").strip()
        if not proxy or proxy_bypass(f"[{host}]:{port}" if ":" in host else f"{host}:{port}"):
            return None
        if any(_covers(entry, host, port) for entry in self._exceptions):
            return None
        if "://" not in proxy:
            proxy = f"http://{proxy}"
        proxy = re.sub("^socks://", "socks5://", proxy)  # as desktop settings write it
        if problems := proxy_problems(f"{name.upper()}_PROXY", proxy):
            raise RequestValidationError(problems)
        return Secret(proxy)


def _covers(entry: str, host: str, port: int) -> bool:
    """Whether a NO_PROXY entry is an address, or a block of addresses, that holds `host`. Other entries are False."""
    found = _WITH_PORT.fullmatch(entry)
    text, own_port = (found[1], int(found[2])) if found and found[2] else (entry, port)
    try:
        address, block = ipaddress.ip_address(host), ipaddress.ip_network(re.sub(r"[\[\]]", "", text), strict=False)
    except ValueError:
        return False
    return address in block and own_port == port
