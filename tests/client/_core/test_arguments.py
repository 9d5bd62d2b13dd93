"""Public methods refuse unknown arguments before anything is sent, and their signatures list the known ones."""

from __future__ import annotations

import asyncio
import inspect
import typing
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from unittest.mock import create_autospec

import pytest

from tests.client.sample_pictures import png
from tests.table import table
from venice_client import AsyncVenice, AsyncVideoJob, ImageResult, ImageResults, Venice, VeniceError, VideoJob
from venice_client._core import aliases
from venice_client._core.aliases import Alias
from venice_client._core.errors import ArgumentError, RequestValidationError
from venice_client._core.interceptors import Interceptor
from venice_client._core.request.call import CallOptions
from venice_client.api import OPERATIONS
from venice_client.wallets import EVMWallet

if TYPE_CHECKING:
    from tests.client.conftest import Loopback

NAMES = sorted(OPERATIONS[key].name for key in OPERATIONS)
ITERATORS = ("billing.iterate_usage_history", "characters.iterate", "characters.iterate_reviews")
VIEWS = ("", "with_raw_response", "with_streaming_response")
HAND_WRITTEN = ("images.map", "models.capabilities", "models.find", "tee.attest", "tee.signature")
OPTIONS = set(CallOptions.__annotations__)
OWN_FLOW = {"x402.top_up"}
"""Methods that make several requests, and take no options for each."""


def method(client: Any, name: str, view: str = "") -> Any:
    *way, last = name.split(".")
    for step in (*way, *([view] if view else [])):
        client = getattr(client, step)
    return getattr(client, last)


def required(function: Any) -> dict[str, Any]:
    """Values for the required arguments of a method: they are not validated."""
    parameters = inspect.signature(function).parameters.values()
    return {item.name: "x" for item in parameters if item.default is item.empty and item.kind != item.VAR_KEYWORD}


def misspelt(function: Any) -> tuple[str, str]:
    """One of the method's own names with two letters swapped, and the name."""
    names = [name for name in inspect.signature(function).parameters if name not in {"self", "options"}]
    name = max(names, key=lambda item: (len(item), item))
    return f"{name[:-2]}{name[-1]}{name[-2]}" if name[-1] != name[-2] else f"{name}x", name


def finished(called: Any) -> None:
    if inspect.iscoroutine(called):
        asyncio.run(called)


def calls() -> Iterator[tuple[str, str]]:
    yield from ((name, view) for name in NAMES for view in VIEWS)
    yield from ((name, "") for name in (*ITERATORS, *HAND_WRITTEN))


@table(("name", "view"), list(calls()))
@table("make", [Venice, AsyncVenice])
def test_a_misspelt_argument_is_refused_with_the_nearest_name_and_nothing_is_sent(
    server: Loopback, make: Any, name: str, view: str
) -> None:
    function = method(make("k", base_url=server.url), name, view)
    wrong, right = misspelt(function)
    with pytest.raises(ArgumentError, match=f"unexpected argument '{wrong}'; did you mean '{right}'") as caught:
        finished(function(**required(function), **{wrong: 1}))
    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, VeniceError)
    assert server.requests == []


PICTURE = png(256, 256)
VALID: dict[str, Any] = {
    "amount_usd": 5,
    "api_key_type": "INFERENCE",
    "body": {"jsonrpc": "2.0", "method": "m", "params": [], "id": 1},
    "duration": "5s",
    "file": b"RIFF0000WAVE",
    "image": PICTURE,
    "images": [PICTURE],
    "messages": [{"role": "user", "content": "hi"}],
    "operation": "image-edit",
    "pictures": [],
    "source": {"queue_id": "q", "model": "m"},
    "tools": [],
    "url": "https://a.test/a.mp4",
    "wallet": EVMWallet("1" * 64),
    "wallet_address": f"0x{'1' * 40}",
}
ALWAYS = {"image", "sign_in_with_x", "wallet", "wallet_address"}
FREE = {"call", "inpaint", "kind", "max_age", "min_context"}
"""What takes any value, or is checked with another argument or with the list of models."""
JOBS = [f"{kind}.{name}" for kind in ("audio", "video") for name in ("submit", "generate", "resume")]


def parameters() -> Iterator[tuple[str, str]]:
    for name in (*NAMES, *HAND_WRITTEN, *JOBS, "chat.completions.parse", "responses.parse", "x402.top_up"):
        for item in inspect.signature(method(Venice("k"), name)).parameters.values():
            if item.kind not in (item.VAR_POSITIONAL, item.VAR_KEYWORD) and item.name not in FREE:
                yield name, item.name


@pytest.mark.slow
@table(("name", "parameter"), list(parameters()))
def test_an_object_of_no_type_is_refused_by_the_name_of_its_parameter(name: str, parameter: str) -> None:
    venice = Venice("k", base_url="http://127.0.0.1:9", max_retries=0)
    function = method(venice, name)
    names = inspect.signature(function).parameters
    given = {key: VALID.get(key, "x") for key in (*required(function), *(names.keys() & ALWAYS))}
    if name == "images.map":
        given["prompt"], given["operation"] = "x", "edit"
    given[parameter] = object()
    first = [item.name for item in names.values() if item.kind is item.POSITIONAL_ONLY]
    with pytest.raises(RequestValidationError, match=rf"\b{parameter}\b"):
        function(*[given.pop(key) for key in first if key in given], **given)


@pytest.mark.parametrize("make", [VideoJob, AsyncVideoJob])
def test_methods_of_jobs_and_files_refuse_a_misspelt_argument_with_the_nearest_name(make: Any) -> None:
    client: Any = Venice("k") if make is VideoJob else AsyncVenice("k")
    job: Any = client.video.resume({"queue_id": "q", "model": "m"})
    picture: Any = ImageResult(PICTURE, "image/png")
    pictures: Any = ImageResults([picture], meta=picture.meta)
    for save in (job.save, picture.save, pictures.save):
        with pytest.raises(ArgumentError, match="save: unexpected argument 'overwite'; did you mean 'overwrite'"):
            finished(save("a.png", overwite=True))
    with pytest.raises(ArgumentError, match="wait: unexpected argument 'pol_interval'; did you mean 'poll_interval'"):
        finished(job.wait(pol_interval=1))
    assert isinstance(job, make)


@pytest.mark.parametrize(("wire", "python"), [("consumptionLimit", "consumption_limit"), ("expiresAt", "expires_at")])
def test_a_wire_name_is_refused_with_the_python_name(server: Loopback, wire: str, python: str) -> None:
    venice = Venice("k", base_url=server.url)
    arguments: Any = {"api_key_type": "INFERENCE", "description": "d", wire: None}
    with pytest.raises(ArgumentError, match=f"'{wire}'; did you mean '{python}'"):
        venice.api_keys.create(**arguments)
    assert server.requests == []


@table(
    ("name", "args", "wrong", "right"),
    [
        ("images.generate", ("p",), "size", "'width' or 'height' or 'aspect_ratio' or 'resolution'"),
        ("images.generate", ("p",), "n", "'variants'"),
        ("images.generate", ("p",), "response_format", "'return_binary'"),
        ("images.generate", ("p",), "output_format", "'format'"),
        ("images.edit", ("a.png", "p"), "size", "'aspect_ratio' or 'resolution'"),
        ("images.map", ("photos", "p"), "size", "'aspect_ratio' or 'resolution'"),
        ("models.check", ("images-generate",), "n", "'variants'"),
        ("chat.completions.create", ([],), "functions", "'tools'"),
        ("responses.create", ("p",), "max_tokens", "'max_output_tokens'"),
        ("responses.create", (), "messages", "'input'"),
        ("images.generate", ("p",), "guidance_scale", "'cfg_scale'"),
        ("images.generate", ("p",), "num_inference_steps", "'steps'"),
        ("images.generate", ("p",), "style", "'style_preset' or 'style_references'"),
        ("audio.queue", (), "lyrics", "'lyrics_optimizer' or 'lyrics_prompt'"),
        ("audio.queue", (), "duration", "'duration_seconds'"),
    ],
)
@table("make", [Venice, AsyncVenice])
def test_a_name_of_another_library_is_refused_with_the_names_that_the_method_has_instead(
    server: Loopback, make: Any, name: str, args: tuple[Any, ...], wrong: str, right: str
) -> None:
    arguments: Any = {"model": "m", wrong: 1}
    with pytest.raises(ArgumentError, match=rf"'?{wrong}'?.*; did you mean {right}\?"):
        finished(method(make("k", base_url=server.url), name)(*args, **arguments))
    assert server.requests == []


@pytest.mark.parametrize(
    ("name", "args", "arguments", "message"),
    [
        ("video.retrieve", (), {}, "queue_id: required"),
        ("audio.transcriptions.create", (), {}, "file: required"),
        ("audio.voices.create", (), {}, "file: required"),
        ("api_keys.delete", (), {}, "id: required"),
        ("video.resume", (), {}, "source: required, and not given$"),
        ("images.map", (), {}, "pictures: required"),
        ("images.map", ("photos",), {}, "prompt is required by edit"),
        ("models.check", (), {}, "operation: required, and not given$"),
        ("request", (), {}, "path: required, and not given$"),
        ("get", (), {}, "path: required, and not given$"),
        (
            "audio.speech.create",
            ("a",),
            {"save_to": "a.mp3"},
            r"'save_to'; the result has save\(path\) where it is a file",
        ),
        ("video.resume", (), {"queue": "q"}, "unexpected argument 'queue'; it takes source$"),
        ("billing.usage_history", (), {"limit": 5}, "'limit'; it takes currency, .*, page_size, .*; extra_body and"),
        (
            "chat.completions.create",
            (),
            {"enable_web_search": "on"},
            r"'enable_web_search'; it is a field of venice_parameters=\{...\}$",
        ),
        ("chat.completions.run_tools", (), {"enable_web_search": "on"}, r"it is a field of venice_parameters=\{...\}$"),
        ("api_keys.create", (), {"usd": 5}, r"'usd'; it is a field of consumption_limit=\{...\}$"),
        ("crypto.rpc", ("n",), {"params": []}, r"'params'; the fields of the body go into body=\{...\}"),
        ("crypto.rpc", ("n",), {"idempotncy_key": "k"}, "'idempotncy_key'; did you mean 'idempotency_key'"),
        ("chat.completions.run_tools", (), {"max_steps": 5}, "'max_steps'; did you mean 'max_turns'"),
        ("characters.list", ("image",), {}, "takes 0 positional arguments, got 1; give the others by name"),
        ("video.submit", ("m",), {}, r"give the others by name \(model=, "),
        (
            "images.upscale",
            ("a.png", 2),
            {},
            r"takes 1 positional argument, got 2; give the others by name \(creativity=, scale=, ",
        ),
        ("augment.scrape", ("https://a.test", 2), {}, r"got 2; give the others by name \(extra_"),
        ("images.map", ("photos", "p", 1), {}, "takes 2 positional arguments, got 3"),
        ("images.edit", ("a.png", "p"), {"image": "b.png"}, "image: given by position and by name"),
        ("models.list", (), {"self": 1}, "unexpected argument 'self'"),
        ("models.check", ("image-edit",), {"aspect_ratoi": "1:1"}, "did you mean 'aspect_ratio'"),
        ("models.check", ("image-edit",), {"maxage": 1}, "did you mean 'max_age'"),
        ("request", ("GET", "/x"), {"jsn": 1}, "unexpected argument 'jsn'; did you mean 'json'"),
        ("images.edit", (), {"max_retries": 0}, r"is an option of the client: with_options\(max_retries=...\)$"),
        ("crypto.rpc", ("n",), {"max_retries": 0}, r"is an option of the client: with_options\(max_retries=...\)$"),
        ("video.generate", (), {"retry_paid": True}, r"is an option of the client: with_options\(retry_paid=...\)$"),
        ("post", ("/x", {}), {}, "takes 1 positional argument, got 2; give the others by name$"),
        ("audio.speech.create", (), {"text": "hi"}, "'text'; did you mean 'input'"),
        ("audio.transcriptions.create", (), {"audio": b"RIFF"}, "'audio'; did you mean 'file'"),
        ("chat.completions.create", (), {"stop_sequences": ["a"]}, "'stop_sequences'; did you mean 'stop'"),
        ("post", ("/x",), {"tmeout": 1}, "unexpected argument 'tmeout'; did you mean 'timeout'"),
    ],
)
@pytest.mark.parametrize("make", [Venice, AsyncVenice], ids=["sync", "async"])
def test_missing_repeated_and_unknown_arguments_are_refused_by_every_kind_of_method(
    server: Loopback, make: Any, name: str, args: Any, arguments: dict[str, Any], message: str
) -> None:
    function = method(make("k", base_url=server.url), name)
    with pytest.raises(ArgumentError, match=message):
        finished(function(*args, **arguments))
    assert server.requests == []


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("make", [Venice, AsyncVenice], ids=["sync", "async"])
def test_the_signatures_of_views_lack_the_instance(make: Any, view: str) -> None:
    assert next(iter(inspect.signature(method(make("k"), "images.edit", view)).parameters)) == "image"


@table("make", [Venice, AsyncVenice])
@table("name", NAMES)
def test_every_method_has_documented_parameters_in_its_signature(make: Any, name: str) -> None:
    client = make("k")
    for view in VIEWS[: 2 if name in OWN_FLOW else 3]:
        function = method(client, name, view)
        names = set(inspect.signature(function).parameters)
        assert not any(item.kind == item.VAR_KEYWORD for item in inspect.signature(function).parameters.values())
        assert names >= OPTIONS or name in OWN_FLOW or name.startswith("x402")
    text = inspect.getdoc(method(client, name)) or ""
    operation = next(item for item in OPERATIONS.values() if item.name == name)
    of_body = [shape.model.__fields__ for shape in operation.bodies.values() if hasattr(shape, "model")]
    own = {item.name for item in operation.parameters} | {field for fields in of_body for field in fields}
    for argument in own & names if not name.startswith("x402") else ():
        line = next((line for line in text.splitlines() if line.strip().startswith(f"{argument}: ")), "")
        assert line, f"{name} says nothing of {argument}"
        is_bare = line.strip().startswith((f"{argument}: Required", f"{argument}: Optional"))
        assert not is_bare, f"spec/overlay.yaml: add a sentence for {argument} to x-python-arguments of {name}"
    assert "one of ;" not in " ".join(text.split()), f"{name} names an empty value"


@table("make", [Venice, AsyncVenice])
@table("name", ["chat.completions.create", "models.list", "embeddings.create", "api_keys.create"])
def test_type_hints_of_generated_methods_resolve_at_run_time(make: Any, name: str) -> None:
    function = inspect.unwrap(method(make("k"), name).__func__)
    hints = typing.get_type_hints(function)
    assert "return" in hints
    assert set(hints) >= OPTIONS


class Marked(Interceptor):
    keywords = {"POST /embeddings": {"mark": str}}  # noqa: RUF012  # as an interceptor of a user

    def before(self, request: Any) -> None:
        request.headers["X-Mark"] = request.keywords.get("mark", "none")


@pytest.mark.parametrize("view", VIEWS)
def test_a_keyword_of_an_interceptor_is_accepted_only_by_its_operation(server: Loopback, view: str) -> None:
    venice = Venice("k", base_url=server.url, interceptors=[Marked()], max_retries=0)
    server.answer(b'{"data": [], "model": "m", "object": "list"}')
    found = method(venice, "embeddings.create", view)(model="m", input="a", mark="here")
    if view == "with_streaming_response":
        with found as response:
            response.read()
    assert b"x-mark: here" in server.requests[0].lower()
    with pytest.raises(ArgumentError, match="mark"):
        method(venice, "models.list")(mark="here")
    assert len(server.requests) == 1


@pytest.mark.parametrize("make", [Venice, AsyncVenice], ids=["sync", "async"])
@pytest.mark.parametrize("value", ["p", None])
def test_a_removed_argument_is_named_in_the_error_of_a_method_that_cannot_send_it(
    make: Any, value: Any, monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    gone = {"x_402_payment": Alias("2026-06-01", wire="X-402-Payment", location="header")}
    monkeypatch.setattr(aliases, "table", lambda: aliases.AliasTable(arguments={"x402.top_up": gone}))
    with pytest.raises(ArgumentError, match=r"x402\.top_up\(x_402_payment\) is gone .* cannot send it; leave it out"):
        finished(make("k").x402.top_up(amount_usd=5, x_402_payment=value))
    assert not recwarn.list


@pytest.mark.parametrize("make", [Venice, AsyncVenice], ids=["sync", "async"])
@pytest.mark.parametrize("name", ["video.resume", "audio.resume"])
def test_errors_of_a_shared_method_name_the_class_of_its_resource(make: Any, name: str) -> None:
    shown = f"{'Async' if make is AsyncVenice else ''}{name.capitalize()}"
    with pytest.raises(ArgumentError, match=f"^{shown}: unexpected argument 'bogus'"):
        method(make("k"), name)("job.json", bogus=1)


@pytest.mark.parametrize("client", [Venice("k"), AsyncVenice("k")], ids=["sync", "async"])
def test_the_signature_of_chats_shows_the_e2ee_keyword(client: Any) -> None:
    shown = inspect.signature(client.chat.completions.create).parameters["e2ee"]
    assert shown.kind is inspect.Parameter.KEYWORD_ONLY
    assert "E2EE" in shown.annotation
    assert "e2ee" not in inspect.signature(client.embeddings.create).parameters


def test_an_autospec_of_an_instance_has_the_methods_of_resources() -> None:
    venice = create_autospec(Venice("k"))
    venice.images.edit("photo.jpg", "p", aspect_ratio="16:9")
    with pytest.raises(TypeError, match="aspect"):
        venice.images.edit("photo.jpg", "p", aspect="16:9")
