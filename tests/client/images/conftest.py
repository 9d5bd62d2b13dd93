"""What tests of pictures share: inputs of every kind, and retries that do not wait."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.client.picture_matrix import Inputs


@pytest.fixture
def inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Inputs]:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    with Inputs(tmp_path) as inputs:
        yield inputs


@pytest.fixture
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries are sent without waiting."""
    monkeypatch.setattr("venice_client._core.retry.policy._FIRST_SECONDS", 0.001)
