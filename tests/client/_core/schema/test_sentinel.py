"""UNSET is one object, whatever is done with it."""

from __future__ import annotations

import copy
import pickle

import pytest

from venice_client._core.schema.sentinel import UNSET, Unset


def test_calling_the_class_gives_the_one_instance() -> None:
    assert Unset() is UNSET


def test_it_is_falsy_and_not_none() -> None:
    assert bool(UNSET) is False
    assert UNSET is not None


def test_it_shows_itself_by_its_name() -> None:
    assert repr(UNSET) == "UNSET"
    assert f"{UNSET}" == "UNSET"


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickling_with_any_protocol_gives_the_same_object(protocol: int) -> None:
    assert pickle.loads(pickle.dumps(UNSET, protocol)) is UNSET


def test_copies_are_the_same_object_also_deep_inside() -> None:
    assert copy.copy(UNSET) is UNSET
    assert copy.deepcopy({"field": [UNSET]})["field"][0] is UNSET


def test_it_has_no_subclasses() -> None:
    with pytest.raises(TypeError, match="final"):
        type("Other", (Unset,), {})


def test_it_takes_no_attributes() -> None:
    with pytest.raises(AttributeError):
        UNSET.anything = 1  # type: ignore[attr-defined]
