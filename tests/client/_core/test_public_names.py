"""The public names of the package: what imports them, and what they are in both clients."""

from __future__ import annotations

import inspect
import subprocess
import sys
from typing import Any

import pytest

import venice_client
import venice_client._core.errors as core_errors
import venice_client.errors
from tests.table import table
from venice_client import (
    AsyncVenice,
    Venice,
    models,
)


def test_importing_the_package_imports_no_endpoint_and_no_model() -> None:
    code = (
        "import sys, venice_client; from venice_client import Venice, AsyncVenice;"
        "v = Venice('k'); v.images; v.embeddings; AsyncVenice('k').models;"
        "print([m for m in sys.modules if m.startswith('venice_client.models.')"
        " or m.startswith('venice_client.api.') and m.count('.') > 2])"
    )
    bare = "import sys, venice_client; print([m for m in sys.modules if 'httpx' in m or 'api' in m.split('.')])"
    for source in (code, bare):
        done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "[]"


@table("name", venice_client.__all__)
def test_every_public_name_can_be_imported(name: str) -> None:
    assert getattr(venice_client, name) is not None or name == "UNSET"


def test_every_error_can_be_imported_from_the_package() -> None:
    listed = core_errors.__all__
    assert set(listed) <= set(venice_client.__all__)
    assert all(getattr(venice_client, name) is getattr(venice_client.errors, name) for name in listed)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Vence'"):
        _ = venice_client.Vence  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="has no attribute 'Nope_VALUES'"):
        _ = models.Nope_VALUES  # type: ignore[attr-defined]
    assert models.ImageEditOutputFormat_VALUES == ("jpeg", "png", "webp")  # type: ignore[attr-defined]


def test_the_error_for_an_unknown_operation_lists_the_known_ones() -> None:
    with pytest.raises(AttributeError, match=r"Images has no operation 'edti'; it has .*edit"):
        _ = Venice("k").images.edti  # type: ignore[attr-defined]


def test_sync_and_async_clients_have_equal_signatures() -> None:
    def parameters(kind: type) -> list[tuple[str, Any, Any]]:
        found = inspect.signature(kind).parameters.values()
        return [(item.name, item.kind, item.default) for item in found]

    assert parameters(Venice) == parameters(AsyncVenice)
    for name in ("send", "request"):
        sync, other = (inspect.signature(getattr(kind, name)).parameters for kind in (Venice, AsyncVenice))
        assert list(sync.values()) == list(other.values())
