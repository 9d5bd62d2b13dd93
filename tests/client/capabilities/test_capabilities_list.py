"""The list of models that calls are checked against: requested once, cached, refreshed."""

from __future__ import annotations

import asyncio
import json
import stat
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import venice_client.api.images.edit as edit_module
from tests.client.capabilities.model_rows import LIST, PNG, edits, lists, row
from venice_client import (
    AsyncVenice,
    RequestValidationError,
    ResponseDecodeError,
    Venice,
    VeniceError,
    VeniceWarning,
)
from venice_client._core.warnings import VeniceDeprecationWarning
from venice_client.capabilities.catalog import Catalog, CatalogSource
from venice_client.models import ImageEdit

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Loopback
from tests.standin import StandIn

WAYS = ("resource", "module", "extra_body", "raw")


@pytest.mark.parametrize("way", WAYS)
def test_check_models_refuses_calls_before_they_are_sent(call: Caller, listing: StandIn, way: str) -> None:
    def work(ratio: str) -> Any:
        def edit(venice: Any) -> Any:
            if way == "module":
                body = ImageEdit(image="https://example.com/a.png", prompt="p", model="wide-edit", aspect_ratio=ratio)
                run = edit_module.sync if call.kind == "sync" else edit_module.asyncio
                return run(client=venice, body=body)
            images = venice.images.with_raw_response if way == "raw" else venice.images
            named: dict[str, Any] = {"model": "wide-edit", "aspect_ratio": ratio}
            return images.edit(
                image="https://example.com/a.png",
                prompt="p",
                **({"extra_body": named} if way == "extra_body" else named),
            )

        return edit

    with pytest.raises(
        RequestValidationError, match=r"aspect_ratio: wide-edit does not take '16:9'; it takes 1:1, 3:2"
    ):
        call(listing.base_url, work("16:9"), check_models=True)
    assert [request.operation for request in listing.requests] == [LIST]
    call(listing.base_url, work("3:2"), check_models=True)
    call(listing.base_url, work("16:9"))  # check_models is off
    assert edits(listing) == 2
    assert lists(listing) == 1


def test_a_missing_parameter_is_reported_only_for_a_whole_request(venice: Venice, listing: StandIn) -> None:
    with pytest.raises(RequestValidationError, match="image_url: stills-to-film makes videos of pictures, and none"):
        venice.video.queue(model="stills-to-film", prompt="p", duration="5s")
    venice.video.queue(
        model="stills-to-film", prompt="p", duration="5s", reference_image_urls=["https://example.com/a.png"]
    )
    venice.video.queue(model="stills-to-film", prompt="p", duration="5s", validate=False)
    venice.with_options(validate=False).video.queue(model="stills-to-film", prompt="p", duration="5s")
    assert lists(listing) == 1


def test_concurrent_checks_request_the_list_of_models_once(listing: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENICE_CACHE_DIR", "")
    together = threading.Barrier(8)

    def check(venice: Venice) -> None:
        together.wait(10)
        venice.models.check("image-edit", model="wide-edit", aspect_ratio="1:1")

    with Venice(base_url=listing.base_url) as venice, ThreadPoolExecutor(8) as pool:
        copies = [venice if number % 2 else venice.with_options(timeout=9.0) for number in range(8)]
        list(pool.map(check, copies))
    assert lists(listing) == 1

    async def tasks() -> None:
        async with AsyncVenice(base_url=listing.base_url) as venice:
            copies = [venice if number % 2 else venice.with_options(timeout=9.0) for number in range(8)]
            first = asyncio.create_task(copies[0].models.check("image-edit", model="wide-edit"))
            others = [asyncio.create_task(copy.models.check("image-edit", model="wide-edit")) for copy in copies]
            await asyncio.sleep(0)
            first.cancel()  # after a cancelled request, another task requests the list
            await asyncio.gather(*others)

    asyncio.run(tasks())
    assert lists(listing) in (2, 3)


@pytest.mark.parametrize("failure", ["500", "no list", "gone"])
def test_calls_are_sent_with_a_warning_if_the_list_of_models_is_unavailable(
    call: Caller, server: Loopback, failure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if failure == "gone":
        monkeypatch.setattr("venice_client.capabilities.catalog.LIST", "GET /gone")
    elif failure == "500":
        server.answer('{"error": "down"}', status=500)
    else:
        server.answer("<html>", "text/html")
    server.answer(PNG, "image/png")

    async def twice(venice: AsyncVenice) -> None:
        for _ in range(2):
            await venice.images.edit("https://example.com/a.png", "p", model="wide-edit", aspect_ratio="16:9")

    def both(venice: Any) -> Any:
        if call.kind == "async":
            return twice(venice)
        return [
            venice.images.edit("https://example.com/a.png", "p", model="wide-edit", aspect_ratio="16:9") for _ in "12"
        ]

    with pytest.warns(VeniceWarning, match="calls are made without a check") as reported:
        call(server.url, both, check_models=True)
    assert len(reported) == 1
    assert reported[0].filename == __file__
    assert len(server.requests) == (2 if failure == "gone" else 3)


def test_an_explicit_check_raises_if_the_list_of_models_is_unavailable(call: Caller, server: Loopback) -> None:
    server.answer("<html>", "text/html")
    with pytest.raises(VeniceError, match="the list of models can't be read"):
        call(server.url, lambda venice: venice.models.check("image-edit", model="wide-edit"))


def test_a_warning_raised_as_error_does_not_stop_the_call(server: Loopback) -> None:
    server.answer("{}", status=500)
    server.answer(PNG, "image/png")
    with warnings.catch_warnings(), Venice("key", base_url=server.url, check_models=True) as venice:
        warnings.simplefilter("error")
        assert venice.images.edit("https://example.com/a.png", "p", model="wide-edit").data == PNG


def test_the_list_of_models_is_cached_in_a_private_file(call: Caller, listing: StandIn, cache: Path, key: str) -> None:
    def check(**options: Any) -> None:
        call(listing.base_url, lambda venice: venice.models.check("image-edit", model="wide-edit", **options))

    check()
    check()
    assert lists(listing) == 1
    (kept,) = cache.iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    assert key.encode() not in kept.read_bytes()
    check(max_age=0)
    assert lists(listing) == 2
    for number, damage in enumerate((b"", b"[1]", b'{"fetched": 1e300, "models": []}', b"[" * 100_000), 3):
        kept.write_bytes(damage)
        check()
        assert lists(listing) == number
    assert [item.name for item in cache.iterdir()] == [kept.name]


def test_checks_work_without_a_cache_file(listing: StandIn, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.write_text("a file in the way")
    for folder in (str(cache), "", "/proc/none"):
        monkeypatch.setenv("VENICE_CACHE_DIR", folder)
        with Venice(base_url=listing.base_url) as venice:
            assert venice.models.check("image-edit", model="wide-edit")
    assert lists(listing) == 3


def test_the_cache_file_is_in_the_cache_folder_of_the_user(
    listing: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VENICE_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    with Venice(base_url=listing.base_url) as venice:
        venice.models.capabilities("blind")
    assert [item.parent.name for item in tmp_path.rglob("models-*.json")] == ["venice-client"]


def test_an_outdated_list_is_refreshed_before_a_call_is_refused(call: Caller, listing: StandIn, cache: Path) -> None:
    call(listing.base_url, lambda venice: venice.models.check("image-edit", model="wide-edit"))
    (kept,) = cache.iterdir()
    old = json.loads(kept.read_bytes())
    old["fetched"] -= 600
    old["models"] = [row("wide-edit", "inpaint", offline=True), row("bare-edit", "inpaint")]
    kept.write_text(json.dumps(old))
    call(listing.base_url, lambda venice: venice.models.check("image-edit", model="bare-edit"), check_models=True)
    assert lists(listing) == 1  # old enough to be refreshed before a refusal, recent enough to accept a call
    call(
        listing.base_url,
        lambda venice: venice.images.edit("https://example.com/a.png", "p", model="wide-edit"),
        check_models=True,
    )
    assert (lists(listing), edits(listing)) == (2, 1)
    old["fetched"] = time.time() - 7200
    kept.write_text(json.dumps(old))
    call(listing.base_url, lambda venice: venice.models.check("image-edit", model="bare-edit"))
    assert lists(listing) == 3


def test_a_deprecated_model_warns_once(call: Caller, api: StandIn) -> None:
    name = f"leaving-{call.kind}"
    ends = {"autoRemap": False, "date": "2030-01-01T00:00:00.000Z", "removesAt": "2030-01-01T00:00:00.000Z"}
    later = {**ends, "startsAt": "2099-01-01T00:00:00.000Z"}
    rows = [
        row(name, "text", deprecation={**ends, "replacementModelId": "seeing"}),
        row("later", "text", deprecation=later),
    ]
    api.answer(LIST, body={"object": "list", "type": "all", "data": rows})

    def check(model: str) -> None:
        call(api.base_url, lambda venice: venice.models.check("chat-completions", model=model))

    with pytest.warns(VeniceDeprecationWarning, match=rf"{name} is deprecated, until 2030-01-01T.*; use seeing"):
        check(name)
    check(name)
    check("later")


def test_an_empty_list_of_models_is_an_error_and_is_not_kept(call: Caller, listing: StandIn, cache: Path) -> None:
    listing.answer("GET /models", body={"object": "list", "data": [{"type": "text"}]}, times=1)
    with pytest.raises(ResponseDecodeError, match="the list of models is empty"):
        call(listing.base_url, lambda venice: venice.models.find("text"))
    call(listing.base_url, lambda venice: venice.models.find("text"))
    [file] = cache.iterdir()
    file.write_text(json.dumps({"fetched": time.time(), "models": []}))
    assert call(listing.base_url, lambda venice: venice.models.find("text"))


def test_the_list_is_fetched_again_before_an_unknown_model_is_refused(call: Caller, listing: StandIn) -> None:
    def two(venice: Any) -> Any:
        source = CatalogSource.of(venice)
        source._catalog = Catalog([{"id": "old", "type": "text"}], time.time() - 120)
        return venice.chat.completions.create(model="new", messages=[{"role": "user", "content": "x"}])

    rows = [{"id": "new", "type": "text"}]
    listing.answer("GET /models", body={"object": "list", "data": rows})
    call(listing.base_url, two, check_models="strict")
    assert [item.operation for item in listing.requests] == ["GET /models", "POST /chat/completions"]


@pytest.mark.parametrize(
    ("arguments", "options", "says"),
    [
        ((None,), {}, "kind must be str, got NoneType"),
        (("text", ["vision"]), {}, "feature must be str, got list"),
        (("text",), {"min_context": "100k"}, "min_context must be a number of tokens, got str"),
        (("text",), {"max_age": None}, "max_age must be a number of seconds, got NoneType"),
    ],
)
def test_find_refuses_arguments_of_other_types(
    call: Caller, listing: StandIn, arguments: Any, options: Any, says: str
) -> None:
    with pytest.raises(RequestValidationError, match=says):
        call(listing.base_url, lambda venice: venice.models.find(*arguments, **options))
    with pytest.raises(RequestValidationError, match="model must be str, got NoneType"):
        call(listing.base_url, lambda venice: venice.models.capabilities(None))
    with pytest.raises(RequestValidationError, match="operation must be str, got NoneType"):
        call(listing.base_url, lambda venice: venice.models.check(None))
