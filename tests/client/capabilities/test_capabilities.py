"""A request that the model does not support is refused before it is sent; unknown capabilities pass."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.client.capabilities.model_rows import CHAT, EDIT, LIST, PNG, edits, row
from tests.conftest import ROOT
from venice_client import (
    RequestValidationError,
    UnknownValueWarning,
    Venice,
    models,
)
from venice_client._core.schema.shapes import AnyOf, Ref, Shape
from venice_client.api import OPERATIONS
from venice_client.capabilities.catalog import Catalog
from venice_client.capabilities.check import Check
from venice_client.capabilities.rules import RULES

if TYPE_CHECKING:
    from tests.client.conftest import Caller
from tests.standin import StandIn

PICTURE = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
TOOL = {"type": "function", "function": {"name": "look"}}


def asking(*parts: Any) -> list[dict[str, Any]]:
    return [{"role": "system", "content": "Be brief."}, {"role": "user", "content": list(parts)}]


Arguments = dict[str, Any]
REFUSED: list[tuple[str, str, Arguments, str]] = [  # operation, model, the arguments, the message after their names
    ("image-edit", "wide-edit", {"aspect_ratio": "16:9"}, "does not take '16:9'; it takes 1:1, 3:2"),
    ("images.edit", "wide-edit", {"resolution": "4K"}, "does not take '4K'; it takes 1K, 2K"),
    (EDIT, "wide-edit", {"prompt": "x" * 21}, "does not take 21 characters; it takes at most 20 characters"),
    (EDIT, "plain-edit", {"aspect_ratio": "1:1"}, "keeps the ratio of a single picture"),
    (EDIT, "wide-edit:enable_web_search=on", {"aspect_ratio": "21:9"}, "does not take '21:9'"),
    ("images.multi_edit", "wide-edit", {"images": [PNG] * 3}, "does not take 3 pictures; it takes at most 2 pictures"),
    ("image-multi-edit", "plain-edit", {"images": (PNG, PNG)}, "does not take 2 pictures; it takes at most 1 picture"),
    ("image-multi-edit", "three-edit", {"images": [PNG] * 4}, "does not take 4 pictures; it takes at most 3"),
    ("image-generate", "painter", {"steps": 31}, "does not take 31; it takes at most 30"),
    (
        "image-generate",
        "painter",
        {"width": 1000},
        "does not take 1,000; it takes multiples of 16, such as 992 or",
    ),
    ("image-generate", "painter", {"style_references": [{"image": PNG}] * 2}, "does not take 2 pictures"),
    ("image-generate", "sketcher", {"style_references": [{"image": PNG}]}, "takes no style references"),
    ("image-generate", "default", {"height": 24}, "does not take 24"),
    ("image-generate", "sketcher", {"quality": "high"}, "does not take 'high'; it takes low"),
    ("chat.completions.create", "blind", {"messages": asking(PICTURE)}, "takes no pictures; use one of seeing"),
    (CHAT, "seeing", {"messages": asking(*[PICTURE] * 3)}, "does not take 3 pictures; it takes at most 2 pictures"),
    (CHAT, "default", {"tools": [TOOL]}, "calls no functions; use one of seeing"),
    (CHAT, "blind", {"max_completion_tokens": 101}, "does not take 101; it takes at most 100"),
    (CHAT, "seeing", {"reasoning_effort": "max"}, "does not take 'max'; it takes low, high"),
    (CHAT, "stubborn", {"reasoning_effort": "low"}, "does not let it be chosen; use one of seeing"),
    (CHAT, "stubborn", {"response_format": {"type": "json_schema", "json_schema": {}}}, "follows no JSON schema"),
    ("responses", "blind", {"input": asking({"type": "input_image", "image_url": "x"})}, "takes no pictures"),
    ("video-queue", "words-to-film", {"duration": "6s"}, "does not take '6s'; it takes 5s, 8s"),
    ("video-queue", "words-to-film", {"aspect_ratio": "16:9"}, "does not take '16:9'; it takes none: leave it out"),
    ("video-queue", "words-to-film", {"image_url": PNG}, "makes videos of words alone"),
    ("video-quote", "words-to-film", {"audio": False}, "always makes sound"),
    ("video.quote", "stills-to-film", {"audio": True}, "makes no sound; use one of words-to-film"),
    ("audio-queue", "band", {"duration_seconds": "61"}, "does not take '61'; it takes 60, 90"),
    ("audio-queue", "band", {"loop": True}, "makes no loops"),
    ("audio-queue", "orchestra", {"duration_seconds": 29}, "does not take 29; it takes at least 30"),
    ("audio-queue", "orchestra", {"prompt": "ab"}, "does not take 2 characters; it takes at least 3 characters"),
    ("audio-speech", "reader", {"voice": "Unknown"}, "does not take 'Unknown'; it takes Aria, Tim"),
    ("audio.speech.create", "reader", {"response_format": "wav"}, "does not take 'wav'; it takes mp3"),
    ("embeddings", "vectors", {"dimensions": 513}, "does not take 513; it takes at most 512"),
]
FINE: list[tuple[str, str, Arguments]] = [
    (EDIT, "wide-edit", {"aspect_ratio": "3:2", "resolution": "2k", "prompt": "x" * 20}),
    (EDIT, "wide-edit", {"aspect_ratio": "auto", "resize": True, "timeout": 3.0}),
    (EDIT, "plain-edit", {"aspect_ratio": "auto"}),
    (EDIT, "bare-edit", {"aspect_ratio": "21:9"}),
    (EDIT, "without-limits", {"aspect_ratio": "21:9"}),
    (EDIT, "new-kind", {"aspect_ratio": "21:9"}),
    ("images.multi_edit", "three-edit", {"images": [PNG] * 3}),
    ("image-generate", "sketcher", {"steps": 8, "style_references": []}),
    (CHAT, "seeing", {"messages": asking(PICTURE, PICTURE), "tools": [TOOL]}),
    (CHAT, "blind", {"messages": asking("words"), "tools": []}),
    (CHAT, "blind", {"max_completion_tokens": -1, "tools": [{"type": "web_search"}]}),
    (CHAT, "stubborn", {"reasoning_effort": "none"}),
    ("video-queue", "words-to-film", {"duration": "8", "resolution": "4K", "audio": True}),
    ("video.generate", "words-to-film", {"duration": "5s", "save_to": "clip.mp4"}),
    ("video-queue", "stills-to-film", {"duration": "5s"}),  # the picture may be yet to come
    ("audio-queue", "orchestra", {"duration_seconds": 61}),
    ("audio-queue", "band", {"duration_seconds": 90}),
    ("audio-speech", "reader", {"voice": "vv_mine"}),
    ("audio-speech", "any-reader", {"voice": "Unknown"}),
]


def test_an_unsupported_value_is_reported_with_the_supported_ones(venice: Venice, listing: StandIn) -> None:
    for operation, model, arguments, says in REFUSED:
        with pytest.raises(RequestValidationError) as caught:
            venice.models.check(operation, model=model, **arguments)
        ((field, _),) = arguments.items()
        meant = {"default": "painter" if operation == "image-generate" else "blind"}.get(model, model.partition(":")[0])
        (problem,) = caught.value.problems[-1:]
        assert problem.startswith(f"{field}: {meant} {says}"), (operation, problem)
    for operation, model, arguments in FINE:
        reported = venice.models.check(operation, model=model, **arguments)
        assert reported is not None
        assert reported.id == model
    assert [request.operation for request in listing.requests] == [LIST]
    assert listing.requests[0].query == {"type": ["all"]}
    listing.assert_valid()


def test_a_model_of_another_kind_or_offline_is_refused(venice: Venice) -> None:
    with pytest.raises(RequestValidationError) as caught:
        venice.models.check(EDIT, model_id="blind")
    reported = (
        "modelId: blind is a model of the kind text, and POST /image/edit takes those of the kind inpaint; use one of"
    )
    assert str(caught.value).startswith(f"{reported} wide-edit, plain-edit")
    with pytest.raises(
        RequestValidationError, match=r"^model: broken-edit is offline at present; use one of wide-edit"
    ):
        venice.models.check(EDIT, model="broken-edit")


def test_values_without_a_known_capability_pass(venice: Venice, listing: StandIn) -> None:
    assert venice.models.check("images.upscale", scale=2) is None
    assert venice.models.check(EDIT, aspect_ratio="21:9") is None
    assert not listing.requests  # without a model the list is not needed


def test_the_values_of_the_contract_are_checked_first(venice: Venice, listing: StandIn) -> None:
    with pytest.raises(RequestValidationError) as caught:
        venice.models.check("image-edit", model="qwen-edit", aspect_ratio="7:5")
    value, model = caught.value.problems
    assert value.startswith("aspect_ratio: '7:5' is not among the values that the contract knows: auto, 1:1,")
    assert value.endswith("; extra_body sends it anyway")
    assert model.startswith("model: the list of models has no 'qwen-edit'; the nearest are ")
    assert venice.models.check("image-edit", model="bare-edit", extra_body={"aspect_ratio": "7:5"})
    with pytest.raises(RequestValidationError, match=r"^variants: 9 is more than 4"):
        venice.models.check("image-generate", variants=9)
    with pytest.raises(RequestValidationError, match=r"^output_format: 'tga' is not among"):
        venice.models.check(EDIT, model="wide-edit", aspect_ratio="3:2", output_format="tga")
    with pytest.raises(RequestValidationError, match=r"^output_format: 'tga' is not among"):
        venice.images.edit("https://example.com/a.png", "p", model="wide-edit", output_format="tga")
    assert edits(listing) == 0


def test_a_value_listed_by_the_model_may_be_unknown_to_the_contract(api: StandIn) -> None:
    newer = row("newer-edit", "inpaint", constraints={"aspectRatios": ["7:5"]})
    api.answer(LIST, body={"object": "list", "type": "all", "data": [newer]})
    with Venice(base_url=api.base_url) as venice:
        assert venice.models.check("image-edit", model="newer-edit", aspect_ratio="7:5")
        with pytest.raises(RequestValidationError, match=r"newer-edit does not take '1:1'; it takes 7:5"):
            venice.models.check("image-edit", model="newer-edit", aspect_ratio="1:1")


def test_an_unknown_model_is_reported_with_the_nearest_names(call: Caller, listing: StandIn) -> None:
    def check(model: str) -> Callable[[Any], Any]:
        return lambda venice: venice.models.check(EDIT, model=model, aspect_ratio="1:1")

    for model, near in (("wide-edits", "the nearest are wide-edit"), ("42", "venice.models.list")):
        with pytest.warns(UnknownValueWarning, match=rf"model: the list of models has no '{model}'; {near}"):
            assert call(listing.base_url, check(model)) is None
    with pytest.raises(RequestValidationError, match=r"model: the list of models has no 'wide-edits'; the nearest are"):
        call(listing.base_url, check("wide-edits"), check_models="strict")
    with pytest.raises(RequestValidationError, match=r"modelId: the list of models has no 'three-edits'"):
        call(
            listing.base_url,
            lambda venice: venice.images.edit("https://example.com/a.png", "p", model_id="three-edits"),
            check_models="strict",
        )
    assert edits(listing) == 0


def test_messages_must_fit_into_the_context_length(venice: Venice) -> None:
    fits = [{"role": "user", "content": "word " * 50}]
    longer = [{"role": "user", "content": [{"type": "text", "text": "word " * 51}]}]
    assert venice.models.check("chat", model="short", messages=fits, max_completion_tokens=50)
    with pytest.raises(RequestValidationError, match="messages: short does not take 51 tokens; it takes at most 50 to"):
        venice.models.check("chat", model="short", messages=longer)
    with pytest.raises(RequestValidationError, match="max_completion_tokens: short does not take 51; it takes at most"):
        venice.models.check("chat", model="short", messages=fits, max_completion_tokens=51)
    assert venice.models.capabilities("short").context_length == 50


def test_every_problem_is_reported_at_once(call: Caller, listing: StandIn) -> None:
    with pytest.raises(RequestValidationError) as caught:
        call(
            listing.base_url,
            lambda venice: venice.models.check(
                "image-edit", model="wide-edit", aspect_ratio="16:9", resolution="8K", prompt="x" * 99
            ),
        )
    assert [problem.partition(":")[0] for problem in caught.value.problems] == ["aspect_ratio", "resolution", "prompt"]


@pytest.mark.slow
def test_the_check_models_example_runs(listing: StandIn) -> None:
    ran = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "check_models.py")],
        env={**os.environ, "PYTHONPATH": str(ROOT), "VENICE_BASE_URL": listing.base_url, "VENICE_API_KEY": "key"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "does not take '16:9'; it takes 1:1, 3:2" in ran.stdout
    assert "model: blind is a model of the kind text" in ran.stdout
    assert {request.operation for request in listing.requests} == {LIST}


def test_an_unknown_parameter_or_operation_is_reported_with_the_nearest_name(venice: Venice, listing: StandIn) -> None:
    with pytest.raises(
        RequestValidationError,
        match="aspect_raito: POST /image/edit has no such parameter; did you mean 'aspect_ratio'",
    ):
        venice.models.check("image-edit", model="wide-edit", aspect_raito="16:9")
    with pytest.raises(
        RequestValidationError, match="operation: 'image-edti' is not an operation; did you mean 'images-edit'"
    ):
        venice.models.check("image-edti", model="wide-edit")
    assert not listing.requests


def test_a_check_takes_the_arguments_of_the_methods_for_its_operation_alone(venice: Venice, listing: StandIn) -> None:
    assert venice.models.check("image-edit", model="wide-edit", resize="fit", timeout=5) is not None
    assert venice.models.check("video.queue", model="words-to-film", wait_timeout=9, poll_interval=1) is not None
    with pytest.raises(RequestValidationError, match="save_to: POST /image/edit has no such parameter"):
        venice.models.check("image-edit", model="wide-edit", save_to="sunset.png")


def test_models_are_found_by_their_features(call: Caller, listing: StandIn) -> None:
    def ids(*criteria: str, **more: Any) -> list[str]:
        return [found.id for found in call(listing.base_url, lambda venice: venice.models.find(*criteria, **more))]

    assert ids("inpaint") == ["wide-edit", "plain-edit", "three-edit", "bare-edit", "without-limits"]
    reasoning, seeing = ids("text", "reasoning"), ids("text", "supportsVision")
    assert seeing == ids("text", "vision")
    assert reasoning != seeing
    assert set(ids("text", "vision", "reasoning")) == set(reasoning) & set(seeing)
    assert ids("text", min_context=10**9) == []
    with pytest.raises(RequestValidationError, match=r"'visoin' is not known; .*supportsVision"):
        ids("text", "visoin")
    with pytest.raises(RequestValidationError, match=r"no model is of the kind 'txt'; there are .*text"):
        ids("txt")


def test_capabilities_of_a_model_are_reported(call: Caller, listing: StandIn) -> None:
    found = call(listing.base_url, lambda venice: venice.models.capabilities("wide-edit"))
    assert found.constraints["maxInputImages"] == 2
    assert found.limits[EDIT]["aspect_ratio"] == "1:1, 3:2"
    assert "    images: at most 2 pictures" in str(found).splitlines()
    with pytest.raises(RequestValidationError, match="has no 'wide-edits'; the nearest are wide-edit"):
        call(listing.base_url, lambda venice: venice.models.capabilities("wide-edits"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(reported=JSON, requested=JSON, number=st.integers(0, len(RULES) - 1))
def test_any_model_row_and_any_request_can_be_checked(reported: Any, requested: Any, number: int) -> None:
    rule = RULES[number]
    spec: Any = reported
    for name in reversed(rule.capability.split(".") if isinstance(rule.capability, str) else ["constraints"]):
        spec = {name: spec}
    for rows in ([{"id": "m", "type": reported, "model_spec": spec}], [{"id": "m", "model_spec": reported}, reported]):
        listing = Catalog(rows, 0.0)
        for operation in rule.operations:
            values = {"model": "m", rule.field: requested, "messages": requested, "tools": requested}
            Check(OPERATIONS[operation], values, complete=True).compare(listing)
        for found in filter(None, [listing.find("m"), listing.find(requested)]):
            assert str(found)
            assert found.deprecation() is None or found.deprecation()


def wires(shape: Shape) -> set[str]:
    """The names on the wire of all fields within a shape."""
    branches = shape.branches if isinstance(shape, AnyOf) else (shape,)
    fields = [field for item in branches if isinstance(item, Ref) for field in item.model.__fields__.values()]
    return {field.wire for field in fields}.union(*(wires(field.shape) for field in fields))


def test_every_capability_rule_names_declared_fields() -> None:
    undeclared = {(EDIT, "quality")}  # documented, and taken by some models
    reported = wires(Ref(models, "ModelSpec"))
    for rule in RULES:
        if isinstance(rule.capability, str):
            assert set(rule.capability.split(".")) <= reported, rule
        for operation in rule.operations:
            declared = set().union(*(wires(shape) for shape in OPERATIONS[operation].bodies.values()))
            assert set(rule.field.split(".")) <= declared or (operation, rule.field) in undeclared, rule


def test_an_operation_is_found_by_an_address_that_it_had_before(
    venice: Venice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OPERATIONS, "_former", {"POST /old/edit": EDIT})
    for name in ("old-edit", "POST /old/edit", "/old/edit", EDIT):
        with pytest.raises(RequestValidationError, match="it takes 1:1, 3:2"):
            venice.models.check(name, model="wide-edit", aspect_ratio="16:9")
