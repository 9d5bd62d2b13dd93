"""No text of an encrypted chat is sent in plaintext, and no plaintext is accepted as a response."""

from __future__ import annotations

import asyncio
import logging
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import pydantic
import pytest

from tests.client.tee.enclave import MODEL, Enclave
from tests.client.tee.intel import NOW, Intel
from venice_client import AsyncVenice, StreamInterrupted, Venice, VeniceAPIError, VeniceError
from venice_client._core.interceptors import Interceptor
from venice_client._core.request.call import Request
from venice_client._core.schema.operation import Operation
from venice_client._core.schema.shapes import Ref
from venice_client.api import OPERATIONS
from venice_client.tee import E2EE, errors, interceptor

SECRETS = ["the launch code is 0000", "you are a spy", "my earlier answer", "a tool said so", "as the developer says"]
MESSAGES: list[dict[str, Any]] = [
    {"role": "system", "content": SECRETS[1]},
    {"role": "developer", "content": SECRETS[4]},
    {"role": "user", "content": [{"type": "text", "text": SECRETS[0]}, {"type": "text", "text": "again"}]},
    {"role": "assistant", "content": SECRETS[2], "reasoning_content": "why I said it"},
    {"role": "user", "content": SECRETS[3]},
]
SAID = "Hello world\nü€😀"
REASONED = "thinking"

Ask = Callable[..., tuple[str, str]]


def ask_sync(url: str, *, stream: bool, client: dict[str, Any] | None = None, **options: Any) -> tuple[str, str]:
    with Venice("a-key", base_url=url, **(client or {})) as venice:
        create: Any = venice.chat.completions.create  # the overloads do not take a bool that is not known
        found = create(**{"model": MODEL, "messages": MESSAGES, "temperature": 0.5, **options}, stream=stream)
        if not stream:
            message = found.choices[0].message
            return message.content, message.reasoning_content
        content, reasoning = [], []
        with found:
            for chunk in found:
                for choice in chunk.choices:
                    content.append(choice.delta.content or "")
                    reasoning.append(choice.delta.reasoning_content or "")
        final = found.final().choices[0].message
        assert final.content == "".join(content)
        return "".join(content), "".join(reasoning)


def ask_async(url: str, *, stream: bool, client: dict[str, Any] | None = None, **options: Any) -> tuple[str, str]:
    async def run() -> tuple[str, str]:
        async with AsyncVenice("a-key", base_url=url, **(client or {})) as venice:
            create: Any = venice.chat.completions.create
            found = await create(**{"model": MODEL, "messages": MESSAGES, "temperature": 0.5, **options}, stream=stream)
            if not stream:
                message = found.choices[0].message
                return message.content, message.reasoning_content
            content, reasoning = [], []
            async with found:
                async for chunk in found:
                    for choice in chunk.choices:
                        content.append(choice.delta.content or "")
                        reasoning.append(choice.delta.reasoning_content or "")
            return "".join(content), "".join(reasoning)

    return asyncio.run(run())


@pytest.fixture(params=[ask_sync, ask_async], ids=["sync", "async"])
def ask(request: pytest.FixtureRequest) -> Ask:
    found: Ask = request.param
    return found


def wire(enclave: Enclave) -> str:
    return b"\n".join(enclave.received).decode("utf-8", errors="replace")


@pytest.mark.parametrize("stream", [False, True])
def test_a_chat_is_encrypted_in_both_directions(enclave: Enclave, ask: Ask, stream: bool) -> None:
    assert ask(enclave.url, stream=stream, e2ee=True) == (SAID, REASONED)
    sent = enclave.chats[0]
    contents = [message["content"] for message in sent["messages"]]
    assert contents == [SECRETS[1], SECRETS[4], f"{SECRETS[0]}\nagain", SECRETS[2], SECRETS[3]]
    assert [message["role"] for message in sent["messages"]] == [message["role"] for message in MESSAGES]
    assert (sent["stream"], sent["temperature"]) == (True, 0.5)
    assert sent["venice_parameters"]["include_venice_system_prompt"] is False
    readable = wire(enclave)
    assert not [text for text in [*SECRETS, "why I said it", "again"] if text in readable]


def test_a_client_encrypts_all_chats_unless_a_call_opts_out(enclave: Enclave, ask: Ask) -> None:
    assert ask(enclave.url, stream=False, client={"e2ee": True}) == (SAID, REASONED)
    assert SECRETS[0] not in wire(enclave)
    with pytest.raises(VeniceError):
        ask("http://127.0.0.1:9/api/v1", stream=False, client={"e2ee": True, "max_retries": 0})
    ask(enclave.url, stream=True, client={"e2ee": True}, e2ee=False)
    assert SECRETS[0] in wire(enclave)


CONVERSATIONS: dict[str, Callable[[Any], Any]] = {
    "responses": lambda venice: venice.responses.create(model=MODEL, input=SECRETS[0]),
    "stream of responses": lambda venice: venice.responses.create(model=MODEL, input=SECRETS[0], stream=True),
    "request": lambda venice: venice.request("POST", "/chat/completions", json={"messages": MESSAGES}),
    "other spelling": lambda venice: venice.post("chat//%63ompletions/", json={"messages": MESSAGES}),
}


@pytest.mark.parametrize("conversation", CONVERSATIONS)
def test_a_client_that_encrypts_refuses_conversations_that_it_cannot_encrypt(
    enclave: Enclave, conversation: str
) -> None:
    converse = CONVERSATIONS[conversation]

    async def converse_async() -> None:
        async with AsyncVenice("a-key", base_url=enclave.url, e2ee=True) as venice:
            await converse(venice)

    with Venice("a-key", base_url=enclave.url, e2ee=True) as venice:
        for call in (lambda: converse(venice), lambda: asyncio.run(converse_async())):
            with pytest.raises(errors.E2EEUnsupportedError, match=r"with_options\(e2ee=False\)"):
                call()
        assert not enclave.received
        converse(venice.with_options(e2ee=False))
    assert SECRETS[0] in wire(enclave)


def test_a_client_encrypts_or_refuses_conversations_whose_addresses_have_moved(
    enclave: Enclave, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = {"POST /old/chat": "POST /chat/completions", "POST /old/responses": "POST /responses"}
    monkeypatch.setattr(OPERATIONS, "_former", former)
    monkeypatch.setattr(interceptor, "CHAT", "POST /old/chat")
    monkeypatch.setattr(interceptor, "RESPONSES", "POST /old/responses")
    monkeypatch.setattr(interceptor.EncryptionInterceptor, "operations", frozenset({*former, ""}))
    monkeypatch.setattr(interceptor.EncryptionInterceptor, "keywords", {"POST /old/chat": {"e2ee": object}})
    assert ask(enclave.url, stream=False, client={"e2ee": True}) == (SAID, REASONED)
    assert ask(enclave.url, stream=False, e2ee=True) == (SAID, REASONED)
    with Venice("a-key", base_url=enclave.url, e2ee=True) as venice:
        for converse in CONVERSATIONS.values():
            with pytest.raises(errors.E2EEUnsupportedError):
                converse(venice)
        with pytest.raises(errors.E2EEUnsupportedError):
            venice.post("/old/chat", json={"messages": MESSAGES})
    assert SECRETS[0] not in wire(enclave)


def test_every_operation_that_takes_a_conversation_is_encrypted_or_refused() -> None:
    def takes_a_conversation(operation: Operation) -> bool:
        bodies = [shape.model for shape in operation.bodies.values() if isinstance(shape, Ref)]
        names = {declared.wire for model in bodies for declared in model.__fields__.values()}
        return "messages" in names or {"input", "tools"} <= names

    found = {key for key, operation in OPERATIONS.items() if takes_a_conversation(operation)}
    known = {OPERATIONS.address(name) for name in (interceptor.CHAT, interceptor.RESPONSES)}
    assert found == known, "add a new one to venice_client/tee/interceptor.py: Venice(e2ee=True) sends it readable"


class Message(pydantic.BaseModel):
    role: str
    content: str


class Chat(pydantic.BaseModel):
    model: str
    messages: list[Message]


SAID_LAST = [Message(role="user", content=SECRETS[3])]
BODIES: dict[str, Callable[[Request], Any]] = {
    "message of another library": lambda request: request.body.messages.extend(SAID_LAST),
    "body of another library": lambda request: setattr(request, "body", Chat(model=MODEL, messages=SAID_LAST)),
    "iterator": lambda request: setattr(request, "body", {"model": MODEL, "messages": iter(SAID_LAST)}),
    "option": lambda request: setattr(request, "options", {"extra_body": {"messages": SAID_LAST}}),
}


@pytest.mark.parametrize("body", BODIES)
def test_what_interceptors_put_into_a_chat_is_encrypted_in_any_form(enclave: Enclave, ask: Ask, body: str) -> None:
    class Replacing(Interceptor):
        operations = frozenset({"POST /chat/completions"})

        def before(self, request: Request) -> None:
            BODIES[body](request)

    assert ask(enclave.url, stream=False, e2ee=True, client={"interceptors": [Replacing()]}) == (SAID, REASONED)
    assert enclave.chats[0]["messages"][-1]["content"] == SECRETS[3]
    assert not [text for text in SECRETS if text in wire(enclave)]


def test_a_chat_is_not_encrypted_by_default(enclave: Enclave, ask: Ask) -> None:
    ask(enclave.url, stream=True)
    assert not enclave.chats
    assert "tee-client-pub-key" not in wire(enclave).lower()


def test_every_request_has_a_new_session_key_and_nonce(enclave: Enclave, ask: Ask) -> None:
    for _ in range(3):
        ask(enclave.url, stream=False, e2ee=True)
    lines = [line for line in wire(enclave).splitlines() if line.lower().startswith("x-venice-tee-client-pub-key")]
    nonces = [line for line in wire(enclave).splitlines() if "/tee/attestation" in line]
    assert len(set(lines)) == len(set(nonces)) == 3


def test_a_verified_attestation_can_be_reused(enclave: Enclave, intel: Intel) -> None:
    with Venice("a-key", base_url=enclave.url) as venice:
        found = venice.tee.attest(model=MODEL)
        verified = found.verify(collateral=intel.collateral(), root_ca=intel.root_der, now=NOW.timestamp())
        enclave.received.clear()
        for _ in range(2):
            create: Any = venice.chat.completions.create
            answer = create(model=MODEL, messages=MESSAGES, e2ee=verified)
            assert answer.choices[0].message.content == SAID
        assert "/tee/attestation" not in wire(enclave)
        with pytest.raises(errors.ModelMismatchError):
            create(model="e2ee-other", messages=MESSAGES, e2ee=verified)


def test_a_minimum_attestation_level_can_be_required(enclave: Enclave, intel: Intel, ask: Ask) -> None:
    strict = E2EE(
        require="key-bound", collateral=intel.collateral(), root_ca=intel.root_der, now=NOW.timestamp(),
        measurements={"mrtd": "07" * 48},
    )  # fmt: skip
    assert ask(enclave.url, stream=False, e2ee=strict) == (SAID, REASONED)
    enclave.received.clear()
    other = E2EE(
        require="key-bound", collateral=intel.collateral(), root_ca=intel.root_der, now=NOW.timestamp(),
        measurements={"mrtd": "00" * 48},
    )  # fmt: skip
    with pytest.raises(errors.MeasurementError):
        ask(enclave.url, stream=False, e2ee=other)
    assert "/chat/completions" not in wire(enclave)


@pytest.mark.parametrize(
    "fault",
    ["not verified", "wrong nonce", "nonce not in quote", "debug", "key not bound", "swapped key", "no key", "no quote",
     "other model", "key off the curve", "other GPU nonce", "server says unbound"],
)  # fmt: skip
def test_nothing_is_sent_to_an_enclave_that_fails_attestation(enclave: Enclave, ask: Ask, fault: str) -> None:
    enclave.fault = fault
    with pytest.raises(errors.AttestationError):
        ask(enclave.url, stream=False, e2ee=True)
    assert "/chat/completions" not in wire(enclave)


@pytest.mark.slow
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("tampered", errors.DecryptionError),
        ("truncated", errors.DecryptionError),
        ("plaintext", errors.PlaintextError),
        ("upper case", errors.DecryptionError),
        ("long plaintext hex", errors.DecryptionError),
        ("short hex", errors.DecryptionError),
        ("reused key", errors.KeyReuseError),
        ("no finish reason", errors.IncompleteAnswerError),
        ("no DONE", StreamInterrupted),
        ("error event", VeniceAPIError),
    ],
)
def test_each_faulty_response_raises_its_own_error(
    enclave: Enclave, ask: Ask, fault: str, error: type[VeniceError], stream: bool
) -> None:
    enclave.fault = fault
    with pytest.raises(error) as raised:
        ask(enclave.url, stream=stream, e2ee=True)
    assert raised.value.may_have_been_charged
    assert "injected text" not in "".join(traceback.format_exception(raised.value))
    assert len(enclave.chats) == 1, "a paid request is not sent again"


@pytest.mark.parametrize(
    "options",
    [
        {"tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}]},
        {"response_format": {"type": "json_object"}},
        {"reasoning_effort": "high"},
        {"stop": ["secret"]},
        {"logprobs": True},
        {"user": "me"},
        {"venice_parameters": {"enable_web_search": "on"}},
        {"venice_parameters": {"character_slug": "alan-watts"}},
        {"extra_body": {"metadata": {"a": "secret"}}},
        {"extra_headers": {"X-Venice-TEE-Signing-Algo": "none"}},
        {"model": f"{MODEL}:enable_web_search=on"},
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://x.test/a.png"}}]}]},
        {"messages": [{"role": "assistant", "content": None, "tool_calls": [
            {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}]}]},
        {"messages": [{"role": "user", "content": "a", "name": "Alice"}]},
    ],
)  # fmt: skip
def test_options_that_cannot_be_encrypted_are_refused_before_anything_is_sent(
    enclave: Enclave, ask: Ask, options: dict[str, Any]
) -> None:
    with pytest.raises(errors.E2EEUnsupportedError) as raised:
        ask(enclave.url, stream=False, e2ee=True, validate=False, **options)
    assert raised.value.problems
    assert not enclave.received


@pytest.mark.parametrize("setting", ["yes", 1, [], object()])
def test_an_invalid_e2ee_option_is_refused(enclave: Enclave, ask: Ask, setting: Any) -> None:
    if setting:
        with pytest.raises(VeniceError, match="e2ee must be"):
            ask(enclave.url, stream=False, e2ee=setting)
    with pytest.raises(VeniceError, match="e2ee must be"):
        ask(enclave.url, stream=False, client={"e2ee": setting})
    assert not enclave.received


def test_a_plaintext_response_is_refused(enclave: Enclave, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enclave, "chat", lambda body, headers: [*enclave._plain("readable"), "[DONE]"])
    for stream in (False, True):
        with pytest.raises(errors.PlaintextError):
            ask(enclave.url, stream=stream, e2ee=True)


def test_a_copied_or_pickled_client_still_encrypts(enclave: Enclave, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENICE_API_KEY", "a-key")
    with Venice("a-key", base_url=enclave.url, e2ee=True) as venice:
        for client in (pickle.loads(pickle.dumps(venice)), venice.with_options(max_retries=0)):
            client.chat.completions.create(model=MODEL, messages=MESSAGES)
            client.close()
    assert SECRETS[0] not in wire(enclave)


def test_logs_and_traceback_locals_show_no_key_and_no_text(
    enclave: Enclave, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    enclave.fault = "tampered"
    with caplog.at_level(logging.DEBUG), pytest.raises(errors.DecryptionError) as raised:
        ask(enclave.url, stream=False, e2ee=True)
    trace = traceback.TracebackException.from_exception(raised.value, capture_locals=True)
    ours = "".join(str(frame.locals) for frame in trace.stack if "/venice_client/tee/" in frame.filename)
    assert not [text for text in SECRETS if text in ours + caplog.text]
