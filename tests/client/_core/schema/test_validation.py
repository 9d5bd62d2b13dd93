"""Invalid requests are refused before they are sent, with all problems; unknown values warn and are sent."""

from __future__ import annotations

import re
import tracemalloc
import warnings
from collections import deque
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from tests.client._core.request.building import json_of, operation
from tests.client._core.schema.departing import Colour, Many, reported
from tests.table import table
from venice_client import UNSET, RequestValidationError, Venice
from venice_client._core.request.body import choose_body
from venice_client._core.request.build import build as fill
from venice_client._core.request.call import Request
from venice_client._core.request.multipart import Form
from venice_client._core.schema.check import find_violations
from venice_client._core.schema.model import Maybe, Model, field
from venice_client._core.schema.operation import Operation, Parameter
from venice_client._core.schema.shapes import (
    AnyOf,
    Array,
    Binary,
    Choice,
    Integer,
    Null,
    Number,
    Ref,
    Shape,
    Text,
    Vector,
)
from venice_client._core.warnings import UnknownFieldWarning, UnknownValueWarning, VeniceWarning
from venice_client.api import OPERATIONS
from venice_client.models import ImageEdit, ImageEditForm, TextPart, UserMessage

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Loopback

CHAT = OPERATIONS["POST /chat/completions"]
EDIT = OPERATIONS["POST /image/edit"]
HISTORY = OPERATIONS["GET /billing/usage-history"]
PNG = b"\x89PNG\r\n\x1a\n"
HELLO = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}


def build(operation: Operation, arguments: Any, body: Any = UNSET, options: Any = None) -> Request:
    return fill(Venice("a-key")._request(operation, arguments, body, None, options, None))


def refused(operation: Operation, body: Any = UNSET, arguments: Any = None, **options: Any) -> tuple[str, ...]:
    with pytest.raises(RequestValidationError) as caught:
        build(operation, arguments or {}, body, options=options or None)
    return caught.value.problems


# ---- whole requests


def test_every_problem_is_reported_with_its_path() -> None:
    body = {
        "model": 5,
        "messages": [
            {"role": "user", "content": 5},
            {"role": "system"},
            {"role": "user", "content": [{"type": "text"}]},
        ],
        "temperature": 3,
        "fallbacks": [{"model": "a"}] * 11,
        "n": None,
    }
    assert refused(CHAT, body) == (
        "model: 5 is not a string",
        "messages[0].content: 5 is not a string or a list",
        "messages[1].content: required, and not given",
        "messages[2].content[0].text: required, and not given",
        "temperature: 3 is more than 2",
        "fallbacks: 11 items is more than 10",
    )


def test_paths_use_the_names_that_the_caller_used() -> None:
    made = choose_body(EDIT, {"image": "i", "prompt": "p", "model_id": 5, "safe_mode": "no"}, by_name=True)
    assert refused(EDIT, made) == (
        "model_id: 5 is not one of " + refused(EDIT, made)[0].partition("one of ")[2],
        "safe_mode: 'no' is not true or false",
    )
    mapping = {"image": "i", "prompt": "p", "modelId": 5}
    assert refused(EDIT, mapping)[0].startswith("modelId: 5 is not")
    assert refused(EDIT, ImageEdit(image="i", prompt="")) == ("prompt: 0 characters is less than 1",)
    message = UserMessage(role="user", content=[TextPart(type="text", text=5)])  # type: ignore[arg-type]
    assert refused(CHAT, {"model": "m", "messages": [message]}) == ("messages[0].content[0].text: 5 is not a string",)


def test_an_invalid_request_is_not_sent(server: Loopback, call: Caller) -> None:
    with pytest.raises(RequestValidationError, match="width: 5000 is more than"):
        call(server.url, lambda venice: venice.images.generate(model="m", prompt="p", width=5000))
    picture = "https://files.example/a.png"
    with pytest.raises(RequestValidationError, match="prompt: 32,769 characters is more than 32,768"):
        call(server.url, lambda venice: venice.images.edit(picture, "x" * 32_769))
    with pytest.raises(RequestValidationError, match="2 problems"):
        call(server.url, lambda venice: venice.images.edit(picture, "", safe_mode=1))
    assert server.requests == []


def test_validate_false_switches_validation_off(server: Loopback, call: Caller) -> None:
    server.answer('{"images": []}')
    wrong = {"model": "m", "prompt": "p", "width": 5000}
    call(server.url, lambda venice: venice.images.generate(**wrong, validate=False))
    call(server.url, lambda venice: venice.images.generate(**wrong), validate=False)
    assert all(b'"width":5000' in request for request in server.requests)
    with pytest.raises(RequestValidationError):
        call(server.url, lambda venice: venice.images.generate(**wrong, validate=True), validate=False)


def test_extra_body_is_sent_without_validation() -> None:
    extra = {"temperature": 5, "brand_new": [1], "model": None}
    assert json_of(build(CHAT, {}, {**HELLO, "temperature": 9}, options={"extra_body": extra})) == {**HELLO, **extra}
    made = choose_body(EDIT, {"image": "i", "prompt": "p"}, {"modelId": 5})
    assert json_of(build(EDIT, {}, made, options={"extra_body": {"modelId": 5, "prompt": ""}}))["modelId"] == 5


def test_defaults_are_not_sent() -> None:
    assert json_of(build(CHAT, {}, choose_body(CHAT, HELLO))) == HELLO


# ---- unknown values


def test_an_unknown_enum_value_warns_at_the_line_of_the_caller_and_is_sent() -> None:
    with pytest.warns(UnknownValueWarning, match="reasoning_effort: 'huge' is not among") as caught:
        made = build(CHAT, {}, {**HELLO, "reasoning_effort": "huge"})
    assert caught[0].filename == __file__
    assert issubclass(UnknownValueWarning, VeniceWarning)
    assert issubclass(VeniceWarning, UserWarning)
    assert json_of(made)["reasoning_effort"] == "huge"


def test_an_unknown_tag_of_a_union_warns_and_is_sent() -> None:
    with pytest.warns(UnknownValueWarning, match=r"messages\[0\].role: 'critic'"):
        made = build(CHAT, {}, {"model": "m", "messages": [{"role": "critic", "text": "no"}]})
    assert json_of(made)["messages"] == [{"role": "critic", "text": "no"}]


def test_a_request_that_is_refused_does_not_warn() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert refused(CHAT, {**HELLO, "reasoning_effort": "huge", "n": "1"}) == ("n: '1' is not a whole number",)


class Open(Model):
    amount: Maybe[int] = field("amount", Integer(), default=UNSET)


class Closed(Model, closed=True):
    a: int = field("a", Integer())
    amount: Maybe[int] = field("amount", Integer(), default=UNSET)


def test_an_undeclared_field_of_a_closed_object_needs_extra_body_or_validate_false() -> None:
    models = ModuleType("models")
    models.Closed = Closed  # type: ignore[attr-defined]
    operation = Operation(
        method="POST", path="/x", name="x", module="x", bodies={"application/json": Ref(models, "Closed")}
    )
    with pytest.raises(RequestValidationError) as caught:
        build(operation, {}, {"a": 1, "amuont": 1, "b": 2})
    assert caught.value.problems == (
        "amuont: the contract declares no such field; did you mean 'amount'?",
        "b: the contract declares no such field",
    )
    assert str(caught.value).endswith("pass validate=False or extra_body to send it anyway")
    for options in ({"extra_body": {"b": 2}}, {"validate": False}):
        body = {"a": 1} if "extra_body" in options else {"a": 1, "b": 2}
        assert json_of(build(operation, {}, body, options=options)) == {"a": 1, "b": 2}


def test_what_no_request_can_hold_is_refused_without_a_way_out() -> None:
    with pytest.raises(RequestValidationError, match="nan cannot") as caught:
        build(CHAT, {}, {**HELLO, "metadata": {"a": "b"}}, {"extra_body": {"new": float("nan")}})
    assert "validate=False" not in str(caught.value)


def test_a_misspelt_field_of_an_open_object_warns_with_the_nearest_name_and_is_sent() -> None:
    models = ModuleType("models")
    models.Open = Open  # type: ignore[attr-defined]
    operation = Operation(
        method="POST", path="/x", name="x", module="x", bodies={"application/json": Ref(models, "Open")}
    )
    with pytest.warns(UnknownFieldWarning, match=r"amuont: .*did you mean 'amount'\?") as caught:
        made = build(operation, {}, {"amuont": 1, "brand_new": 2})
    assert len(caught) == 1
    assert json_of(made) == {"amuont": 1, "brand_new": 2}


@pytest.mark.parametrize(("limit", "place"), [(None, ""), ({"usd": None}, ".usd"), ({"usd": 1, "diem": None}, ".diem")])
def test_null_in_a_spending_limit_is_refused(limit: Any, place: str) -> None:
    problems = refused(
        OPERATIONS["POST /api_keys"], {"apiKeyType": "INFERENCE", "description": "d", "consumptionLimit": limit}
    )
    said = f"{place}: null would lift the limit: leave it out to keep the limit as it is"
    assert problems == (f"consumptionLimit{said}",)
    with pytest.raises(RequestValidationError, match=f"^consumption_limit{re.escape(said)}"):
        Venice("a-key").api_keys.create(api_key_type="INFERENCE", description="d", consumption_limit=limit)


@table(
    ("limit", "said"),
    [
        ({"uds": 1}, "consumptionLimit.uds: the contract declares no such field; did you mean 'usd'?"),
        ({"usd": 1, "eur": 1}, "consumptionLimit.eur: the contract declares no such field"),
        ({"usd": -1}, "consumptionLimit.usd: -1 is less than 0"),
        ({"usd": "5"}, "consumptionLimit.usd: '5' is not a number"),
    ],
)
def test_a_spending_limit_that_would_be_none_is_refused(limit: Any, said: str) -> None:
    body = {"apiKeyType": "INFERENCE", "description": "d", "consumptionLimit": limit}
    assert refused(OPERATIONS["POST /api_keys"], body) == (said,)


NULLABLE = ModuleType("nullable")


class Limits(Model):
    usd: Maybe[float] = field("usd", Number(), default=UNSET)


class Lists(Model):
    limit: Maybe[Limits | None] = field("limit", AnyOf(Ref(NULLABLE, "Limits"), Null()), default=UNSET, is_limit=True)
    names: Maybe[list[str] | None] = field("names", AnyOf(Array(Text()), Null()), default=UNSET)
    files: Maybe[list[Any] | None] = field("files", AnyOf(Array(Binary()), Null()), default=UNSET)
    vector: Maybe[list[float] | None] = field("vector", AnyOf(Vector(Number()), Null()), default=UNSET)


vars(NULLABLE).update(Limits=Limits, Lists=Lists)


def test_a_field_that_became_nullable_is_checked_sent_and_read_as_before() -> None:
    form = operation(bodies={"multipart/form-data": Ref(NULLABLE, "Lists")})
    assert [place.path for place in form.files] == [("files", "*")]
    assert refused(form, {"limit": {"euro": 5}}) == ("limit.euro: the contract declares no such field",)
    content = build(form, {}, {"names": ["a", "b"]}).content
    assert isinstance(content, Form)
    assert b"".join(content).count(b'name="names"') == 2
    found = Lists.from_dict({"vector": "AACAPw=="})
    assert found.vector == [1.0]
    assert found.to_dict() == {"vector": "AACAPw=="}


@table("stop", [(item for item in "ab"), ({"a": 1, "b": 2}.keys()), (["a", "b"])])
def test_any_iterable_is_a_list_also_where_a_text_and_null_are_allowed(stop: Any) -> None:
    assert json_of(build(CHAT, {}, {**HELLO, "stop": stop}))["stop"] == ["a", "b"]


@table(
    ("stop", "said"),
    [
        (5, "stop: 5 is not a string or a list"),
        ({"a": 1}, "stop: a mapping is not a string or a list"),
        (list("abcde"), "stop: 5 items is more than 4"),
    ],
)
def test_a_union_with_null_takes_no_value_of_another_type(stop: Any, said: str) -> None:
    assert refused(CHAT, {**HELLO, "stop": stop}) == (said,)


# None is left out where the field is optional and not nullable, sent where null is allowed, refused where required.
def test_none_is_omitted_sent_or_refused_as_the_schema_requires() -> None:
    body = {**HELLO, "temperature": None, "prompt_cache_key": None, "stop": None, "reasoning": {"effort": None}}
    made = json_of(build(CHAT, {}, body))
    assert made == {**HELLO, "stop": None, "reasoning": {}}
    assert refused(CHAT, {**HELLO, "model": None}) == ("model: null is not allowed here",)


# ---- conversion to JSON


def test_enum_members_dates_and_sequences_are_converted_to_json() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, 678_900, tzinfo=timezone(timedelta(hours=2)))
    body = {"a": Colour.RED, "b": Many.SIXTY, "c": moment, "d": date(2026, 1, 2), "e": deque([1]), "f": {2}}
    made = json_of(build(CHAT, {}, {**HELLO, **body}, options={"validate": False}))
    assert made == {
        **HELLO,
        "a": "red",
        "b": 60,
        "c": "2026-01-02T01:04:05.678Z",
        "d": "2026-01-02",
        "e": [1],
        "f": [2],
    }


def test_dates_and_datetimes_are_accepted_as_parameters() -> None:
    start = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    query = dict(build(HISTORY, {"start_timestamp": start, "end_timestamp": date(2026, 1, 3)}).query)
    assert query == {"startTimestamp": "2026-01-02T03:04:05Z", "endTimestamp": "2026-01-03T00:00:00Z"}
    local = datetime(2026, 1, 2, 3, 4, 5)  # the zone of this machine, as Python has it
    made = dict(build(HISTORY, {"start_timestamp": local}).query)["startTimestamp"]
    assert datetime.fromisoformat(made) == local.astimezone(UTC)


# ---- parameters


def parameter(name: str, shape: Shape, location: str = "query", **more: Any) -> Operation:
    one = Parameter(name=name, wire=name.title(), location=location, shape=shape, **more)
    return Operation(
        method="GET", path="/x/{Id}" if location == "path" else "/x", name="x", module="x", parameters=(one,)
    )


@pytest.mark.parametrize("location", ["query", "path", "header"])
def test_parameters_are_validated(location: str) -> None:
    (text,) = refused(parameter("id", Text(pattern="^a$"), location), arguments={"id": "secret"})
    assert text == f"id: {'the value' if location == 'header' else repr('secret')} does not match ^a$"
    (text,) = refused(parameter("id", Integer(maximum=5), location), arguments={"id": 6})
    assert text.endswith("is more than 5")
    assert refused(parameter("id", Integer(), location), arguments={"id": "6"})
    assert build(parameter("id", Integer(maximum=5), location), {"id": 6}, options={"validate": False})


def test_a_parameter_of_type_string_accepts_numbers_and_booleans() -> None:
    assert build(parameter("id", Choice("true", "false")), {"id": True}).query == [("Id", "true")]
    assert build(parameter("id", Text(max_length=1)), {"id": 5}).query == [("Id", "5")]
    assert build(parameter("id", Array(Text())), {"id": "a"}).query == [("Id", "a")]
    assert build(parameter("id", Choice(1, 2)), {"id": 1}).query == [("Id", "1")]
    assert build(parameter("id", Text()), {"id": None}).query == []
    with pytest.warns(UnknownValueWarning, match="id: 'c'"):
        build(parameter("id", Choice("a", "b")), {"id": "c"})
    assert refused(parameter("id", Array(Text(), max_items=1)), arguments={"id": ["a", "b"]})


def test_a_required_parameter_may_be_in_extra_query_or_extra_headers() -> None:
    needs = parameter("q", Text(), required=True)
    assert refused(needs) == ("q: required, and not given",)
    assert build(needs, {}, options={"extra_query": {"Q": "a"}}).query == [("Q", "a")]
    assert build(needs, {}, options={"validate": False}).query == []
    header = parameter("q", Text(), "header", required=True)
    assert build(header, {}, options={"extra_headers": {"q": "a"}}).headers == {"q": "a"}
    assert refused(parameter("id", Text(), "path", required=True), validate=False)


# ---- every pattern is checked, no picture is copied


def test_every_pattern_in_the_generated_code_is_checked() -> None:
    from venice_client._core.schema.patterns import _compiled

    found = set()
    for module in (Path(fill.__code__.co_filename).parents[2] / "api").rglob("*.py"):
        for line in module.read_text().splitlines():
            if "Text(" in line and "pattern=" in line:
                found.add(eval(line.split("pattern=")[1].rsplit(")", 1)[0].rstrip(","), {"__builtins__": {}}))
    assert len(found) >= 4
    assert all(_compiled(pattern) for pattern in found)


def test_a_long_string_is_validated_without_searching_or_copying_it() -> None:
    body = {"image": "A" * 8_000_000, "prompt": "p"}
    tracemalloc.start()
    assert reported(AnyOf(Text(pattern="^(x|y)+$"), Text(max_length=9_000_000)), body["image"]) == []
    assert find_violations(EDIT.bodies["application/json"], body) == []
    assert tracemalloc.get_traced_memory()[1] < 100_000
    tracemalloc.stop()


def test_a_body_that_contains_itself_is_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    assert refused(CHAT, {**HELLO, "metadata": {"a": loop}})
    assert refused(
        CHAT, {**HELLO, "tools": [{"type": "function", "function": {"name": "f", "parameters": {"a": loop}}}]}
    )


def test_copies_and_pickles_of_a_client_keep_strict_and_validate() -> None:
    import copy
    import pickle

    venice = Venice("k", strict=True, validate=False)
    for other in (copy.copy(venice), pickle.loads(pickle.dumps(venice))):
        assert (other.strict, other.validate) == (True, False)


def test_validation_accepts_every_kind_of_file_in_a_form(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(PNG)
    with path.open("rb") as file:
        for image in (PNG, file, ("a.png", PNG, "image/png"), "https://x/a.png"):
            assert isinstance(build(EDIT, {}, ImageEditForm(image=image, prompt="p")).content, Form)


@table(
    ("content", "problem"),
    [
        ([{"type": "image_url", "image_url": "photo.png"}],
         """content[0].image_url: 'photo.png' is not an object: expected {"url": ...}"""),
        ([{"type": "input_audio", "input_audio": "a.wav"}],
         """content[0].input_audio: 'a.wav' is not an object: expected {"data": ...}"""),
        ([{"type": "image_url", "image_url": 5}], "content[0].image_url: 5 is not an object"),
        (["photo.png"], "content[0]: 'photo.png' is not an object"),
    ],
)  # fmt: skip
def test_a_text_in_place_of_an_object_is_refused_with_the_fields_that_it_needs(content: Any, problem: str) -> None:
    venice = Venice("k", base_url="http://127.0.0.1:1")
    with pytest.raises(RequestValidationError) as caught:
        venice.chat.completions.create(model="m", messages=[{"role": "user", "content": content}])
    assert caught.value.problems == (f"messages[0].{problem}",)
