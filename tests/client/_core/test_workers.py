"""Clients, inputs, results and errors can be pickled to other processes, completely and without the key."""

from __future__ import annotations

import asyncio
import copy
import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import venice_client
from tests.table import table
from venice_client import AsyncVenice, BadRequestError, ImageInput, ImageResult, MapResult, Venice, VeniceError
from venice_client._core import errors

if TYPE_CHECKING:
    from tests.standin import StandIn

EDIT = "POST /image/edit"
PHOTO = Path(__file__).resolve().parents[3] / "examples" / "photo.png"

# What the constructors need beside the message.
NEEDED: dict[type[VeniceError], dict[str, Any]] = {
    errors.JobFailedError: {"status": "FAILED", "body": {"error": "no"}},
    errors.ResponseDecodeError: {"status": 200, "media_type": "text/html", "body": b"<html>", "request_id": "r-1"},
    errors.StreamInterrupted: {"received": ["a", "b"]},
    errors.StreamTimeoutError: {"received": ["a"], "method": "POST", "path": "/chat/completions"},
    errors.TooManyFailuresError: {"retry_after": 12.5},
    errors.VeniceConnectionError: {"method": "POST", "path": "/image/edit", "kind": "timeout"},
    errors.VeniceTimeoutError: {"method": "POST", "path": "/image/edit", "kind": "timeout"},
}


def every_error() -> list[type[VeniceError]]:
    found = [getattr(venice_client, name) for name in venice_client.__all__]
    return [kind for kind in found if isinstance(kind, type) and issubclass(kind, VeniceError)]


def made(kind: type[VeniceError]) -> VeniceError:
    if issubclass(kind, errors.VeniceAPIError):
        body = {"error": "no", "suggested_prompt": "softer"}
        return kind("no", status=400, code="NO", body=body, issues=[1], headers={"cf-ray": "r-1"}, retry_after=2.0)
    if issubclass(kind, errors.RequestValidationError):
        return kind(["first", "second"])
    return kind("reported", **NEEDED.get(kind, {}))


@table("kind", every_error())
def test_pickled_errors_keep_everything(kind: type[VeniceError]) -> None:
    error = made(kind)
    error.advice = "Look before sending it again."
    error.add_note("picture 3")
    for arrived in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):
        assert type(arrived) is kind
        assert (str(arrived), vars(arrived)) == (str(error), vars(error))


@pytest.mark.parametrize("kind", [Venice, AsyncVenice])
def test_an_unpickled_client_reads_the_key_of_its_own_environment(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client = kind("secret-key", base_url="http://127.0.0.1:9/api", timeout=7.0, max_retries=5, local_files=False)
    data = pickle.dumps(client)
    assert b"secret-key" not in data
    monkeypatch.setenv("VENICE_API_KEY", "key-of-the-worker")
    arrived = pickle.loads(data)
    assert type(arrived) is kind
    assert arrived.config.api_key == "key-of-the-worker"
    assert (arrived.base_url, arrived.timeout, arrived.local_files) == ("http://127.0.0.1:9/api", 7.0, False)
    assert arrived.max_retries == 5


def test_pickled_inputs_and_results_are_equal_to_the_originals() -> None:
    data = PHOTO.read_bytes()
    result = ImageResult(data, "image/png", {"cf-ray": "r-1"})
    values: list[Any] = [
        ImageInput.path(PHOTO, resize=True),
        ImageInput.bytes(data, strip_metadata=True),
        ImageInput.url("https://example.com/a.png"),
        ImageInput.base64(result.base64),
        ImageInput.data_uri(result.data_uri),
        ImageInput.of(PHOTO),
        result,
        MapResult(3, "a.png", PHOTO, result=result, attempts=2),
        MapResult(4, "b.png", data, error=made(BadRequestError)),
    ]
    for value in values:
        arrived = pickle.loads(pickle.dumps(value))
        assert type(arrived) is type(value)
        if isinstance(value, MapResult) and value.error:
            assert str(arrived.error) == str(value.error)
        else:
            assert arrived == value
    assert pickle.loads(pickle.dumps(result)).width == result.width == 512


def edit(client: Any, picture: Any) -> Any:
    """Edit a picture in another process, with pickled arguments only."""
    if isinstance(client, AsyncVenice):
        return asyncio.run(client.images.edit(picture, "make the sky a sunset"))
    with client:
        return client.images.edit(picture, "make the sky a sunset")


@pytest.mark.slow
def test_a_client_works_in_another_process(api: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENICE_API_KEY", "key-of-the-worker")
    clients = [Venice("k", base_url=api.base_url, max_retries=0), AsyncVenice("k", base_url=api.base_url)]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        results = [pool.submit(edit, client, ImageInput.path(PHOTO)).result(60) for client in clients]
        again = pool.submit(edit, clients[0], results[0]).result(60)  # a result is a valid picture input
        api.answer(EDIT, status=422, body={"error": "no", "suggested_prompt": "softer"})
        error = pool.submit(edit, clients[0], PHOTO).exception(60)
    assert all(isinstance(result, ImageResult) and result.media_type == "image/png" for result in [*results, again])
    assert isinstance(error, errors.UnprocessableEntityError)
    assert error.suggested_prompt == "softer"
    assert {request.headers["authorization"] for request in api.requests} == {"Bearer key-of-the-worker"}
    api.assert_valid()
