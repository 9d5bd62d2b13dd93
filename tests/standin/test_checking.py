"""
The stand-in accepts valid requests and reports the problems of others.
"""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from . import StandIn
from .pictures import photo
from .small_document import EDIT, KEY


def problems(api: StandIn) -> str:
    return "\n".join(api.requests[-1].problems)


@pytest.mark.parametrize(
    ("query", "headers", "reported"),
    [
        ("type=text&limit=3&tags=a&tags=b", {}, ""),
        ("limit=3", {}, "query: 'type' is required"),
        ("type=sound", {}, "'sound' is not one of"),
        ("type=text&limit=many", {}, "'many' is not of type 'integer'"),
        ("type=text&limit=10", {}, "10 is greater than the maximum of 9"),
        ("type=text&type=image", {}, "query: 'type' is sent more than once"),
        ("type=text&kind=x", {}, "query: 'kind' is not declared"),
        ("type=text&tags=long", {}, "/0: 'long' is too long"),
        ("type=%FF", {}, "query: it is not UTF-8"),
        ("type=text", {"X-Trace": "A1"}, "header: 'X-Trace' /: 'A1' does not match"),
        ("type=text", {"Accept": "image/png"}, "accept: 'image/png' admits none of application/json"),
        ("type=text", {"Accept": "application/*;q=0.1"}, ""),
        ("type=text", {"Authorization": "Bearer"}, "not `Bearer` and one token"),
        ("type=text", {"Authorization": "Basic abc"}, "not `Bearer` and one token"),
    ],
)
def test_parameters_and_headers_are_checked(
    api: StandIn, http: httpx.Client, query: str, headers: dict[str, str], reported: str
) -> None:
    response = http.get(f"{api.base_url}/models?{query}", headers=headers)
    assert response.status_code == (400 if reported else 200), problems(api)
    assert reported in problems(api)
    assert response.json().get("details", {}).get("_errors", []) == list(api.requests[-1].problems)


def test_a_literal_path_takes_precedence_over_a_templated_one(api: StandIn, http: httpx.Client) -> None:
    http.get("/models/rates")
    http.get("/models/a%2Fb")
    http.get("/models/much-too-long")
    http.delete("/models/abc")
    assert [received.operation for received in api.requests] == [
        "GET /models/rates",
        "GET /models/{id}",
        "GET /models/{id}",
        "DELETE /models/{id}",
    ]
    assert [len(received.problems) for received in api.requests] == [0, 0, 1, 0]


@pytest.mark.parametrize(
    ("path", "headers", "reported"),
    [
        ("/models/abc", {}, "security: the request carries no credentials; it needs Key"),
        ("/models/abc", KEY, ""),
        ("/models?type=text", {}, ""),
        ("/models?type=text", KEY, ""),
        ("/open", {}, ""),
        ("/open", KEY, "security: the operation takes no key"),
        ("/wallet", KEY, "it needs Wallet"),
        ("/wallet", {"X-Wallet": ""}, "it needs Wallet"),
        ("/wallet", {"X-Wallet": "signed"}, ""),
    ],
)
def test_credentials_are_required_by_operations_that_declare_them(
    api: StandIn, path: str, headers: dict[str, str], reported: str
) -> None:
    response = httpx.get(api.base_url + path, headers=headers, trust_env=False, verify=False)
    assert response.status_code == (400 if reported else 200), problems(api)
    assert reported in problems(api)


@pytest.mark.parametrize(
    ("body", "reported"),
    [
        (EDIT, ""),
        (EDIT | {"quality": None}, ""),
        ({"prompt": "sunset"}, "body: /: 'image' is a required property"),
        (EDIT | {"prompt": ""}, "body: /prompt: "),
        (EDIT | {"prompt": 7}, "body: /prompt: 7 is not of type 'string'"),
        (EDIT | {"strength": 0}, "body: /strength: 0 is less than or equal to"),
        (EDIT | {"prompt": None}, "body: /prompt: None for not nullable"),
        (EDIT | {"mask": "x"}, "('mask' was unexpected)"),
        ([], "body: /: [] is not of type 'object'"),
        (b'{"prompt": "a", "prompt": "b", "image": ""}', "a key twice: 'prompt'"),
        (b'{"prompt": "a", "image": "", "strength": NaN}', "NaN is not JSON"),
        (b'\xef\xbb\xbf{"prompt": "a", "image": ""}', "byte order mark"),
        (b'{"prompt": "\xff", "image": ""}', "body: no JSON"),
        (b"", "body: there is none"),
    ],
)
def test_json_bodies_are_checked(api: StandIn, http: httpx.Client, body: Any, reported: str) -> None:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = http.post("/image/edit", content=data, headers={"Content-Type": "application/json"})
    assert response.status_code == (400 if reported else 200), problems(api)
    assert reported in problems(api)


def test_an_undeclared_media_type_of_a_body_is_reported(api: StandIn, http: httpx.Client) -> None:
    http.post("/image/edit", content=b"hi", headers={"Content-Type": "text/plain"})
    assert problems(api) == "body: 'text/plain' is none of application/json, multipart/form-data"
    http.request("GET", "/models/abc", content=b"{}", headers={"Content-Type": "application/json"})
    assert problems(api) == "body: the operation takes none"
    http.post("/image/edit", content=b"hi", headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert "body: no multipart form" in problems(api)


def test_form_fields_are_converted_to_the_declared_types(api: StandIn, http: httpx.Client) -> None:
    layers = [("images", ("a.png", photo())), ("images", ("b.png", photo(alpha=True)))]
    http.post("/image/multi-edit", data={"prompt": "blend", "tags": ["1", "2"]}, files=layers)
    api.assert_valid()
    received = api.requests[-1]
    assert received.value == {"prompt": "blend", "tags": [1, 2]}
    assert received.files == {"images": [photo(), photo(alpha=True)]}
    assert (received.media_type, received.path) == ("multipart/form-data", "/image/multi-edit")


@pytest.mark.parametrize(
    ("path", "data", "names", "reported"),
    [
        ("/image/edit", {"prompt": "a", "safe_mode": "true", "strength": "0.5"}, ["image"], ""),
        ("/image/edit", {"prompt": "a", "image": "aGk="}, [], ""),
        (
            "/image/edit",
            {"prompt": "a", "safe_mode": "yes"},
            ["image"],
            "/safe_mode: 'yes' is not of type 'boolean'",
        ),
        ("/image/edit", {}, ["image", "prompt"], "a file is sent as 'prompt', which takes none"),
        (
            "/image/edit",
            {"prompt": "a"},
            ["image", "mask"],
            "a file is sent as 'mask', which is not declared",
        ),
        ("/image/edit", {"prompt": "a"}, ["image", "image"], "'image' is sent more than once"),
        ("/image/multi-edit", {"prompt": "a"}, [], "'images' is a required property"),
        (
            "/image/multi-edit",
            {"prompt": "a", "images": "x"},
            ["images"],
            "'images' takes a file and is sent as text",
        ),
    ],
)
def test_forms_are_checked(
    api: StandIn, http: httpx.Client, path: str, data: dict[str, str], names: list[str], reported: str
) -> None:
    texts = [(name, (None, text)) for name, text in data.items()]
    parts: list[Any] = [*texts, *((name, ("a.png", photo())) for name in names)]
    response = http.post(path, files=parts)
    assert response.status_code == (400 if reported else 200), problems(api)
    assert reported in problems(api)


def test_an_unknown_path_returns_404_and_is_reported(api: StandIn, http: httpx.Client) -> None:
    assert http.get("/nowhere").status_code == 404
    assert http.put("/models").status_code == 404
    with pytest.raises(AssertionError, match=r"GET /api/v1/nowhere(.|\n)*PUT /api/v1/models"):
        api.assert_valid()
    api.reset()
    api.assert_valid()
