"""
The stand-in of the small description, and the newest real description where there is a copy of one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from . import StandIn
from .small import DOCUMENT, KEY

UPSTREAM = Path(__file__).resolve().parents[3] / "shared" / "upstream"


@pytest.fixture
def api() -> Iterator[StandIn]:
    with StandIn(DOCUMENT, description=b"openapi: 3.0.0\n") as server:
        yield server


@pytest.fixture
def http(api: StandIn) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=api.base_url, headers=KEY, trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
def real() -> dict[str, Any]:
    """The newest real description, where a copy lies beside the repository."""
    found = sorted(UPSTREAM.glob("*.yaml"))
    if not found:
        pytest.skip(f"no real descriptions in a folder {'/'.join(UPSTREAM.parts[-2:])} beside the repository")
    from generator.source.document import read  # the tests of the small description need no generator

    return read(found[-1].read_bytes())
