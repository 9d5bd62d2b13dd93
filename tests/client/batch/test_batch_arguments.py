"""The arguments of `images.map` are checked when it is called."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

import pytest

from tests.client.batch.pictures import PROMPT, png
from venice_client import UNSET, AsyncVenice, RequestValidationError, Venice
from venice_client._core import aliases
from venice_client._core.aliases import Alias
from venice_client._core.request.call import CallOptions
from venice_client._core.warnings import VeniceDeprecationWarning
from venice_client.api.images.edit import EditOptions
from venice_client.api.images.remove_background import RemoveBackgroundOptions
from venice_client.api.images.upscale import UpscaleOptions
from venice_client.batch.resource import MapOptions
from venice_client.images.resource import Images

if TYPE_CHECKING:
    from tests.client.conftest import Caller
    from tests.standin import StandIn


@pytest.mark.parametrize(
    ("arguments", "options", "said"),
    [
        (("{}",), {}, "prompt is required by edit"),
        (("{}", "x"), {"operation": "upscale"}, "upscale takes no prompt"),
        (("{}", "x"), {"operation": "paint"}, "must be one of edit, upscale, remove_background, got 'paint'"),
        (("{}", "x"), {"concurrency": 0}, "concurrency must be an integer >= 1, got 0"),
        (("{}", "x"), {"on_error": "ignore"}, "on_error must be 'return' or 'raise', got 'ignore'"),
        (("{}", "x"), {"progress": 5}, "progress must be True, False or callable, got int"),
        (("{}", "x"), {"manifest": "m"}, "pass to="),
        (("{}", "x"), {"call": print}, "call replaces the operation"),
        (("{}",), {"call": 5}, "call must be a function of client and picture, got int"),
        (("{}",), {"call": lambda picture: picture}, "call must be a function of client and picture: too many"),
        (("{}", "x"), {"to": "{}"}, "to must be another folder"),
        (("{}", "x"), {"to": "{}/a.png"}, "to must be a folder, got the file"),
        (("{}/a.png", "x"), {}, "a.png'; wrap a single picture in []"),
        (("{}/b", "x"), {}, "b'; there is no such file or folder"),
        (("{}/*.png", "x"), {}, "Path(folder).glob(pattern) gives the files of a pattern"),
        ((b"bytes", "x"), {}, "got a single picture (bytes)"),
        ((5, "x"), {}, "must be a folder or an iterable of pictures, got int"),
        (
            ("{}", "x"),
            {"extra_body": {"x": object()}, "validate": False, "to": "out"},
            "type object cannot be recorded",
        ),
        (("{}", "x"), {"resend_unknown": "no"}, "resend_unknown must be True or False, got str"),
        (("{}", "x"), {"resize": "no"}, "resize must be True or False, got str"),
        (("{}", "x"), {"timeout": "5"}, "timeout must be a finite number of seconds > 0"),
        (("{}", "x"), {"to": True}, "to must be the path of a file or folder, str or os.PathLike, got True"),
        (("{}", "x"), {"operation": ["edit"]}, "must be one of edit, upscale, remove_background, got ['edit']"),
        (("{}", "x"), {"concurency": 5}, "did you mean 'concurrency'?"),
        (("{}", "x"), {"aspect_ration": "16:9"}, "did you mean 'aspect_ratio'?"),
        (("{}", "x"), {"scale": 2}, "unexpected argument 'scale'"),
        (("{}",), {"operation": "upscale", "aspect_ratio": "1:1"}, "unexpected argument 'aspect_ratio'"),
        (("{}",), {"operation": "upscale", "scal": 4}, "did you mean 'scale'?"),
        (("{}",), {"operation": "upscale", "scale": "big"}, "scale"),
        (("{}",), {"operation": "remove_background", "modle": "x"}, "unexpected argument 'modle'"),
        (("{}", ""), {}, "prompt"),
        (("{}", "x"), {"safe_mode": "perhaps"}, "safe_mode"),
    ],
)
def test_invalid_arguments_are_refused_at_once(
    folder: Path, arguments: Any, options: Any, said: str, call: Caller
) -> None:
    filled = [part.format(folder) if isinstance(part, str) else part for part in arguments]
    options = {name: value.format(folder) if isinstance(value, str) else value for name, value in options.items()}

    def sync(venice: Any) -> None:
        with pytest.raises(RequestValidationError, match=re.escape(said)):
            venice.images.map(*filled, **options)

    async def asynchronous(venice: Any) -> None:
        sync(venice)

    call("http://127.0.0.1:9", sync if call.kind == "sync" else asynchronous)


def test_a_coroutine_function_is_a_call_for_the_async_client_alone(folder: Path) -> None:
    async def work(client: Any, picture: Any) -> Any: ...

    with Venice("k") as venice, pytest.raises(RequestValidationError, match="coroutine function: AsyncVenice takes it"):
        venice.images.map(folder, call=work)
    AsyncVenice("k").images.map(folder, call=work)


def test_local_files_false_refuses_a_folder(folder: Path) -> None:
    with Venice("k", local_files=False) as venice, pytest.raises(RequestValidationError, match="local_files=False"):
        venice.images.map(folder, PROMPT)


def test_parameters_and_call_options_are_passed_on(api: StandIn, tmp_path: Path, mapped: Any) -> None:
    options = {"aspect_ratio": "16:9", "strip_metadata": True, "timeout": 30.0, "extra_headers": {"X-Own": "1"}}
    assert [item.ok for item in mapped(api.base_url, [png(1)], PROMPT, **options)] == [True]
    assert api.requests[0].value["aspect_ratio"] == "16:9"
    assert api.requests[0].headers["X-Own"] == "1"
    assert [item.ok for item in mapped(api.base_url, [png(1)], operation="upscale", scale=4)] == [True]
    unset = {"aspect_ratio": UNSET, "timeout": None, "validate": None}
    assert [item.ok for item in mapped(api.base_url, [png(1)], PROMPT, to=tmp_path, **unset)] == [True]
    assert "aspect_ratio" not in api.requests[-1].value
    api.assert_valid()


def test_every_parameter_in_the_overloads_is_accepted() -> None:
    """A parameter that type checkers accept would be refused if the method and its options differed."""
    options = {"edit": EditOptions, "upscale": UpscaleOptions, "remove_background": RemoveBackgroundOptions}
    with Venice("k") as venice:
        for operation, declared in options.items():
            prompt = "x" if operation == "edit" else None
            parameters: Any = dict.fromkeys(declared.__annotations__.keys() - CallOptions.__annotations__.keys())
            venice.images.map([], prompt, operation=operation, validate=False, **parameters)  # type: ignore[call-overload]


def test_the_signature_shows_every_parameter_with_its_type(call: Caller) -> None:
    async def shown(venice: Any) -> inspect.Signature:
        return inspect.signature(venice.images.map)

    signature = call(
        "http://127.0.0.1:9", shown if call.kind == "async" else lambda it: inspect.signature(it.images.map)
    )
    expected = {*MapOptions.__annotations__, "call", "resize", "strip_metadata"}
    for declared in (EditOptions, UpscaleOptions, RemoveBackgroundOptions):
        expected |= declared.__annotations__.keys()
    assert set(signature.parameters) == expected | {"pictures", "prompt", "operation"}
    assert signature.parameters["concurrency"].default == 8
    assert not any(item.kind is item.VAR_KEYWORD for item in signature.parameters.values())
    assert get_type_hints(Images.map)["concurrency"] is int


def test_an_argument_that_the_operation_had_before_is_sent_with_a_warning(
    api: StandIn, mapped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = {"strength": Alias("2026-06-01", wire="strength", location="property")}
    monkeypatch.setattr(aliases, "table", lambda: aliases.AliasTable(arguments={"images.edit": gone}))
    with pytest.warns(VeniceDeprecationWarning, match=r"images\.edit\(strength\) is gone .*sent as extra_body"):
        mapped(api.base_url, [png(1)], PROMPT, strength=3)
    assert api.requests[0].value["strength"] == "3"  # a form
