"""A place is known by what it is: the order of lists has no effect on what identifies a finding."""

from __future__ import annotations

from typing import Any

import pytest

from generator.drift.compare.addresses import address
from generator.drift.judge.accepted import Accepted, divided
from generator.drift.judge.findings import Finding
from tests.generator.drift.judging import judged
from tests.generator.drift.pairs import ROWS, base, edited
from tests.table import table

LISTS = ("allOf", "anyOf", "enum", "oneOf", "parameters", "required", "security")
CONTRACT: dict[str, Any] = {
    "tags": [{"name": "a/b"}, {"name": "c"}],
    "parameters": [{"in": "query", "name": "limit"}, {"$ref": "#/components/parameters/Page"}],
    "security": [{"key": []}, {"wallet": [], "sign": []}],
    "plain": {"enum": ["a", "b"]},
    "anyOf": [
        {"type": "string"},
        {"type": "array", "items": {"type": "integer"}},
        {"type": "array", "items": {"$ref": "#/components/schemas/Part"}},
        {"$ref": "#/components/schemas/Part"},
        {"type": "object", "properties": {"type": {"enum": ["text"]}, "text": {"type": "string"}}},
        {"properties": {"type": {"const": "image"}, "url": {"maxLength": 9}}},
        {"type": "boolean", "nullable": True},
        {"type": "boolean"},
        {"type": "number"},
        {"type": "number"},
    ],
}


@table(
    ("where", "known_as"),
    [
        ("", ""),
        ("/tags/0/name", "/tags/a~1b/name"),
        ("/parameters/0/schema/type", "/parameters/query limit/schema/type"),
        ("/parameters/1", "/parameters/#~1components~1parameters~1Page #~1components~1parameters~1Page"),
        ("/security/1", "/security/sign wallet"),
        ("/plain/enum/1", '/plain/enum/"b"'),
        ("/anyOf/0", "/anyOf/string"),
        ("/anyOf/1/items", "/anyOf/array of integer/items"),
        ("/anyOf/2", "/anyOf/array of #~1components~1schemas~1Part"),
        ("/anyOf/3", "/anyOf/#~1components~1schemas~1Part"),
        ("/anyOf/4/properties/text", "/anyOf/type=text/properties/text"),
        ("/anyOf/5/properties/url/maxLength", "/anyOf/type=image/properties/url/maxLength"),
        ("/anyOf/7", '/anyOf/{"type":"boolean"}'),
        ("/anyOf/8", '/anyOf/{"type":"number"} 1'),
        ("/anyOf/9", '/anyOf/{"type":"number"} 2'),
        ("/anyOf/10", None),
        ("/anyOf/0/not/here/3", "/anyOf/string/not/here/3"),
    ],
)
def test_a_member_of_a_list_is_known_by_its_name_or_its_content(where: str, known_as: str | None) -> None:
    assert address(CONTRACT, where) == known_as


def turned(value: Any) -> Any:
    """Return a copy with the lists in reverse whose order says nothing."""
    if isinstance(value, dict):
        return {
            key: [turned(one) for one in item][:: -1 if key in LISTS else 1] if isinstance(item, list) else turned(item)
            for key, item in value.items()
        }
    return value


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS, ids=[str(index) for index in range(len(ROWS))])
def test_the_order_of_lists_has_no_effect_on_fingerprints(row: Any) -> None:
    old, new = base(), edited(row[1])
    for one, other in ((old, new), (new, old)):
        expected = {(found.rule, frozenset(found.fingerprints)) for found in judged(one, other)}
        found = judged(turned(one), turned(other))
        assert {(one.rule, frozenset(one.fingerprints)) for one in found} == expected


def branches(*kinds: str) -> dict[str, Any]:
    body = {"content": {"application/json": {"schema": {"anyOf": [{"type": kind} for kind in kinds]}}}}
    return {"openapi": "3.0.3", "paths": {"/a": {"post": {"requestBody": body, "responses": {"200": {}}}}}}


def removed(*kinds: str) -> Finding:
    """Return the finding that strings are no branch any more."""
    left = [kind for kind in kinds if kind != "string"]
    (found,) = judged(branches(*kinds), branches(*left), python=False)
    return found


def test_an_accepted_branch_stays_accepted_at_another_index() -> None:
    first, last = removed("string", "boolean", "integer"), removed("boolean", "integer", "string")
    assert first.pointer != last.pointer
    assert divided([last], [Accepted(first.fingerprint, "never sent")])[0] == ()


def test_what_is_gone_is_known_as_the_old_contract_has_it() -> None:
    assert removed("string", "boolean", "integer").addresses[0].endswith("/anyOf/string")
