"""Fixtures for the tests of histories: a small description, and a folder with bumps of every kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.generator.history.walking import Document, save, versions


@pytest.fixture
def small(contract_of: Callable[..., Document]) -> Document:
    thing = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
    body = {"required": True, "content": {"application/json": {"schema": thing}}}
    return contract_of(requestBody=body)


@pytest.fixture
def folder(tmp_path: Path, small: Document) -> Path:
    dated = {f"2025_0{at}_01": one for at, one in enumerate(versions(small), 1)}
    again = 'openapi: "3.0.0"\npaths: {/a: {get: {}}}\npaths: {}\n'
    return save(tmp_path / "all", **dated, **{"2025_04_02": again, "2024_12_31": ""})
