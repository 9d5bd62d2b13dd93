"""
End-to-end encrypted chat: messages are encrypted to an attested enclave, and answers decrypted as they come.

    venice.chat.completions.create(model="e2ee-...", messages=[...], e2ee=True)

Roles, the model's id, sampling parameters, finish reasons and usage stay readable. The text of every message is
encrypted, whatever its role. Nothing falls back to plaintext: what cannot be encrypted or decrypted raises.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from attrs import define, field, frozen

from venice_client._core.client import awaited
from venice_client._core.errors import RequestValidationError
from venice_client._core.request.body import input_body
from venice_client._core.request.call import Request
from venice_client._core.schema.encoding import encode
from venice_client._core.schema.inputs import bounded_input
from venice_client._core.schema.model import Model
from venice_client._core.schema.operation import Operation
from venice_client._core.schema.shapes import Anything
from venice_client._core.streaming.stream import AsyncStream, Stream
from venice_client.tee.attestation import LEVELS, Attestation, Level, Pinned
from venice_client.tee.crypto import SessionKey, encrypt
from venice_client.tee.errors import (
    E2EEUnsupportedError,
    IncompleteAnswerError,
    KeyNotBoundError,
    ModelMismatchError,
    PlaintextError,
)
from venice_client.tee.resource import verified

CLIENT_KEY: Final = "X-Venice-TEE-Client-Pub-Key"
MODEL_KEY: Final = "X-Venice-TEE-Model-Pub-Key"
ALGORITHM: Final = "X-Venice-TEE-Signing-Algo"
"""All three, or the server answers in plaintext."""

READABLE: Final = frozenset(
    {
        "model", "messages", "stream", "stream_options", "venice_parameters",
        "temperature", "top_p", "top_k", "min_p", "min_temp", "max_temp", "seed", "n",
        "max_tokens", "max_completion_tokens",
        "frequency_penalty", "presence_penalty", "repetition_penalty",
    }
)  # fmt: skip
"""The fields of a request that hold no text of the conversation. Everything else is refused."""
_READABLE_PARAMETERS: Final = frozenset(
    {"include_venice_system_prompt", "enable_e2ee", "strip_thinking_response", "disable_thinking"}
)
_OFF: Final[tuple[object, ...]] = (None, False, "off", "auto_off", [], {}, "")
"""Values that switch a feature off."""
_ANSWER_ONLY: Final = frozenset({"reasoning_content", "reasoning_details", "reasoning", "refusal", "annotations"})
"""Fields of an earlier answer that a request does not need: they are left out, as they would be readable."""
_CHOICE: Final = frozenset({"index", "delta", "finish_reason", "stop_reason"})
_DELTA: Final = ("content", "reasoning_content")
_HEX: Final = re.compile(r"[0-9a-fA-F]+")
_SUFFIX: Final = re.compile(r":[a-z_]+=")


@frozen(kw_only=True)
class E2EE:
    """
    How strictly enclaves are checked before anything is encrypted to them: `Venice(e2ee=E2EE(require="key-bound"))`.

    The arguments other than `require` are those of `Attestation.verify`.
    """

    require: Level = "server-verified"
    """The least level of the attestation."""
    collateral: object = None
    root_ca: bytes | None = field(default=None, repr=False)
    now: float | None = None
    measurements: Pinned | None = None
    accept_tcb: Sequence[str] = ("UpToDate",)

    @property
    def verifies(self) -> bool:
        """Whether the quote's signature is verified."""
        return self.require != "server-verified" or self.collateral is not None or self.measurements is not None

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of `Attestation.verify`."""
        return {
            "collateral": "intel" if self.collateral is None else self.collateral,
            "root_ca": self.root_ca,
            "now": self.now,
            "measurements": self.measurements,
            "accept_tcb": self.accept_tcb,
        }


@define(eq=False)
class Session:
    """One encrypted request: its key, and what came of the answer."""

    key: SessionKey = field(repr=False)
    events: int = 0
    finished: set[int] = field(factory=set)
    """The indices of choices that came with a finish reason."""
    text: str = field(default="", repr=False)


def check_option(value: object) -> object:
    """Check the value of `e2ee`: a bool, an `Attestation`, an `E2EE`, or None."""
    if isinstance(value, E2EE) and value.require not in LEVELS:
        raise RequestValidationError([f"e2ee: require must be one of {', '.join(LEVELS)}, got {value.require!r}"])
    if value is None or isinstance(value, bool | Attestation | E2EE):
        return value
    raise RequestValidationError([f"e2ee must be a bool, an Attestation or an E2EE, got {type(value).__name__}"])


async def encrypt_request(request: Request, setting: object) -> Session:
    """Encrypt a request. Raises before anything is sent. Only the waits of an async client are awaited."""
    body = _checked_body(request)
    if isinstance(setting, Attestation):
        return _encrypt(request, body, setting)
    client, options = request.client, setting if isinstance(setting, E2EE) else E2EE()
    attestation: Attestation = await awaited(client, client.tee.attest(model=body["model"]))
    if options.verifies:
        attestation = await verified(client, attestation, **options.arguments())
    attestation.require(options.require)
    return _encrypt(request, body, attestation)


def _checked_body(request: Request) -> dict[str, Any]:
    """Return the whole body as JSON has it. Raises E2EEUnsupportedError with everything that would be readable."""
    extra = bounded_input(request.options.get("extra_body") or {}, Anything(), "extra_body")
    # As the body of a readable chat is, after interceptors of the caller: they may have put in objects of any kind.
    encoded = encode(input_body(cast("Operation", request.operation), request.body, request.media_type))
    body = {**(encoded if isinstance(encoded, dict) else {}), **extra}
    problems = []
    for name, value in body.items():
        if name not in READABLE and value not in _OFF:
            problems.append(f"{name}: not possible in an encrypted chat")
    parameters = body.get("venice_parameters")
    for name, value in parameters.items() if isinstance(parameters, Mapping) else ():
        if name not in _READABLE_PARAMETERS and value not in _OFF:
            problems.append(f"venice_parameters.{name}: not possible in an encrypted chat")
    model = body.get("model")
    if not isinstance(model, str) or not model:
        problems.append("model: the id of a model is required in an encrypted chat")
    elif _SUFFIX.search(model):
        problems.append(f"model: features after the id ({model[:80]!r}) are not possible in an encrypted chat")
    messages = body.get("messages")
    if not isinstance(messages, Sequence) or isinstance(messages, str | bytes):
        problems.append("messages: a list of messages is required")
    else:
        for number, message in enumerate(messages):
            problems += _message_problems(message, f"messages[{number}]")
    given = [*(request.options.get("extra_headers") or {}), *request.headers]
    problems += [
        f"extra_headers: {name} belongs to the encryption" for name in given if name.lower().startswith("x-venice-tee-")
    ]
    if problems:
        raise E2EEUnsupportedError(problems)
    return body


def _message_problems(message: Any, place: str) -> list[str]:
    if not isinstance(message, Mapping):
        return [f"{place}: an object is required"]
    problems = [
        f"{place}.{name}: not possible in an encrypted chat"
        for name, value in message.items()
        if name not in ("role", "content") and name not in _ANSWER_ONLY and value not in _OFF
    ]
    content = message.get("content")
    if isinstance(content, list):
        for number, part in enumerate(content):
            kind = part.get("type") if isinstance(part, Mapping) else type(part).__name__
            if kind != "text" or not isinstance(part.get("text"), str):
                problems.append(f"{place}.content[{number}]: text alone is possible in an encrypted chat, got {kind!r}")
    elif content is not None and not isinstance(content, str):
        problems.append(f"{place}.content: text is required, got {type(content).__name__}")
    return problems


def _encrypt(request: Request, body: dict[str, Any], attestation: Attestation) -> Session:
    if attestation.public_key is None:
        raise KeyNotBoundError(f"the attestation of {attestation.model!r} has no key to encrypt to")
    if attestation.model != body["model"]:
        raise ModelMismatchError(f"the attestation is for {attestation.model!r}, and the request for {body['model']!r}")
    session = Session(SessionKey())
    sealed = {name: value for name, value in body.items() if name in READABLE and value is not None}
    sealed["messages"] = [
        {"role": message.get("role"), "content": encrypt(_text(message.get("content")), attestation.public_key)}
        for message in body["messages"]
    ]
    parameters = body.get("venice_parameters") or {}
    sealed["venice_parameters"] = {
        "include_venice_system_prompt": False,
        **{name: value for name, value in parameters.items() if name in _READABLE_PARAMETERS},
    }
    request.collects = body.get("stream") is not True
    sealed["stream"] = True
    request.body = sealed
    request.options = {name: value for name, value in request.options.items() if name != "extra_body"}  # type: ignore[assignment]
    request.headers[CLIENT_KEY] = session.key.public_key
    request.headers[MODEL_KEY] = attestation.public_key.hex()
    request.headers[ALGORITHM] = "ecdsa"
    return session


def _text(content: Any) -> str:
    if isinstance(content, list):
        return "\n".join(part["text"] for part in content)
    return content or ""


def decrypt_event(session: Session, event: Any) -> Any:
    """
    Return a chunk with its deltas decrypted.

    Raises PlaintextError for any text that is neither encrypted nor blank, and DecryptionError for what was changed.
    """
    session.events += 1
    raw = encode(event)
    if not isinstance(raw, dict):
        raise PlaintextError("the server sent an event that is not a chunk of an encrypted chat")
    opened = {**raw, "choices": [_opened_choice(session, choice) for choice in raw.get("choices") or ()]}
    return type(event).from_dict(opened) if isinstance(event, Model) else opened


def _opened_choice(session: Session, choice: Any) -> dict[str, Any]:
    if not isinstance(choice, dict) or any(value not in _OFF for name, value in choice.items() if name not in _CHOICE):
        raise PlaintextError("the server sent readable text outside of the encrypted deltas")
    delta = choice.get("delta") or {}
    if not isinstance(delta, dict):
        raise PlaintextError("the server sent a delta that is not an object")
    if choice.get("finish_reason"):
        session.finished.add(choice.get("index") or 0)
    return {**choice, "delta": {name: _opened(session, name, value) for name, value in delta.items()}}


def _opened(session: Session, name: str, value: Any) -> Any:
    if name == "role" or value in _OFF:
        return value
    if name not in _DELTA or not isinstance(value, str):
        raise PlaintextError(f"the server sent a readable {name[:40]!r} in an encrypted answer")
    if value.isspace():
        return value
    if not _HEX.fullmatch(value):
        raise PlaintextError("the server sent readable text in an encrypted answer; it is not shown")
    text = session.key.decrypt(value)
    if name == "content":
        session.text += text
    return text


def check_value(session: Session, value: Any) -> Any:
    """Refuse a value that did not come as encrypted events."""
    if session.events == 0 and not isinstance(value, Stream | AsyncStream):
        raise PlaintextError("the server answered an encrypted chat in plaintext; the answer is not shown")
    return value


def check_end(session: Session) -> None:
    """Raise IncompleteAnswerError where an answer that is said to be complete has no finish reason."""
    if not session.finished:
        raise IncompleteAnswerError("the encrypted answer ended without a finish reason", text=session.text)
