"""
The stand-in as a whole: samples, responses set by tests, files, streams, concurrency.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from . import StandIn
from .contract import Contract, Operation
from .forms import properties, takes_file
from .media import content
from .samples import sample
from .small_document import DOCUMENT, EDIT, KEY

MAGIC = {
    "image/png": b"\x89PNG",
    "image/jpeg": b"\xff\xd8\xff",
    "image/webp": b"RIFF",
    "audio/wav": b"RIFF",
    "audio/flac": b"fLaC",
    "audio/mpeg": b"ID3",
    "audio/opus": b"OggS",
    "audio/aac": b"\xff\xf1",
}


def sent(contract: Contract, schema: Mapping[str, Any], media_type: str) -> dict[str, Any]:
    """The arguments for httpx that send a sample of a body."""
    value = sample(contract, schema)
    if media_type == "application/json":
        return {"json": value}
    files: list[Any] = []
    data: dict[str, Any] = {}
    for name, node in properties(contract, schema).items():
        if takes_file(contract, node):
            files.append((name, (f"{name}.png", content("image/png"))))
        elif name in value:
            part = value[name]
            texts = [p if isinstance(p, str) else json.dumps(p) for p in (part if isinstance(part, list) else [part])]
            data[name] = texts
    return {"data": data, "files": files}


def rounds(api: StandIn) -> list[str]:
    """Send a sample of every operation and body, with every media type in Accept; return the problems."""
    wrong: list[str] = []
    contract = api.contract
    with httpx.Client(headers=KEY, trust_env=False, verify=False) as client:
        for operation in contract.operations.values():
            path, query, headers = operation.template, {}, dict[str, str]()
            for parameter in operation.parameters:
                value = sample(contract, parameter.schema)
                if parameter.where == "path":
                    path = path.replace("{" + parameter.name + "}", value)
                elif parameter.where == "query":
                    query[parameter.name] = value
                else:
                    headers[parameter.name] = value
            headers |= {"X-Wallet": "w"} if "/wallet" in path else {}
            bodies = [sent(contract, s, m) for m, s in operation.bodies.items()] or [{}]
            for body in bodies:
                for accept in operation.offered or ("*/*",):
                    request = client.build_request(
                        operation.method,
                        api.base_url + path,
                        params=query,
                        headers=headers | {"Accept": accept},
                        **body,
                    )
                    if not operation.security:
                        del request.headers["Authorization"]
                    response = client.send(request)
                    wrong += wrong_answer(contract, operation, accept, response)
    return wrong


def wrong_answer(contract: Contract, operation: Operation, accept: str, response: httpx.Response) -> list[str]:
    label = f"{operation.key} {accept}"
    if response.status_code != operation.status:
        return [f"{label}: {response.status_code} {response.text[:200]}"]
    media_type = response.headers.get("content-type", "").partition(";")[0]
    if media_type == "text/event-stream":
        return []
    if accept != "*/*" and media_type != accept:
        return [f"{label}: it answered {media_type}"]
    if media_type == "application/json":
        schema = operation.answers[operation.status].media[media_type]
        return [f"{label}: {e.message}" for e in contract.validator(schema).iter_errors(response.json())]
    if not response.content.startswith(MAGIC.get(media_type, b"")):
        return [f"{label}: the bytes are not {media_type}"]
    return []


def test_every_operation_of_a_small_description_accepts_and_returns_samples(api: StandIn) -> None:
    assert rounds(api) == []
    api.assert_valid()


@pytest.mark.slow
def test_every_operation_of_the_published_description_accepts_and_returns_samples(real: dict[str, Any]) -> None:
    with StandIn(real) as api:
        assert rounds(api) == []
        api.assert_valid()
        assert {received.operation for received in api.requests} == set(api.operations)


def test_every_declared_response_of_the_published_description_has_a_valid_sample(real: dict[str, Any]) -> None:
    contract = Contract(real)
    for operation in contract.operations.values():
        for status, answer in operation.answers.items():
            schema = answer.media.get("application/json")
            if schema is not None:
                errors = list(contract.validator(schema).iter_errors(sample(contract, schema)))
                assert errors == [], f"{operation.key} {status}"


def test_a_sample_of_a_recursive_schema_is_finite() -> None:
    contract = Contract(DOCUMENT)
    node = sample(contract, {"$ref": "urn:description#/components/schemas/Node"})
    assert node.pop("parent") == node
    assert node == {
        "name": "7d",
        "made": "2026-01-02T03:04:05Z",
        "children": [],
        "kind": 5,
        "both": {"x": 1, "y": "sa"},
        "more": {"sample": -3},
    }


def test_the_media_type_of_a_response_is_chosen_by_the_body_and_accept(api: StandIn, http: httpx.Client) -> None:
    def answered(body: dict[str, Any], accept: str) -> str:
        response = http.post("/image/edit", json=EDIT | body, headers={"Accept": accept})
        return str(response.headers["content-type"])

    assert answered({}, "*/*") == "image/png"
    assert answered({"output_format": "webp"}, "*/*") == "image/webp"
    assert answered({}, "image/png;q=0.2, image/jpeg") == "image/png"
    assert answered({}, "image/webp;q=0.2, image/jpeg") == "image/jpeg"
    api.assert_valid()


def test_successful_responses_have_account_headers(http: httpx.Client) -> None:
    edited = http.post("/image/edit", json=EDIT).headers
    assert edited["cf-ray"].endswith("-AMS")
    assert edited["x-ratelimit-limit-requests"] == "500"
    assert float(edited["x-venice-balance-usd"]) > 0
    assert "x-venice-balance-usd" not in http.get("/models/abc").headers


def test_a_chat_stream_ends_with_done(api: StandIn, http: httpx.Client) -> None:
    body = {"model": "m", "messages": [{}], "stream": True, "stream_options": {"include_usage": True}}
    response = http.post("/chat/completions", json=body, headers={"Accept": "text/event-stream"})
    api.assert_valid()
    assert response.headers["content-type"].startswith("text/event-stream")
    *lines, last = [line.removeprefix("data: ") for line in response.text.split("\n\n") if line]
    chunks = [json.loads(line) for line in lines]
    text = "".join(choice["delta"].get("content", "") for chunk in chunks for choice in chunk["choices"])
    assert (text, last) == ("The boat is on the lake.", "[DONE]")
    assert chunks[-1]["usage"]["total_tokens"] == 12


@pytest.mark.parametrize(("kind", "media_type"), [("audio", "audio/flac"), ("video", "video/mp4")])
def test_a_job_is_in_progress_for_the_answers_that_were_set_and_then_its_file_comes(
    real: dict[str, Any], kind: str, media_type: str
) -> None:
    with StandIn(real) as api, httpx.Client(base_url=api.base_url, headers=KEY, trust_env=False, verify=False) as http:
        api.answer(f"POST /{kind}/retrieve", times=2)
        length = {} if kind == "audio" else {"duration": "5s"}
        job = http.post(f"/{kind}/queue", json={"model": "m", "prompt": "waves"} | length).json()
        assert (job["model"], job.get("download_url")) == ("m", None)  # no address that nothing can be fetched from
        order = {"model": job["model"], "queue_id": job["queue_id"]}
        polls = [http.post(f"/{kind}/retrieve", json=order) for _ in range(3)]
        assert [poll.headers["content-type"] for poll in polls] == ["application/json"] * 2 + [media_type]
        assert [poll.json()["status"] for poll in polls[:2]] == ["PROCESSING"] * 2
        assert polls[2].content == content(media_type)


def test_responses_can_be_set_for_a_number_of_requests(api: StandIn, http: httpx.Client) -> None:
    api.answer("GET /models/{id}", status=429, body={"error": "slow"}, headers={"Retry-After": "1"}, times=2)
    api.answer("GET /models/{id}", status=400, times=1)
    api.answer("GET /models/{id}", body=b"hi", media_type="text/html")
    answers = [http.get("/models/abc") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [429, 429, 400, 200, 200]
    assert answers[0].headers["retry-after"] == "1"
    assert answers[2].json() == {"error": "sample"}
    assert (answers[4].content, answers[4].headers["content-type"]) == (b"hi", "text/html")
    api.reset()
    assert http.get("/models/abc").json()["name"] == "7d"
    with pytest.raises(KeyError):
        api.answer("GET /nowhere")
    with pytest.raises(ValueError, match="declares no text/plain"):
        api.answer("GET /models/{id}", media_type="text/plain")


def test_what_comes_under_an_earlier_address_is_not_remembered(api: StandIn) -> None:
    api.renew()
    earlier = api.base_url
    api.renew()
    assert httpx.post(f"{earlier}/nothing", headers=KEY, trust_env=False, verify=False).status_code == 410
    assert api.requests == []
    assert httpx.post(f"{api.base_url}/nothing", headers=KEY, trust_env=False, verify=False).status_code == 404
    assert len(api.requests) == 1


def test_the_description_is_served_with_an_etag(api: StandIn) -> None:
    with httpx.Client(trust_env=False, verify=False) as client:
        first = client.get(api.description_url)
        again = client.get(api.description_url, headers={"If-None-Match": first.headers["etag"]})
        api.description = b"openapi: 3.0.1\n"
        changed = client.get(api.description_url, headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, first.content) == (200, b"openapi: 3.0.0\n")
    assert "last-modified" in first.headers
    assert (again.status_code, again.content) == (304, b"")
    assert (changed.status_code, changed.content) == (200, b"openapi: 3.0.1\n")
    assert api.requests == []


def test_a_file_outside_of_the_api_is_served_and_recorded(api: StandIn) -> None:
    address = api.file("/clips/1.mp4", content("video/mp4"), "video/mp4")
    assert httpx.get(address, trust_env=False, verify=False).content == content("video/mp4")
    assert [(f.path, "authorization" in f.headers) for f in api.fetches] == [("/clips/1.mp4", False)]


@pytest.mark.slow
def test_requests_are_served_concurrently(api: StandIn, http: httpx.Client) -> None:
    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(lambda n: http.get(f"/models/{n}").status_code, range(100)))
    assert statuses == [200] * 100
    assert len(api.requests) == 100
    api.assert_valid()


def test_an_error_of_the_stand_in_itself_is_raised(http: httpx.Client, api: StandIn) -> None:
    api.answer("GET /models/{id}", body={"never": object()})
    assert http.get("/models/abc").status_code == 500
    with pytest.raises(TypeError):
        api.assert_valid()
