"""The names that hand-written classes use are found in their source, as Python finds them when it runs."""

from __future__ import annotations

import pytest

from generator.plan.reserved_names import class_members
from venice_client._core.client import AsyncClient, SyncClient
from venice_client._core.resource import Resource
from venice_client._core.schema.model import Model


@pytest.mark.parametrize(
    ("module", "kind"),
    [
        ("_core.client", SyncClient),
        ("_core.client", AsyncClient),
        ("_core.resource", Resource),
        ("_core.schema.model", Model),
    ],
)
def test_every_public_name_of_a_class_and_its_bases_is_found(module: str, kind: type) -> None:
    public = {name for name in dir(kind) if not name.startswith("_")}
    assert public <= class_members(module, kind.__name__)


def test_attributes_that_methods_set_are_found() -> None:
    assert {"base_url", "close"} <= class_members("_core.client", "SyncClient")
    assert class_members("_core.client", "NoSuchClass") == frozenset()
