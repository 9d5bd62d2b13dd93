"""Programs written for the openai package: errors, and the options of clients."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from tests.client.openai.programs import M, program, with_async_client, with_client

# -- errors --------------------------------------------------------------------------------------------


def error_of(status: str, name: str) -> None:
    def run(sdk: Any, client: Any) -> Any:
        kind = getattr(sdk, name)
        try:
            client.chat.completions.create(model=status, messages=M)
        except kind as error:
            tree = [isinstance(error, getattr(sdk, base)) for base in ("APIStatusError", "APIError", "OpenAIError")]
            return (
                *(tree, error.status_code, error.response.status_code, error.response.json()["error"]["message"]),
                *(error.code, error.param, error.type, error.request_id, error.request.method),
                *(error.response.headers["x-request-id"], json.loads(error.response.text)),
            )

    run.__name__ = f"error_{status}"
    with_client(run)


for _status, _name in (
    *(("400", "BadRequestError"), ("401", "AuthenticationError"), ("403", "PermissionDeniedError")),
    *(("404", "NotFoundError"), ("409", "ConflictError"), ("422", "UnprocessableEntityError")),
    *(("429", "RateLimitError"), ("500", "InternalServerError")),
):
    error_of(_status, _name)


@program
def server_that_is_not_there(sdk: Any, url: str) -> Any:
    client = sdk.OpenAI(api_key="k", base_url="http://127.0.0.1:9/v1", max_retries=0)
    try:
        client.models.list()
    except sdk.APIConnectionError as error:
        return isinstance(error, sdk.APIError), isinstance(error, sdk.APIStatusError)


@program
def missing_key(sdk: Any, url: str) -> Any:
    try:
        sdk.OpenAI(base_url=url)
    except sdk.OpenAIError:
        return "refused"


# -- clients -------------------------------------------------------------------------------------------


@program
def options_of_clients(sdk: Any, url: str) -> Any:
    client = sdk.OpenAI(
        api_key="k",
        organization="org",
        project="p",
        base_url=url,
        timeout=20.0,
        max_retries=4,
        default_headers={"X-Test": "1"},
        default_query={"a": "b"},
    )
    return client.api_key, client.max_retries, client.timeout, client.get("/echo", cast_to=object)


@program
def key_of_a_callable(sdk: Any, url: str) -> Any:
    client = sdk.OpenAI(api_key=lambda: "k", base_url=url)
    return client.chat.completions.create(model="m", messages=M).choices[0].message.content


@program
def timeout_object(sdk: Any, url: str) -> Any:
    client = sdk.OpenAI(api_key="k", base_url=url, timeout=sdk.Timeout(30.0, connect=5.0))
    return client.timeout.connect, client.timeout.read, client.models.list().data[0].id


@with_client
def copies_of_clients(sdk: Any, client: Any) -> Any:
    first = client.with_options(timeout=3, max_retries=1, default_headers={"X-Test": "a"})
    second = first.copy(set_default_headers={"X-Other": "b"})
    third = second.with_options(api_key="other")
    return (
        *(first.timeout, first.max_retries, client.max_retries, third.api_key, second.max_retries),
        *(item.get("/echo", cast_to=object)["header"] for item in (client, first, second)),
    )


@with_client
def options_that_exclude_each_other(sdk: Any, client: Any) -> Any:
    try:
        client.copy(default_headers={"a": "b"}, set_default_headers={"c": "d"})
    except ValueError:
        return "refused"


@program
def client_of_defaults(sdk: Any, url: str) -> Any:
    with sdk.OpenAI(api_key="k", base_url=url, http_client=sdk.DefaultHttpxClient(timeout=9)) as client:
        return client.models.list().data[0].id


@program
def async_client_of_defaults(sdk: Any, url: str) -> Any:
    async def main() -> Any:
        client = sdk.AsyncOpenAI(api_key="k", base_url=url, http_client=sdk.DefaultAsyncHttpxClient())
        found = await client.models.list()
        await client.close()
        return found.data[0].id

    return asyncio.run(main())


@with_client
def paths_of_the_caller(sdk: Any, client: Any) -> Any:
    posted = client.post("/echo", cast_to=object, body={"a": 1}, options={"headers": {"X-Test": "1"}})
    return posted["body"], posted["header"], client.get("/models", cast_to=object)["data"][0]["id"]


@with_async_client
async def async_paths_of_the_caller(sdk: Any, client: Any) -> Any:
    return (await client.post("/echo", cast_to=object, body={"a": 1}))["body"]


@program
def names_of_clients(sdk: Any, url: str) -> Any:
    return sdk.Client is sdk.OpenAI, sdk.AsyncClient is sdk.AsyncOpenAI, sdk.DEFAULT_MAX_RETRIES, bool(sdk.NOT_GIVEN)


@program
def client_of_the_module(sdk: Any, url: str) -> Any:
    sdk.api_key, sdk.base_url, sdk.max_retries = "k", f"{url}/", 0
    try:
        return (
            *(
                sdk.chat.completions.create(model="m", messages=M).choices[0].message.content,
                sdk.models.list().data[0].id,
            ),
            *(
                sdk.embeddings.create(model="e", input="a").data[0].embedding,
                sdk.responses.create(model="m", input="a").id,
            ),
            *(
                sdk.images.generate(model="m", prompt="a").created,
                len(sdk.audio.speech.create(model="t", voice="a", input="b").content),
            ),
        )
    finally:
        sdk.api_key = sdk.base_url = None


@program
def default_timeout(sdk: Any, url: str) -> Any:
    return sdk.DEFAULT_TIMEOUT.read, sdk.DEFAULT_TIMEOUT.connect, sdk.Timeout(3).read
