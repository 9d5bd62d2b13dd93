"""
The stand-in of the small description, and the newest published contract.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.contracts import NEWEST, contract

from . import StandIn
from .small_document import DOCUMENT, KEY


@pytest.fixture
def api() -> Iterator[StandIn]:
    with StandIn(DOCUMENT, description=b"openapi: 3.0.0\n") as server:
        yield server


@pytest.fixture
def http(api: StandIn) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=api.base_url, headers=KEY, trust_env=False, verify=False) as client:
        yield client


@pytest.fixture(scope="module")
def real() -> dict[str, Any]:
    """The newest published contract."""
    return contract(NEWEST)
