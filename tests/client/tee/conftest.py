"""A server that implements the enclave's side, with faults on demand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.client.tee.enclave import Enclave
from tests.client.tee.intel import Intel


@pytest.fixture(scope="session")
def intel() -> Intel:
    """One root of trust for all tests: creating its keys and certificates is slow."""
    return Intel()


@pytest.fixture
def enclave(intel: Intel) -> Iterator[Enclave]:
    with Enclave(intel) as running:
        yield running
