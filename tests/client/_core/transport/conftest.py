"""Fixtures for the tests of transports: each kind of client over each library."""

from __future__ import annotations

import importlib.util

import pytest

from tests.client._core.transport.over import TRANSPORTS, Over


@pytest.fixture(params=TRANSPORTS, ids="-".join)
def over(request: pytest.FixtureRequest) -> Over:
    kind, library = request.param
    if importlib.util.find_spec(library) is None:
        pytest.skip(f"{library} is not installed")
    return Over(kind, library)
