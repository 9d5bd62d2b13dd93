"""UNSET is a singleton, also after copying and pickling."""

from __future__ import annotations

import copy
import pickle

import pytest

from venice_client._core.schema.sentinel import UNSET, Unset


def test_unset_is_a_singleton() -> None:
    assert Unset() is UNSET


def test_unset_is_falsy_and_not_none() -> None:
    assert bool(UNSET) is False
    assert UNSET is not None


def test_the_repr_of_unset_is_its_name() -> None:
    assert repr(UNSET) == "UNSET"
    assert f"{UNSET}" == "UNSET"


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickling_preserves_the_identity_of_unset(protocol: int) -> None:
    assert pickle.loads(pickle.dumps(UNSET, protocol)) is UNSET


def test_copying_preserves_the_identity_of_unset() -> None:
    assert copy.copy(UNSET) is UNSET
    assert copy.deepcopy({"field": [UNSET]})["field"][0] is UNSET


def test_unset_cannot_be_subclassed() -> None:
    with pytest.raises(TypeError, match="final"):
        type("Other", (Unset,), {})


def test_unset_has_no_settable_attributes() -> None:
    with pytest.raises(AttributeError):
        UNSET.anything = 1  # type: ignore[attr-defined]
