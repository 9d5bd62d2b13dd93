"""Invalid requests are refused before they are sent, with all problems; unknown values warn and are sent."""

from __future__ import annotations

import enum
import io
import json
import tracemalloc
import warnings
from collections import deque
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from tests.table import table
from venice_client import UNSET, RequestValidationError, Venice
from venice_client._core.request.body import choose_body
from venice_client._core.request.build import build as fill
from venice_client._core.request.call import Request
from venice_client._core.schema.check import departures
from venice_client._core.schema.model import Maybe, Model, field
from venice_client._core.schema.operation import Operation, Parameter
from venice_client._core.schema.shapes import (
    AnyOf,
    Anything,
    Array,
    Binary,
    Boolean,
    Choice,
    Dictionary,
    Integer,
    Null,
    Number,
    Ref,
    Shape,
    Text,
)
from venice_client._core.warnings import UnknownFieldWarning, UnknownValueWarning, VeniceWarning
from venice_client.api import OPERATIONS
from venice_client.models import ImageEdit, ImageEditForm, TextPart, UserMessage

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Loopback

CHAT = OPERATIONS["POST /chat/completions"]
EDIT = OPERATIONS["POST /image/edit"]
GENERATE = OPERATIONS["POST /image/generate"]
HISTORY = OPERATIONS["GET /billing/usage-history"]
PNG = b"\x89PNG\r\n\x1a\n"
HELLO = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}


def build(operation: Operation, arguments: Any, body: Any = UNSET, options: Any = None) -> Request:
    return fill(Venice("a-key")._request(operation, arguments, body, None, options, None))


def refused(operation: Operation, body: Any = UNSET, arguments: Any = None, **options: Any) -> tuple[str, ...]:
    with pytest.raises(RequestValidationError) as caught:
        build(operation, arguments or {}, body, options=options or None)
    return caught.value.problems


def sent(call: Request) -> Any:
    assert isinstance(call.content, bytes)
    return json.loads(call.content)


def reported(shape: Shape, value: Any) -> list[str]:
    return [f"{item.where}: {item.says}" for item in departures(shape, value)]


class Colour(enum.Enum):
    RED = "red"
    PINK = "pink"


class Many(enum.IntEnum):
    SIXTY = 60


# ---- single values


@table(
    ("shape", "value"),
    [
        (Text(), "a"),
        (Text(max_length=3), "äöü"),
        (Text(min_length=1, max_length=1), "\U0001f600"),
        (Text(pattern="^a+$"), "aa"),
        (Text(format="uri"), "no uri"),
        (Text(format="date-time"), "yesterday"),
        (Text(format="date-time"), datetime(2026, 1, 2, tzinfo=UTC)),
        (Text(pattern=r"^\d{4}-\d{2}-\d{2}$"), date(2026, 1, 2)),
        (Text(), Colour.RED),
        (Number(), 1),
        (Number(), 1.5),
        (Number(multiple_of=0.1), 0.3),
        (Number(maximum=2.5), 2.5),
        (Integer(), 2.0),
        (Integer(), Many.SIXTY),
        (Integer(above=0), 1),
        (Integer(multiple_of=8), 16),
        (Boolean(), False),
        (Choice("red", "blue"), Colour.RED),
        (Choice(2, 4), 2.0),
        (Null(), None),
        (Anything(), object()),
        (AnyOf(Text(), Null()), None),
        (AnyOf(Choice("a"), Text()), "new"),
        (Array(Text(), min_items=1), ("a",)),
        (Array(Text()), deque(["a"])),
        (Array(Text()), {"a"}),
        (Array(Number()), [1, 2.5]),
        (Dictionary(Text()), MappingProxyType({"a": "b"})),
        (Binary(), PNG),
        (Binary(), bytearray(PNG)),
        (Binary(), memoryview(PNG)),
        (Binary(), io.BytesIO(PNG)),
        (Binary(), ("a.png", PNG)),
        (Binary(), (None, io.BytesIO(PNG), "image/png")),
        (AnyOf(Binary(), Text()), "https://x/a.png"),
    ],
)
def test_a_valid_value_has_no_problem(shape: Shape, value: Any) -> None:
    assert reported(shape, value) == []


@table(
    ("shape", "value", "problem"),
    [
        (Text(), 5, "5 is not a string"),
        (Text(), True, "True is not a string"),
        (Text(), ["a"], "a list is not a string"),
        (Text(), date(2026, 1, 2), "a date is not a string"),
        (Text(max_length=32_768), "x" * 32_769, "32,769 characters is more than 32,768"),
        (Text(min_length=2), "x", "1 character is less than 2"),
        (Text(pattern="^a+$"), "aab", "'aab' does not match ^a+$"),
        (Text(pattern="^a+$"), "a\n", "'a\\n' does not match ^a+$"),
        (Text(), PNG, "a file (bytes) is not a string: pass base64 text, a URL where allowed, or send a form"),
        (Number(), "1.5", "'1.5' is not a number"),
        (Number(), True, "True is not a number"),
        (Number(), float("nan"), "nan is not a finite number"),
        (Integer(), "5", "'5' is not a whole number"),
        (Integer(), 1.5, "1.5 is not a whole number"),
        (Integer(maximum=50), 60, "60 is more than 50"),
        (Integer(maximum=50), Many.SIXTY, "60 is more than 50"),
        (Integer(minimum=1), 0, "0 is less than 1"),
        (Integer(above=0), 0, "0 is not more than 0"),
        (Number(below=1), 1.0, "1.0 is not less than 1"),
        (Integer(multiple_of=8), 12, "12 is not a multiple of 8"),
        (Boolean(), 1, "1 is not true or false"),
        (Boolean(), "true", "'true' is not true or false"),
        (Choice("a", "b"), 5, "5 is not one of a, b"),
        (AnyOf(Choice(""), Text()), 5, "5 is not '' or a string"),
        (Null(), 0, "0 is not null"),
        (Text(), None, "null is not allowed here"),
        (Array(Text()), "abc", "'abc' is not a list"),
        (Array(Text(), max_items=1), ["a", "b"], "2 items is more than 1"),
        (Array(Text(), min_items=1), [], "0 items is less than 1"),
        (Dictionary(Text()), [], "a list is not an object"),
        (Binary(), "a.png", "'a.png' is not a file: pass bytes, an open file, or (name, content)"),
        (Binary(), io.StringIO("a"), "a StringIO is open in text mode: open it in binary mode"),
        (AnyOf(Text(), Array(Text())), 5, "5 is not a string or a list"),
        (AnyOf(Binary(), Text()), 5, "5 is not a string or a file: pass bytes, an open file, or (name, content)"),
        (AnyOf(Array(Text()), Text(max_length=1)), "ab", "2 characters is more than 1"),
    ],
)
def test_an_invalid_value_is_reported_with_the_reason(shape: Shape, value: Any, problem: str) -> None:
    assert reported(shape, value) == [f"body: {problem}"]


def test_a_long_value_is_shortened_in_the_message() -> None:
    (text,) = reported(Number(), "x" * 10_000)
    assert len(text) < 100
    assert reported(Integer(maximum=5), 10**5000) == ["body: a number of 16,610 bits is more than 5"]


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
    assert sent(build(CHAT, {}, {**HELLO, "temperature": 9}, options={"extra_body": extra})) == {**HELLO, **extra}
    made = choose_body(EDIT, {"image": "i", "prompt": "p"}, {"modelId": 5})
    assert sent(build(EDIT, {}, made, options={"extra_body": {"modelId": 5, "prompt": ""}}))["modelId"] == 5


def test_defaults_are_not_sent() -> None:
    assert sent(build(CHAT, {}, choose_body(CHAT, HELLO))) == HELLO


# ---- unknown values


def test_an_unknown_enum_value_warns_at_the_line_of_the_caller_and_is_sent() -> None:
    with pytest.warns(UnknownValueWarning, match="reasoning_effort: 'huge' is not among") as caught:
        made = build(CHAT, {}, {**HELLO, "reasoning_effort": "huge"})
    assert caught[0].filename == __file__
    assert issubclass(UnknownValueWarning, VeniceWarning)
    assert issubclass(VeniceWarning, UserWarning)
    assert sent(made)["reasoning_effort"] == "huge"


def test_an_unknown_tag_of_a_union_warns_and_is_sent() -> None:
    with pytest.warns(UnknownValueWarning, match=r"messages\[0\].role: 'critic'"):
        made = build(CHAT, {}, {"model": "m", "messages": [{"role": "critic", "text": "no"}]})
    assert sent(made)["messages"] == [{"role": "critic", "text": "no"}]


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
        assert sent(build(operation, {}, body, options=options)) == {"a": 1, "b": 2}


def test_a_misspelt_field_of_an_open_object_warns_with_the_nearest_name_and_is_sent() -> None:
    models = ModuleType("models")
    models.Open = Open  # type: ignore[attr-defined]
    operation = Operation(
        method="POST", path="/x", name="x", module="x", bodies={"application/json": Ref(models, "Open")}
    )
    with pytest.warns(UnknownFieldWarning, match=r"amuont: .*did you mean 'amount'\?") as caught:
        made = build(operation, {}, {"amuont": 1, "brand_new": 2})
    assert len(caught) == 1
    assert sent(made) == {"amuont": 1, "brand_new": 2}


@pytest.mark.parametrize("limit", [None, {"usd": None}, {"usd": 1, "diem": None}])
def test_null_in_a_spending_limit_is_refused(limit: Any) -> None:
    problems = refused(
        OPERATIONS["POST /api_keys"], {"apiKeyType": "INFERENCE", "description": "d", "consumptionLimit": limit}
    )
    assert problems == ("consumptionLimit: null would lift the limit: leave it out to keep the limit as it is",)
    with pytest.raises(RequestValidationError, match=r"^consumption_limit: null would lift the limit"):
        Venice("a-key").api_keys.create(api_key_type="INFERENCE", description="d", consumption_limit=limit)


# None is left out where the field is optional and not nullable, sent where null is allowed, refused where required.
def test_none_is_omitted_sent_or_refused_as_the_schema_requires() -> None:
    body = {**HELLO, "temperature": None, "prompt_cache_key": None, "stop": None, "reasoning": {"effort": None}}
    made = sent(build(CHAT, {}, body))
    assert made == {**HELLO, "stop": None, "reasoning": {}}
    assert refused(CHAT, {**HELLO, "model": None}) == ("model: null is not allowed here",)


# ---- conversion to JSON


def test_enum_members_dates_and_sequences_are_converted_to_json() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, 678_900, tzinfo=timezone(timedelta(hours=2)))
    body = {"a": Colour.RED, "b": Many.SIXTY, "c": moment, "d": date(2026, 1, 2), "e": deque([1]), "f": {2}}
    made = sent(build(CHAT, {}, {**HELLO, **body}, options={"validate": False}))
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
    assert departures(EDIT.bodies["application/json"], body) == []
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
            assert build(EDIT, {}, ImageEditForm(image=image, prompt="p")).form
