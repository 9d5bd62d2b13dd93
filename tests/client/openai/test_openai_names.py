"""The layer has the names of the openai package and accepts the parameters of its methods."""

from __future__ import annotations

import copy
import inspect
import logging
import pickle
import pkgutil
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import openai
import pytest

import venice_client.openai
import venice_client.openai.types
from tests.client.openai.programs import M
from tests.client.openai.programs_server import ProgramServer
from tests.table import table
from venice_client import UNSET, RequestValidationError, Venice
from venice_client.openai import AsyncOpenAI, OpenAI, OpenAIParameterWarning
from venice_client.openai._models import SyncPage, _find
from venice_client.openai._parameters import TABLE, OpenAIInterceptor

NOT_OFFERED = {
    *("AssistantEventHandler", "AsyncAPIResponse", "AsyncAssistantEventHandler", "AsyncAzureOpenAI"),
    *("AsyncBedrockOpenAI", "AsyncComputerDriver", "AsyncComputerToolset", "AzureOpenAI", "BedrockOpenAI"),
    *("ComputerDriver", "ComputerToolset", "DataResidency", "DefaultAioHttpClient", "DefaultAsyncHttpx2Client"),
    *("DefaultHttpx2Client", "InvalidWebhookSignatureError", "OAuthError", "ProxiesTypes", "ReconnectingEvent"),
    *("ReconnectingOverrides", "RequestOptions", "Transport", "WebSocketConnectionClosedError"),
    *("WebSocketQueueFullError", "__title__", "file_from_path"),
}
"""Names of what Venice does not have (Azure, web sockets, webhooks, assistants), and of tools for other transports."""

REFUSED = {
    "images.generate": {"partial_images", "stream"},
    "images.edit": {"mask", "partial_images", "stream"},
    "audio.transcriptions.create": {"stream"},
    "responses.parse": {"parse_as"},
    "responses.stream": {"response_id", "starting_after"},
}
"""Parameters of openai that cannot be served: pieces of pictures, masks, streams of text, responses that are kept."""

OPERATIONS = {
    "chat.completions.create": ("chat.completions.create", "POST /chat/completions"),
    "chat.completions.parse": ("chat.completions.create", "POST /chat/completions"),
    "chat.completions.stream": ("chat.completions.create", "POST /chat/completions"),
    "responses.create": ("responses.create", "POST /responses"),
    "responses.parse": ("responses.parse", "POST /responses"),
    "responses.stream": ("responses.stream", "POST /responses"),
    "embeddings.create": ("embeddings.create", ""),
    "audio.speech.create": ("audio.speech.create", "POST /audio/speech"),
    "audio.transcriptions.create": ("audio.transcriptions.create", "POST /audio/transcriptions"),
    "images.generate": ("images.generations.create", "POST /images/generations"),
    "images.edit": ("images.generations.create", "POST /image/edit"),
    "models.list": ("models.list", ""),
}
"""Methods, the native method whose arguments they take, and the operation of the table."""


@pytest.fixture(scope="module")
def server() -> Iterator[ProgramServer]:
    with ProgramServer() as running:
        yield running


def at(client: Any, path: str) -> Any:
    for name in path.split("."):
        client = getattr(client, name)
    return client


def test_every_public_name_of_openai_exists() -> None:
    names = set(openai.__all__) | {"pydantic_function_tool", "HttpxBinaryResponseContent", "APIResponse", "VERSION"}
    missing = {name for name in names if not hasattr(venice_client.openai, name)}
    assert missing == NOT_OFFERED & names


PACKAGE = venice_client.openai.types
TYPES = [item.name for item in pkgutil.walk_packages(PACKAGE.__path__, f"{PACKAGE.__name__}.")]


@table("module", TYPES)
def test_types_have_the_names_of_openai(module: str) -> None:
    own = import_module(module)
    real = import_module(module.removeprefix("venice_client."))
    names = [name for name in vars(own) if name[0].isupper() and name not in ("TypeAlias", "Literal", "Any")]
    assert names
    assert not [name for name in names if not hasattr(real, name)]


@pytest.mark.parametrize("method", OPERATIONS)
def test_every_parameter_of_openai_is_accepted_or_listed_as_refused(method: str) -> None:
    real = set(inspect.signature(at(openai.OpenAI(api_key="k"), method)).parameters)
    native, operation = OPERATIONS[method]
    client = OpenAI(api_key="k")
    taken = set(inspect.signature(at(client, native)).parameters)
    taken |= set(TABLE[operation].__annotations__) if operation else set()
    own = {"images.edit": {"image"}, "chat.completions.stream": set(), "chat.completions.parse": set()}.get(
        method, set()
    )
    assert real - taken - own == REFUSED.get(method, set())


def test_the_table_lists_only_parameters_that_the_contract_lacks() -> None:
    client = Venice("k")
    for operation, method in (
        *(("POST /chat/completions", client.chat.completions.create), ("POST /responses", client.responses.create)),
        *(("POST /audio/speech", client.audio.speech.create), ("POST /image/edit", client.images.edit)),
        ("POST /audio/transcriptions", client.audio.transcriptions.create),
        ("POST /images/generations", client.images.generations.create),
    ):
        assert not set(TABLE[operation].__annotations__) & set(inspect.signature(method).parameters), operation


def test_a_parameter_only_of_openai_is_sent_and_warned_about_once(server: ProgramServer) -> None:
    OpenAIInterceptor.reported.clear()
    with OpenAI(api_key="a-key", base_url=server.url) as client, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(2):
            client.chat.completions.create(model="m", messages=M, logit_bias={"7": 1}, service_tier="auto")
        client.with_options(timeout=3).chat.completions.create(model="m", messages=M, logit_bias={"7": 1})
    assert [item.category for item in caught] == [OpenAIParameterWarning]
    assert "logit_bias, service_tier" in str(caught[0].message)
    assert server.seen[-2]["body"]["logit_bias"] == {"7": 1}
    assert server.seen[-2]["body"]["service_tier"] == "auto"


def test_parameters_only_of_openai_are_sent_in_forms(server: ProgramServer) -> None:
    with OpenAI(api_key="a-key", base_url=server.url) as client, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        client.audio.transcriptions.create(model="w", file=("a.mp3", b"ID3"), prompt="some words", temperature=0.5)
    assert b'name="prompt"\r\n\r\nsome words' in server.seen[-1]["raw"]
    assert b'name="temperature"\r\n\r\n0.5' in server.seen[-1]["raw"]


def test_the_key_comes_from_venice_api_key(server: ProgramServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VENICE_API_KEY", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "of-another-vendor")
    with pytest.raises(venice_client.openai.OpenAIError, match="VENICE_API_KEY"):
        OpenAI()
    with pytest.raises(venice_client.openai.OpenAIError):
        AsyncOpenAI()
    monkeypatch.setenv("VENICE_API_KEY", "of-venice")
    with OpenAI(base_url=server.url) as client:
        client.models.list()
    assert server.seen[-1]["headers"]["Authorization"] == "Bearer of-venice"


def test_options_without_a_meaning_are_ignored_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="venice_client.openai"):
        OpenAI(api_key="k", organization="org-1", project="p")
    assert "organization, project" in caplog.text
    assert "org-1" not in caplog.text


def test_headers_of_another_type_than_a_mapping_are_refused_by_name() -> None:
    for name in ("default_headers", "set_default_headers"):
        with pytest.raises(RequestValidationError, match=f"{name} must be a mapping"):
            OpenAI(api_key="k").with_options(**{name: [("a", "b")]})  # type: ignore[arg-type]


def test_none_switches_the_failure_budget_off() -> None:
    client = OpenAI(api_key="k", failure_budget=None)
    assert client.config.failure_budget is None
    assert client.with_options(max_retries=0).config.failure_budget is None
    assert OpenAI(api_key="k").with_options(failure_budget=None).config.failure_budget is None
    assert OpenAI(api_key="k").config.failure_budget is UNSET


def test_a_resource_that_venice_lacks_is_named() -> None:
    client = OpenAI(api_key="k")
    with pytest.raises(AttributeError, match="Venice does not offer files"):
        client.files  # type: ignore[attr-defined]  # noqa: B018
    assert not hasattr(client, "vector_stores")


def test_the_native_client_accepts_sentinels_and_messages_of_openai(server: ProgramServer) -> None:
    message = openai.types.chat.ChatCompletionMessage(role="assistant", content="before")
    with Venice("a-key", base_url=server.url) as venice:
        create: Any = venice.chat.completions.create  # openai's classes are not in its signature
        create(
            model="m",
            messages=[message, {"role": "user", "content": "hi", "name": openai.omit}],
            temperature=openai.NOT_GIVEN,
            seed=openai.omit,
        )
    assert server.seen[-1]["body"] == {
        "model": "m",
        "messages": [{"role": "assistant", "content": "before"}, {"role": "user", "content": "hi"}],
    }


@pytest.mark.parametrize("make", [OpenAI, AsyncOpenAI], ids=["sync", "async"])
def test_a_view_of_a_client_has_only_its_resources_and_can_be_copied(make: Any) -> None:
    view = make(api_key="k").with_streaming_response
    for name in ("close", "get", "with_options", "base_url", "nothing"):
        with pytest.raises(AttributeError, match=name):
            getattr(view, name)
    assert callable(copy.copy(view).chat.completions.create)
    assert callable(view.beta.chat.completions.create)


def test_a_client_does_not_show_or_pickle_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    client = OpenAI(api_key="very-secret", timeout=7)
    assert "very-secret" not in repr(client)
    raw = pickle.dumps(client)
    assert b"very-secret" not in raw
    monkeypatch.setenv("VENICE_API_KEY", "of-the-other-process")
    assert pickle.loads(raw).timeout == 7


def test_masks_are_refused_before_anything_is_sent(server: ProgramServer) -> None:
    sent = len(server.seen)
    with OpenAI(api_key="k", base_url=server.url) as client, pytest.raises(ValueError, match="mask"):
        client.images.edit(image=b"x", prompt="y", mask=b"z")  # type: ignore[call-arg]
    assert len(server.seen) == sent


@pytest.mark.parametrize(
    ("size", "ratio"), [("1024x1024", "1:1"), ("1536x1024", "3:2"), ("1024x1536", "2:3"), ("1792x1024", "16:9")]
)
def test_the_size_of_an_edit_becomes_the_nearest_aspect_ratio(server: ProgramServer, size: str, ratio: str) -> None:
    from tests.client.openai.programs import PNG

    with OpenAI(api_key="a-key", base_url=server.url) as client:
        client.images.edit(image=("a.png", PNG), prompt="y", size=size)
    assert f'name="aspect_ratio"\r\n\r\n{ratio}\r\n'.encode() in server.seen[-1]["raw"]


@table(
    ("options", "text"),
    [
        ({"size": (1024, 1024)}, "size must be of the form 1024x1024, got (1024, 1024)"),
        ({"size": "\u00b2x3"}, "size must be of the form 1024x1024"),
        ({"n": 1000}, "n must be an integer from 1 to 10, got 1000"),
        ({"n": 0}, "n must be an integer from 1 to 10, got 0"),
    ],
)
def test_a_wrong_size_or_number_of_pictures_is_refused_before_anything_is_paid_for(options: Any, text: str) -> None:
    with OpenAI(api_key="k", base_url="http://127.0.0.1:9") as client, pytest.raises(ValueError, match=re.escape(text)):
        client.images.edit(image=b"x", prompt="y", **options)


def test_the_openai_package_is_not_imported() -> None:
    code = (
        "import sys, venice_client.openai as o; o.types; o.OpenAI(api_key='k').chat; assert 'openai' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_openai_layer_has_less_than_1500_lines() -> None:

    folder = Path(venice_client.openai.__file__).parent
    lines = [line for path in folder.rglob("*.py") for line in path.read_text().splitlines() if line.strip()]
    assert len(lines) < 1500


@table("data", [None, 5, "x", [None, 5, {"id": "m"}]])
def test_a_list_of_models_may_depart_from_the_contract(data: Any) -> None:
    page = SyncPage.from_dict({"object": "list", "data": data})
    assert len(list(page)) == (3 if isinstance(data, list) else 0)
    if isinstance(data, list):
        assert _find(page, "m").id == "m"
    with pytest.raises(venice_client.openai.NotFoundError, match="does not exist"):
        _find(page, "other")
