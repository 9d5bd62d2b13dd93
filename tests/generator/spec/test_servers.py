"""The server of the contract and the one that the client sends its calls to: another one is reported."""

from __future__ import annotations

from typing import Any

import pytest

from generator.spec.pin import load_pin
from generator.spec.servers import other_server, url_of
from venice_client._core.config import BASE_URL

OPERATION: dict[str, Any] = {"get": {"responses": {}}}


def contract(**root: Any) -> dict[str, Any]:
    return {"openapi": "3.0.0", "paths": {"/a": OPERATION, "/b": OPERATION, "/c": OPERATION}, **root}


def test_the_client_sends_to_the_server_of_the_pin() -> None:
    assert load_pin().contract["servers"][0]["url"] == BASE_URL
    assert other_server(load_pin().contract) == ""


@pytest.mark.parametrize(
    "servers",
    [[], [{"url": "/api/v1"}], [{"url": f"{BASE_URL}/"}], [{"url": BASE_URL}, {"url": "https://second.test"}]],
)
def test_the_same_server_a_relative_one_and_none_are_not_another(servers: list[Any]) -> None:
    assert other_server(contract(servers=servers)) == ""


def test_another_server_is_reported_with_the_place_of_the_address() -> None:
    found = other_server(contract(servers=[{"url": "https://two.test/v2"}]))
    assert found == (
        "GET /a, GET /b and 1 more: the contract has the server https://two.test/v2, and the client sends all calls,"
        f" with the API key, to {BASE_URL}. Change BASE_URL in venice_client/_core/config.py, or correct `servers` in"
        " spec/overlay.yaml"
    )


@pytest.mark.parametrize("level", ["path", "operation"])
def test_the_server_of_a_path_or_an_operation_comes_before_that_of_the_document(level: str) -> None:
    own = {"servers": [{"url": "https://own.test"}]}
    item = {**OPERATION, **own} if level == "path" else {"get": {**OPERATION["get"], **own}}
    found = other_server(contract(servers=[{"url": BASE_URL}]) | {"paths": {"/a": OPERATION, "/b": item}})
    assert found.startswith("GET /b: the contract has the server https://own.test,")


def test_variables_of_a_server_have_their_defaults() -> None:
    assert url_of({"url": "https://{at}.test/", "variables": {"at": {"default": "one"}}}) == "https://one.test"
