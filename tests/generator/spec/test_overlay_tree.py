"""Selecting by JSONPath: our implementation selects the same nodes as the library."""

from __future__ import annotations

from typing import Any

import pytest
from jsonpath_rfc9535 import find

from generator.spec.overlay_tree import compiled, select

TREE: dict[str, Any] = {
    "a": {"b": [{"a": {"b": 1}}, {"b": [{"a": 2}]}], "c": {"a": {"a": "text"}}},
    "b": "text",
    "": {"a": None},
}


@pytest.mark.parametrize(
    "query",
    ["$", "$.a", "$.a.b", "$.a.b[0].a", "$.missing.a", "$.b.a", "$..a", "$..a..a", "$.a..b", "$..b..a", "$..missing",
     "$['a','b']", "$.a.b[*].b", "$..b[0]", "$..[?@.a]", "$..*.a", "$.b..a", "$['']..a"],
)  # fmt: skip
def test_a_query_selects_the_same_nodes_in_the_same_order_as_the_library(query: str) -> None:
    expected = find(query, TREE)
    found = select(compiled(query), TREE)
    assert [(node.location, node.value) for node in found] == [(node.location, node.value) for node in expected]
    assert all(node.parent is None or node.parent.value[node.location[-1]] is node.value for node in found)  # type: ignore[index]
