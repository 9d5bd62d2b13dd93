"""
Every operation of the contract, sync and async, by its endpoint module and by its resource: the request conforms to
the contract, and every declared response is decoded.
"""

from __future__ import annotations

import asyncio
import base64
import importlib
import json
from collections.abc import Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from tests.standin.contract import Contract
from tests.standin.forms import properties, takes_file
from tests.standin.media import content
from tests.standin.samples import sample
from tests.table import table
from venice_client import AsyncStream, AsyncVenice, BinaryContent, GoneError, Stream, Venice
from venice_client._core.schema.media_types import EVENT_STREAM
from venice_client._core.schema.model import Model
from venice_client._core.schema.operation import Operation
from venice_client._core.schema.record import Record
from venice_client._core.schema.shapes import Ref, Shape
from venice_client.api import OPERATIONS
from venice_client.images.embed import located, replaced
from venice_client.images.results import ImageResults

if TYPE_CHECKING:
    from tests.standin import StandIn

KEYS = sorted(OPERATIONS)
PNG = content("image/png")
GONE = {"GET /billing/usage"}
"""Operations that declare no success."""
URL = "https://files.example/a.png"
OWN_FLOW = {"POST /x402/top-up"}
"""Operations whose method in the resource makes several requests of its own."""
FORM_ALONE = {"POST /image/background-remove", "POST /image/upscale"}
"""Operations whose method in the resource sends no picture in JSON: they take no URL there, and all else is a file."""


# ---- requests


class Case:
    """A body of an operation: its sample with wire names, and as arguments with Python names."""

    def __init__(self, contract: Contract, key: str, media_type: str | None, *, full: bool) -> None:
        self.operation = OPERATIONS[key]
        self.media_type = media_type
        described = contract.operations[key]
        self.parameters = {
            declared.name: sample(contract, found.schema)
            for declared in self.operation.parameters
            for found in described.parameters
            if (found.name, found.where) == (declared.wire, declared.location) and (full or found.required)
        }
        self.value: Any = None
        if media_type:
            self.value = _body(contract, described.bodies[media_type], (key, "body", media_type), full=full)
            if media_type != "application/json":
                self.value = _with_files(contract, described.bodies[media_type], self.value, full=full)
            self.value = _with_pictures(self.operation, self.value)

    @property
    def body(self) -> Any:
        """The body as an endpoint function takes it."""
        shape = self.operation.bodies[self.media_type or ""]
        return shape.model(**self._fields(shape)) if isinstance(shape, Ref) else self.value

    def _fields(self, shape: Ref) -> dict[str, Any]:
        names = {declared.wire: name for name, declared in shape.model.__fields__.items()}
        return {names[wire]: value for wire, value in self.value.items()}

    @property
    def arguments(self) -> dict[str, Any]:
        """All arguments of the method of the resource."""
        shape = self.operation.bodies.get(self.media_type or "")
        if shape is None:
            return self.parameters
        fields = self._fields(shape) if isinstance(shape, Ref) else {"body": self.value}
        return {**self.parameters, **fields}


def _body(contract: Contract, schema: Any, place: tuple[str, ...], *, full: bool) -> Any:
    """The sample of a body; only its required properties unless it is to be full."""
    value = sample(contract, schema)
    if full or not isinstance(value, dict):
        return value
    for name in list(value):
        less = {key: item for key, item in value.items() if key != name}
        if contract.validator(schema, written=True).is_valid(less):
            value = less
    return value


def _with_pictures(operation: Operation, value: Any) -> Any:
    """The sample with pictures where pictures go."""
    texts = {
        at: URL if place.takes_url else base64.b64encode(PNG).decode()
        for place, at, old in located(operation, value)
        if place in operation.pictures and isinstance(old, str)
    }
    return replaced(value, texts)


def _with_files(contract: Contract, schema: Any, value: dict[str, Any], *, full: bool) -> dict[str, Any]:
    """The sample of a form with files where files go."""
    for name, node in properties(contract, schema).items():
        if takes_file(contract, node) and (full or not value or name in value):
            many = contract.resolve(node).get("type") == "array"
            value[name] = [(f"{n}.png", PNG, "image/png") for n in range(2)] if many else PNG
    return value


CASES = [
    (key, media_type, full)
    for key in KEYS
    for media_type in OPERATIONS[key].bodies or (None,)
    for full in (False, True)
]


def method_of(client: Any, operation: Operation) -> Any:
    for name in operation.name.split("."):
        client = getattr(client, name)
    return client


def drain(value: Any) -> Any:
    return list(value) if isinstance(value, Stream) else value


async def adrain(value: Any) -> Any:
    return [item async for item in value] if isinstance(value, AsyncStream) else value


@pytest.mark.slow
@pytest.mark.parametrize(("key", "media_type", "full"), CASES)
def test_a_sample_request_conforms_to_the_contract(
    api: StandIn, contract: Contract, key: str, media_type: str | None, full: bool
) -> None:
    case = Case(contract, key, media_type, full=full)
    module = importlib.import_module(case.operation.module)
    body = {"body": case.body} if media_type else {}

    by_method = key not in OWN_FLOW and (key not in FORM_ALONE or media_type != "application/json")

    def work() -> list[Any]:
        with Venice("k", base_url=api.base_url) as venice:
            return [
                drain(module.sync(client=venice, **case.parameters, **body)),
                drain(module.sync_detailed(client=venice, **case.parameters, **body).parsed),
                *([drain(method_of(venice, case.operation)(**case.arguments))] if by_method else []),
            ]

    async def awork() -> list[Any]:
        async with AsyncVenice("k", base_url=api.base_url) as venice:
            return [
                await adrain(await module.asyncio(client=venice, **case.parameters, **body)),
                await adrain((await module.asyncio_detailed(client=venice, **case.parameters, **body)).parsed),
                *([await adrain(await method_of(venice, case.operation)(**case.arguments))] if by_method else []),
            ]

    if key in GONE:
        with pytest.raises(GoneError):
            work()
        with pytest.raises(GoneError):
            asyncio.run(awork())
        return
    answers = work() + asyncio.run(awork())
    api.assert_valid()
    assert len(api.requests) == (6 if by_method else 4)
    for request in api.requests:
        assert request.operation == key
        assert request.media_type == (media_type or "")
        assert _sent(request) == _sent(api.requests[0])
    if media_type == "application/json":
        assert api.requests[0].value == json.loads(json.dumps(case.value))
    for answer in answers:
        assert type(answer) is type(answers[0]) or isinstance(answer, BinaryContent | ImageResults)


def _sent(request: Any) -> Any:
    return request.value, request.files, request.query, request.media_type, request.path


# ---- responses

ANSWERED = [
    (key, int(status), media_type)
    for key in KEYS
    for status, media_types in OPERATIONS[key].results.items()
    if status.startswith("2")
    for media_type in media_types
]


def touch(value: Any) -> None:
    if isinstance(value, Model):
        for name in value.__fields__:
            touch(getattr(value, name))
    elif isinstance(value, list):
        for item in value:
            touch(item)
    elif isinstance(value, dict):
        touch(list(value.values()))


def plain(value: Any) -> Any:
    if isinstance(value, Model):
        return value.to_dict()
    return [plain(item) for item in value] if isinstance(value, list) else value


@table(("key", "status", "media_type"), [row for row in ANSWERED if row[2] == "application/json"])
def test_every_declared_response_can_be_dumped_by_names_in_python_and_validated(
    contract: Contract, key: str, status: int, media_type: str
) -> None:
    raw = sample(contract, contract.operations[key].answers[status].media[media_type])
    answer = OPERATIONS[key].results[str(status)][media_type].decode(raw)
    if isinstance(answer, Model):
        assert type(answer).model_validate(answer.model_dump(exclude_unset=True)) == answer
        assert type(answer).model_validate_json(answer.model_dump_json(exclude_unset=True)) == answer


@pytest.mark.parametrize(("key", "status", "media_type"), ANSWERED)
@pytest.mark.parametrize("kind", ["sync", "async"])
def test_every_declared_response_is_decoded_to_its_type(
    api: StandIn, contract: Contract, key: str, status: int, media_type: str, kind: str
) -> None:
    operation = OPERATIONS[key]
    case = Case(contract, key, next(iter(operation.bodies), None), full=False)
    module = importlib.import_module(operation.module)
    arguments = dict(case.parameters)
    shape = operation.results[str(status)][media_type]
    expected: Any = None
    if media_type == EVENT_STREAM:
        described = contract.operations[key].answers[status].media[media_type]
        expected = sample(contract, described)
        events = f"data: {json.dumps(expected)}\n\ndata: [DONE]\n\n".encode()
        api.answer(key, status=status, media_type=media_type, body=events)
        arguments["body"] = {**case.value, "stream": True}
    else:
        api.answer(key, status=status, media_type=media_type)
        if case.value is not None:
            arguments["body"] = case.body
        if media_type == "application/json":
            expected = sample(contract, contract.operations[key].answers[status].media[media_type])
    answer = _called(kind, api, module, arguments)
    api.assert_valid()
    if media_type == EVENT_STREAM:
        assert len(answer) == 1
        assert isinstance(answer[0], _model(shape))
        touch(answer[0])
        assert plain(answer[0]) == expected
    elif media_type == "application/json":
        if isinstance(shape, Ref):
            assert isinstance(answer, shape.model)
        else:
            assert shape.plain or _holds_model(answer)
        touch(answer)
        assert plain(answer) == expected
    elif media_type.startswith("text/"):
        assert isinstance(answer, str)
        assert answer
    else:
        assert type(answer) is BinaryContent
        assert answer.media_type == media_type
        assert answer.data == content(media_type)


def _called(kind: str, api: StandIn, module: ModuleType, arguments: Mapping[str, Any]) -> Any:
    if kind == "sync":
        with Venice("k", base_url=api.base_url) as venice:
            return drain(module.sync(client=venice, **arguments))

    async def go() -> Any:
        async with AsyncVenice("k", base_url=api.base_url) as venice:
            return await adrain(await module.asyncio(client=venice, **arguments))

    return asyncio.run(go())


def _model(shape: Shape) -> type[Record]:
    assert isinstance(shape, Ref)
    return shape.model


def _holds_model(value: Any) -> bool:
    if isinstance(value, list):
        return any(_holds_model(item) for item in value)
    if isinstance(value, dict):
        return any(_holds_model(item) for item in value.values())
    return isinstance(value, Model)


@pytest.mark.parametrize("key", KEYS)
def test_every_operation_raises_the_error_of_a_response(api: StandIn, contract: Contract, key: str) -> None:
    from venice_client import RateLimitError

    case = Case(contract, key, next(iter(OPERATIONS[key].bodies), None), full=False)
    body = {"body": case.body} if case.media_type else {}
    api.answer(key, status=429, body={"error": "slow"}, headers={"Retry-After": "7"})
    with Venice("k", base_url=api.base_url, max_retries=0) as venice, pytest.raises(RateLimitError) as caught:
        importlib.import_module(case.operation.module).sync(client=venice, **case.parameters, **body)
    assert caught.value.retry_after == 7
    assert caught.value.method == OPERATIONS[key].method
