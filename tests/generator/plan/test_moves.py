"""A moved operation keeps its method, classes, documentation and facade, and a move back restores everything."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from generator.generate import generate
from generator.plan import Version, plan_version
from generator.plan.missing_texts import without_words
from generator.plan.naming.lock_file import load_names, names_text, parse_names
from generator.spec.contract import operations
from generator.spec.overlay import load_file
from generator.spec.pin import OVERLAY, load_pin
from tests.generator.plan.mutations import name_no_prices

Document = dict[str, Any]


@pytest.fixture(scope="module")
def pin() -> Version:
    return plan_version(load_pin().contract, load_file(OVERLAY), names=load_names())


def moved(contract: Document, *moves: tuple[str, str, str, str], operation_id: str | None = "") -> Document:
    """Move operations from method and path to method and path; `operation_id` replaces theirs, None removes it."""
    contract = copy.deepcopy(contract)
    for method, path, new_method, new_path in moves:
        operation = contract["paths"][path].pop(method)
        if not contract["paths"][path]:
            del contract["paths"][path]
        if operation_id is None:
            operation.pop("operationId", None)
        elif operation_id:
            operation["operationId"] = operation_id
        contract["paths"].setdefault(new_path, {})[new_method] = operation
    return contract


def surface(version: Version) -> dict[str, Any]:
    """The public names of a plan, without method and path of operations."""
    methods = {
        one.name: (one.arguments, one.summary, one.description, one.facade, one.paid, one.pictures, one.paging)
        for one in version.plan.operations
    }
    return {"methods": methods, "models": version.plan.models, "enums": version.plan.enums}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("moves", "operation_id"),
    [
        ([("post", "/image/edit", "post", "/images/edit")], ""),
        ([("post", "/image/edit", "post", "/images/edit")], "editPicture"),
        ([("post", "/image/edit", "post", "/images/edit")], None),
        ([("post", "/image/edit", "put", "/image/edit")], ""),
        ([("post", "/audio/retrieve", "post", "/v2/audio/retrieve")], ""),
        ([("post", "/augment/text-parser", "post", "/text-parser")], ""),
        ([("post", "/image/edit", "post", "/a/b/c"), ("post", "/image/upscale", "post", "/pictures/upscale")], ""),
        ([("get", "/characters/{slug}", "get", "/characters/{name}")], None),
    ],
)
def test_a_moved_operation_changes_its_path_and_no_public_name(
    pin: Version, moves: list[tuple[str, str, str, str]], operation_id: str | None
) -> None:
    if moves[0][1] not in pin.contract["paths"]:
        pytest.skip(f"{moves[0][1]} is not in the pin any more")
    contract = moved(dict(pin.contract), *moves, operation_id=operation_id)
    new = plan_version(contract, load_file(OVERLAY), before=pin)
    assert new.described.unmatched == pin.described.unmatched
    if "{slug}" not in moves[0][1]:
        assert surface(new) == surface(pin)
    else:
        assert {one.name: [a.name for a in one.arguments] for one in new.plan.operations} == {
            one.name: [a.name for a in one.arguments] for one in pin.plan.operations
        }
    assert without_words(new) == without_words(pin)
    again = plan_version(contract, load_file(OVERLAY), names=new.names)
    assert (again.plan, again.names) == (new.plan, new.names), "the lock alone gives the same names"
    back = plan_version(pin.contract, load_file(OVERLAY), before=new)
    assert back.plan == pin.plan
    assert names_text(back.names) == names_text(pin.names)


@pytest.mark.slow
def test_an_operation_that_names_no_price_any_more_stays_paid_until_the_overlay_says_otherwise(pin: Version) -> None:
    contract = copy.deepcopy(dict(pin.contract))
    assert name_no_prices(contract, Random(0))
    new = plan_version(contract, load_file(OVERLAY), before=pin)
    was, now = ({one.name: one.paid for one in version.plan.operations} for version in (pin, new))
    assert now == was
    assert sum(now.values()) > 10
    assert parse_names(names_text(new.names)) == new.names
    again = plan_version(contract, load_file(OVERLAY), names=new.names)
    assert again.plan == new.plan, "the lock alone says so too"
    contract["paths"]["/image/edit"]["post"]["x-python-paid"] = False
    free = plan_version(contract, load_file(OVERLAY), before=new)
    assert [
        name for name, one in free.names.operations.items() if one.is_paid != new.names.operations[name].is_paid
    ] == ["images.edit"]


@pytest.mark.slow
def test_an_ambiguous_move_is_reported_as_a_removed_operation(pin: Version) -> None:
    contract = moved(dict(pin.contract), ("post", "/image/edit", "post", "/images/edit"), operation_id=None)
    contract["paths"]["/v3/image/edit"] = copy.deepcopy(contract["paths"]["/images/edit"])
    new = plan_version(contract, load_file(OVERLAY), before=pin)
    assert "images.edit could be POST /images/edit, POST /v3/image/edit" in new.described.unclear[0]
    assert "images.edit" in new.names.aliases.operations


@pytest.mark.slow
def test_a_new_operation_has_a_good_name_and_an_overlay_skeleton(pin: Version) -> None:
    contract = copy.deepcopy(dict(pin.contract))
    body = {
        "required": True,
        "content": {"application/json": {"schema": {"type": "object", "properties": {"url": {"type": "string"}}}}},
    }
    added = {
        ("post", "/audio/isolate", "isolateAudio"): "audio.isolate",
        ("post", "/image/blur", "blurImage"): "images.blur",
        ("get", "/x402/limits", "get_x402_limits"): "x402.limits",
        ("delete", "/audio/voices/{id}", "deleteVoice"): "audio.voices.delete",
        ("get", "/audio/voices", "listVoices"): "audio.voices.list",
        ("post", "/music/queue", "queueMusic"): "music.queue",
        ("get", "/music/{id}", "getMusicById"): "music.retrieve",
        ("post", "/music", ""): "music.create",
        ("post", "/music/queue/cancel", "post_music_queue_cancel"): "music.queue_cancel",
        ("get", "/models/{id}", "ModelController_getModel"): "models.retrieve",
    }
    for method, path, name in added:
        operation: Document = {"tags": ["Any"], "responses": {"200": {}}}
        if name:
            operation["operationId"] = name
        if method == "post":
            operation["requestBody"] = body
        contract["paths"].setdefault(path, {})[method] = operation
    new = plan_version(contract, load_file(OVERLAY), before=pin)
    names = {one.key: one.name for one in new.plan.operations}
    assert {key: names[f"{key[0].upper()} {key[1]}"] for key in added} == added
    assert set(surface(pin)["methods"]) <= set(surface(new)["methods"])
    assert {name: one for name, one in surface(new)["models"].items() if name in pin.plan.models} == pin.plan.models
    (isolate,) = (one for one in without_words(new) if one.operation == "POST /audio/isolate")
    assert isolate.missing == ("x-python-name", "summary")
    assert "target: '$.paths[''/audio/isolate''].post'" in isolate.skeleton
    assert len(operations(contract)) == len(new.plan.operations)


CALLS = """
import httpx
from venice_client import AsyncVenice, Venice
from venice_client.api import OPERATIONS
from venice_client.capabilities.rules import RULES_OF

paths = []

def answer(request):
    paths.append(request.url.path)
    return httpx.Response(400, json={"error": "enough"})

venice = Venice(api_key="k", http_client=httpx.Client(transport=httpx.MockTransport(answer)), max_retries=0)
try:
    venice.images.edit(b"\\x89PNG\\r\\n\\x1a\\n", "a hat", validate=False)
except Exception as error:
    paths.append(type(error).__name__)
rules = len(RULES_OF[OPERATIONS["POST /image/edit"].key])
json.dump([paths, OPERATIONS["POST /image/edit"].key, "POST /image/edit" in OPERATIONS, rules], sys.stdout)
"""


@pytest.mark.slow
def test_the_facade_follows_a_moved_operation(tmp_path: Path, run_on: Callable[..., Any]) -> None:
    contract = moved(load_pin().contract, ("post", "/image/edit", "post", "/pictures/edit"))
    generate(contract, tmp_path / "venice_client")
    paths, key, is_there, rules = run_on(tmp_path, CALLS)
    assert paths[0].endswith("/pictures/edit"), paths
    assert (key, is_there) == ("POST /pictures/edit", True)
    assert rules > 3, "a moved operation keeps the checks of its model's capabilities"
