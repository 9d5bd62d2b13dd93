"""Mutated responses are decoded as far as possible: nothing raises, and no value is lost."""

from __future__ import annotations

import copy
import random
from typing import Any

import msgspec
import pytest

from tests.client.json_places import DROPPED, places, replaced
from tests.standin.contract import Contract
from tests.standin.samples import sample
from venice_client import ResponseDecodeError
from venice_client._core.response.answer import Answer
from venice_client._core.response.decode import declared_by, decode, shape_of
from venice_client._core.schema.media_types import EVENT_STREAM
from venice_client._core.schema.model import Model
from venice_client._core.schema.operation import Operation
from venice_client.api import OPERATIONS

ANSWERS = [
    (key, status, media_type)
    for key in sorted(OPERATIONS)
    for status, media_types in OPERATIONS[key].results.items()
    for media_type in media_types
    if status.startswith("2") and media_type in ("application/json", EVENT_STREAM)
]
ODD: tuple[Any, ...] = (None, "brand-new", "", 7, -1.5, True, [], {}, [None], {"odd": 1}, [[{"a": [1]}]], "x" * 300)
EACH = 250

pytestmark = pytest.mark.slow


def mutated(value: Any, chance: random.Random) -> Any:
    """A copy with one to three mutations: a value dropped, added, duplicated or replaced."""
    value = copy.deepcopy(value)
    for _ in range(chance.choice((1, 1, 2, 3))):
        found = list(places(value))
        if not found:
            return chance.choice(ODD)
        *path, last = chance.choice(found)
        holder = value
        for step in path:
            holder = holder[step]
        what = chance.choice(("drop", "odd", "odd", "odd", "add", "wrap"))
        if what == "drop":
            del holder[last]
        elif what == "add" and isinstance(holder, dict):
            holder["brand_new"] = chance.choice(ODD)
        elif what == "wrap":
            holder[last] = chance.choice(([holder[last]], {"inner": holder[last]}))
        else:
            holder[last] = copy.deepcopy(chance.choice(ODD))
    return value


def read_all(value: Any) -> Any:
    """Read every field of every model, and return the whole as plain values."""
    if isinstance(value, Model):
        for name in value.__fields__:
            read_all(getattr(value, name))
        assert repr(value)
        assert value.extra is not None
        return value.to_dict()
    if isinstance(value, list):
        return [read_all(item) for item in value]
    return {name: read_all(item) for name, item in value.items()} if isinstance(value, dict) else value


def _read(operation: Operation, status: str, media_type: str, raw: Any, *, strict: bool = False) -> Any:
    if media_type == EVENT_STREAM:
        shape = shape_of(declared_by(operation, int(status)), media_type)
        assert shape
        return shape.decode(raw)
    return decode(operation, Answer(int(status), {"content-type": media_type}, msgspec.json.encode(raw)), strict=strict)


def _strictly(operation: Operation, status: str, media_type: str, raw: Any) -> ResponseDecodeError | None:
    try:
        _read(operation, status, media_type, raw, strict=True)
    except ResponseDecodeError as error:
        return error
    return None


def test_more_than_10_000_responses_are_mutated() -> None:
    assert len(ANSWERS) * EACH > 10_000


@pytest.mark.parametrize(("key", "status", "media_type"), ANSWERS)
def test_reading_a_mutated_response_loses_no_value(contract: Contract, key: str, status: str, media_type: str) -> None:
    chance = random.Random(f"{key} {status} {media_type}")
    whole = sample(contract, contract.operations[key].answers[int(status)].media[media_type])
    for _ in range(EACH):
        raw = mutated(whole, chance)
        assert read_all(_read(OPERATIONS[key], status, media_type, raw)) == raw


@pytest.mark.parametrize(("key", "status", "media_type"), ANSWERS)
def test_any_value_of_a_response_may_be_missing_or_of_another_type(
    contract: Contract, key: str, status: str, media_type: str
) -> None:
    whole = sample(contract, contract.operations[key].answers[int(status)].media[media_type])
    for path in places(whole):
        for wrong in (DROPPED, None, "brand-new", 7, [], {}):
            raw = replaced(whole, path, wrong)
            assert read_all(_read(OPERATIONS[key], status, media_type, raw)) == raw


@pytest.mark.parametrize(("key", "status", "media_type"), [item for item in ANSWERS if item[2] != EVENT_STREAM])
def test_strict_decoding_refuses_exactly_the_invalid_responses(
    contract: Contract, key: str, status: str, media_type: str
) -> None:
    chance = random.Random(f"{key} {status}")
    schema = contract.operations[key].answers[int(status)].media[media_type]
    validator = contract.validator(schema)
    whole = sample(contract, schema)
    read_all(_read(OPERATIONS[key], status, media_type, whole, strict=True))
    refused = 0
    for _ in range(25):
        raw = mutated(whole, chance)
        error = _strictly(OPERATIONS[key], status, media_type, raw)
        if error is not None:
            refused += 1
            assert error.departures
            assert msgspec.json.decode(error.body) == raw
            assert not validator.is_valid(raw), error
    assert refused
