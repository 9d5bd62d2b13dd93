"""Selecting by JSONPath: our implementation selects the same nodes as the library."""

from __future__ import annotations

from typing import Any

import jsonpath_rfc9535 as jsonpath
import pytest
from jsonpath_rfc9535 import JSONPathError, find

from generator.spec.overlay_tree import compiled, select
from tests.table import table

TREE: dict[str, Any] = {
    "a": {"b": [{"a": {"b": 1}}, {"b": [{"a": 2}]}], "c": {"a": {"a": "text"}}},
    "b": "text",
    "": {"a": None},
}


@table(
    "query",
    ["$", "$.a", "$.a.b", "$.a.b[0].a", "$.missing.a", "$.b.a", "$..a", "$..a..a", "$.a..b", "$..b..a", "$..missing",
     "$['a','b']", "$.a.b[*].b", "$..b[0]", "$..[?@.a]", "$..*.a", "$.b..a", "$['']..a", "$ .a", "$.a .b",
     '$.a["b"]', "$.a['b'].c", "$['a'].b[0]['a']", "$.a.b..a", "$.a[?$.a.c].a"],
)  # fmt: skip
def test_a_query_selects_the_same_nodes_in_the_same_order_as_the_library(query: str) -> None:
    expected = find(query, TREE)
    found = select(compiled(query), TREE)
    assert [(node.location, node.value) for node in found] == [(node.location, node.value) for node in expected]
    assert all(node.parent is None or node.parent.value[node.location[-1]] is node.value for node in found)  # type: ignore[index]


@table(
    "query", ["$.é", "$.aé", "$.a.b_2['é']", r"$['it\'s'].a", "$['a.b'].c", "$['[0]']", r"$['\u0061'].b", "$._a['$']"]
)
def test_names_are_read_as_the_library_reads_them(query: str) -> None:
    names = [segment.selectors[0].name for segment in jsonpath.compile(query).segments]  # type: ignore[attr-defined]
    assert list(compiled(query)) == names


@table(
    "query",
    ["", "a", "$a", "$.", "$.a.", "$.a b", "$.1a", "$.a-b", "$['a'", "$['a']b", r"$['\x'].a", "$.a[", " $.a", "$.a "],
)
def test_what_is_no_query_is_refused_in_the_words_of_the_library(query: str) -> None:
    with pytest.raises(JSONPathError) as expected:
        jsonpath.compile(query)
    with pytest.raises(JSONPathError) as found:
        compiled(query)
    assert str(found.value) == str(expected.value)
