"""What is found to be plain JSON is what conversion, pictures, checks and the encoder leave as it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import pytest

from tests.client._core.test_mutations import ODD
from tests.client.json_places import DROPPED, places, replaced
from tests.standin.contract import Contract
from tests.standin.samples import sample
from venice_client._core.request.body import _unfit
from venice_client._core.schema.check import find_violations
from venice_client._core.schema.inputs import input_value
from venice_client._core.schema.operation import Operation
from venice_client._core.schema.plain import is_plain
from venice_client._core.schema.sentinel import UNSET
from venice_client.api import OPERATIONS
from venice_client.images.embed import located

BODIES = sorted(key for key, operation in OPERATIONS.items() if "application/json" in operation.bodies)

LOOKED_AT = {"consumptionLimit"}
"""Fields that are never plain: limits of spending."""


class Size(StrEnum):
    LARGE = "large"


class Text(str):
    __slots__ = ()


VALUES: tuple[Any, ...] = (
    *ODD, DROPPED, UNSET, float("nan"), [1.5, float("inf")], 10**20, b"bytes", (1, 2), {1}, Size.LARGE, Text("text"),
    Path("a.png"), date(2026, 1, 2), ["text"], [None, "text"], {"a": None}, {"a": {"b": [float("nan")]}}, {"a": b""},
    ["text", 1.5], [1.5, 10**400], [1.5, None, True],
)  # fmt: skip


def bodies(contract: Contract, key: str) -> Iterator[Any]:
    """The sample of a body, and one for each of its places with each of the values there."""
    whole = sample(contract, contract.operations[key].bodies["application/json"])
    body = {name: value for name, value in whole.items() if name not in LOOKED_AT} if isinstance(whole, dict) else whole
    yield body
    yield whole
    for place in places(body):
        held = reduce(getitem, place, body)
        for value in (*VALUES, *([held * 200, []] if isinstance(held, list) else [])):
            yield replaced(body, place, value)
    if isinstance(body, dict):
        yield from ({**body, "brand_new": value} for value in VALUES if value is not DROPPED)


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal, of the same types throughout."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[name], other[name]) for name in one)
    return all(map(same, one, other)) and len(one) == len(other) if isinstance(one, list) else bool(one == other)


def left_alone(operation: Operation, body: Any) -> bool:
    shape = operation.bodies["application/json"]
    return (
        same(input_value(body, shape), body)
        and not located(operation, body)
        and not find_violations(shape, body)
        and not list(_unfit(body, ()))
    )


@pytest.mark.parametrize("key", BODIES)
def test_a_plain_body_is_left_alone_by_all(contract: Contract, key: str) -> None:
    operation = OPERATIONS[key]
    shape = operation.bodies["application/json"]
    for number, body in enumerate(bodies(contract, key)):
        if is_plain(shape, body, operation.places):
            assert left_alone(operation, body), body
        elif number == 0:
            assert not left_alone(operation, body), f"{body} could be sent as it stands"


def test_a_usual_chat_is_plain() -> None:
    operation = OPERATIONS["POST /chat/completions"]
    shape = operation.bodies["application/json"]
    part = {"type": "text", "text": "What is this?"}
    picture = {"type": "image_url", "image_url": {"url": "https://files.example/a.png"}}

    def chat(*parts: dict[str, Any]) -> dict[str, Any]:
        messages = [{"role": "system", "content": "Be short."}, {"role": "user", "content": list(parts)}]
        extra = {"temperature": 0.5, "stop": None, "venice_parameters": {"enable_web_search": "on"}}
        return {"model": "m", "messages": messages, **extra}

    assert is_plain(shape, chat(part), operation.places)
    assert not is_plain(shape, chat(part, picture), operation.places), "a picture is looked at"
