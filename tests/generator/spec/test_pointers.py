"""JSON pointers: written, taken apart, and followed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.spec import pointers


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([], ""),
        ([""], "/"),
        (["paths", "/a/{b}", "get"], "/paths/~1a~1{b}/get"),
        (["a~b", 0], "/a~0b/0"),
        (["~1"], "/~01"),
    ],
)
def test_pointers_escape_and_unescape_by_rfc_6901(parts: list[str | int], expected: str) -> None:
    assert expected == pointers.pointer(parts)
    assert [str(part) for part in parts] == pointers.parts(expected)


@settings(derandomize=True, deadline=None)
@given(st.lists(st.text()))
def test_a_pointer_is_split_into_its_parts(parts: list[str]) -> None:
    assert parts == pointers.parts(pointers.pointer(parts))


@pytest.mark.parametrize("text", ["a", "#/a", "/~", "/~2", "/a~"])
def test_an_invalid_pointer_is_reported(text: str) -> None:
    with pytest.raises(ValueError, match="is not a JSON pointer"):
        pointers.parts(text)


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [("", {"a": [{"/": 1}], "0": "x"}), ("/a/0/~1", 1), ("/0", "x"), ("/a", [{"/": 1}])],
)
def test_a_pointer_is_resolved(pointer: str, expected: Any) -> None:
    assert expected == pointers.resolve({"a": [{"/": 1}], "0": "x"}, pointer)


@pytest.mark.parametrize(
    ("pointer", "stopped"),
    [
        ("/b/c", "/b"),
        ("/a/1", "/a/1"),
        ("/a/-", "/a/-"),
        ("/a/00", "/a/00"),
        ("/a/-1", "/a/-1"),
        ("/0/0", "/0/0"),
    ],
)
def test_the_error_for_an_unresolved_pointer_has_the_place_where_it_stops(pointer: str, stopped: str) -> None:
    with pytest.raises(KeyError) as caught:
        pointers.resolve({"a": [1], "0": "x"}, pointer)

    assert (stopped,) == caught.value.args
