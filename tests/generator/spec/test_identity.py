"""A moved operation is identified if the match is certain; an ambiguous match is reported."""

from __future__ import annotations

from typing import Any

import pytest

from generator.spec.identity import Known, identify, pair_operations
from tests.contracts import PAIRS, contract
from tests.table import table

Document = dict[str, Any]
BODY = {"type": "object", "properties": {"image": {"type": "string"}, "prompt": {"type": "string"}}}
OTHER = {"type": "object", "properties": {"text": {"type": "string"}}}


def api(*operations: tuple[str, str, Document | None]) -> Document:
    """A contract with an operation for each address, operationId and schema of the body."""
    document: Document = {"paths": {}}
    for address, name, schema in operations:
        method, _, path = address.partition(" ")
        operation: Document = {"responses": {"200": {"content": {"application/json": {"schema": BODY}}}}}
        if name:
            operation["operationId"] = name
        if schema is not None:
            operation["requestBody"] = {"content": {"application/json": {"schema": schema}}}
        document["paths"].setdefault(path, {})[method.lower()] = operation
    return document


def moved(old: Document, new: Document) -> dict[str, str]:
    pairs, _ = pair_operations(old, new)
    return {f"{a[0].upper()} {a[1]}": f"{b[0].upper()} {b[1]}" for a, b in pairs.items()}


@table(
    ("new", "name"),
    [
        ("POST /image/edit", "edit"),
        ("POST /images/edit", "edit"),
        ("POST /image/edit", "changed"),
        ("PUT /image/edit", "edit"),
        ("PUT /image/edit", "changed"),
        ("POST /augment/image/edit", "changed"),
        ("POST /images/edit", ""),
        ("POST /quite/another", "edit"),
    ],
)
def test_an_operation_is_identified_after_a_change_of_path_operation_id_or_both(new: str, name: str) -> None:
    old = api(("POST /image/edit", "edit", BODY), ("POST /image/make", "make", OTHER))
    after = api((new, name, BODY), ("POST /image/make", "make", OTHER))
    assert moved(old, after) == {"POST /image/edit": new, "POST /image/make": "POST /image/make"}
    assert moved(after, old)[new] == "POST /image/edit"


def test_a_renamed_placeholder_is_the_same_operation_even_with_another_body() -> None:
    old, new = api(("PATCH /keys/{id}", "", BODY)), api(("PATCH /keys/{key_id}", "other", OTHER))
    assert moved(old, new) == {"PATCH /keys/{id}": "PATCH /keys/{key_id}"}


def test_a_different_path_operation_id_and_body_is_another_operation() -> None:
    assert moved(api(("POST /image/edit", "edit", BODY)), api(("POST /images/edit", "change", OTHER))) == {}


def test_a_duplicate_operation_id_does_not_identify_an_operation() -> None:
    old = api(("POST /a/one", "same", BODY), ("POST /b/two", "same", OTHER))
    new = api(("POST /x/y", "same", BODY), ("POST /b/two", "other", OTHER))
    assert moved(old, new) == {"POST /b/two": "POST /b/two"}


def test_two_candidates_are_reported_and_none_is_chosen() -> None:
    old = api(("POST /image/edit", "", BODY))
    new = api(("POST /images/edit", "", BODY), ("POST /v2/image/edit", "", BODY))
    pairs, identities = pair_operations(old, new)
    assert pairs == {}
    (report,) = map(str, identities.ambiguities)
    assert report.startswith("POST /image/edit could be POST /images/edit, POST /v2/image/edit (a similar path")


def test_a_move_is_found_if_another_operation_takes_the_old_path() -> None:
    known = [Known("a", (("post", "/a"), ("post", "/b")), ("doA",)), Known("b", (("post", "/a"),), ("doB",))]
    new = api(("POST /a", "doB", OTHER), ("POST /c", "doA", BODY))
    assert identify(known, new).found == {"a": ("post", "/c"), "b": ("post", "/a")}


def test_an_operation_is_identified_by_a_former_path() -> None:
    known = [Known("a", (("post", "/a"), ("post", "/b")), ("doA",))]
    assert identify(known, api(("POST /a", "", OTHER))).found == {"a": ("post", "/a")}


@pytest.mark.slow
def test_the_published_move_is_the_only_one_found() -> None:
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for old, new in PAIRS:
        pairs, identities = pair_operations(contract(old), contract(new))
        assert not identities.ambiguities
        found |= {one: other for one, other in pairs.items() if one != other}
    assert found == {("post", "/text-parser"): ("post", "/augment/text-parser")}
