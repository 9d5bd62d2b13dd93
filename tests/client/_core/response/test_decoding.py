"""The Content-Type of a response decides how it is decoded; every error keeps the body, which was paid for."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.table import table
from venice_client import BinaryContent, Response, ResponseDecodeError, ServerError, models
from venice_client._core.response.answer import Answer
from venice_client._core.response.decode import decode
from venice_client._core.response.json import parse_json
from venice_client._core.schema.operation import Operation
from venice_client._core.schema.shapes import Anything, Binary, Ref, Shape, Text
from venice_client.api import OPERATIONS

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Loopback

EDIT = OPERATIONS["POST /image/edit"]
CHAT = OPERATIONS["POST /chat/completions"]
MODELS = OPERATIONS["GET /models"]
HISTORY = OPERATIONS["GET /billing/usage-history"]
SCRIPT = OPERATIONS["POST /audio/transcriptions"]
BOM = b"\xef\xbb\xbf"
PNG = b"\x89PNG\r\n\x1a\n"


def read(operation: Operation | None, content: bytes | str, media_type: str | None = None, status: int = 200) -> Any:
    headers = {"content-type": media_type} if media_type is not None else {}
    raw = content.encode() if isinstance(content, str) else content
    return decode(operation, Answer(status, headers | {"cf-ray": "ray-1"}, raw))


def declaring(results: Mapping[str, Mapping[str, Shape]]) -> Operation:
    return Operation(method="GET", path="/x", name="x", module="x", results=results)


def refusal(*arguments: Any, **options: Any) -> ResponseDecodeError:
    with pytest.raises(ResponseDecodeError) as caught:
        read(*arguments, **options)
    assert pickle.loads(pickle.dumps(caught.value)).body == caught.value.body
    return caught.value


@table(
    "media_type",
    ["application/json", "APPLICATION/JSON; charset=utf-8", "application/problem+json", " application/json ;x=y"],
)
@table("mark", [b"", BOM])
def test_json_is_decoded_to_the_declared_model(media_type: str, mark: bytes) -> None:
    listed = read(MODELS, mark + b'{"data": [{"id": "m"}], "object": "list"}', media_type)
    assert isinstance(listed, models.ModelList)
    assert listed.data[0].id == "m"


@pytest.mark.parametrize(("content", "value"), [("[1]", [1]), ("null", None), ('"a"', "a"), ("5", 5), ("true", True)])
def test_json_of_another_type_is_returned_unchanged(content: str, value: Any) -> None:
    assert read(MODELS, content, "application/json") == value


def test_json_of_an_undeclared_operation_is_returned_as_plain_values() -> None:
    assert read(None, '{"a": [1]}', "application/json") == {"a": [1]}


@pytest.mark.parametrize(
    ("operation", "content", "media_type"),
    [
        (EDIT, '{"images": ["a"]}', "application/json"),
        (EDIT, "no picture", "text/plain"),
        (MODELS, "words", "text/plain"),
        (MODELS, "words", None),
        (MODELS, b"\x89PNG\r\n\x1a\n\xff", "image/png"),
        (MODELS, b"\x89PNG\r\n\x1a\n\xff", "application/octet-stream"),
        (HISTORY, b"\x89PNG\r\n\x1a\n\xff", "image/png"),
    ],
)
def test_a_body_of_another_kind_raises_an_error_that_keeps_it(
    operation: Operation, content: bytes | str, media_type: str | None
) -> None:
    error = refusal(operation, content, media_type)
    assert error.body == (content.encode() if isinstance(content, str) else content)
    assert "where the contract has" in str(error)


@pytest.mark.parametrize("media_type", ["text/plain", "application/octet-stream", "binary/octet-stream; x=y"])
def test_json_and_files_are_recognized_under_a_generic_media_type(media_type: str) -> None:
    assert isinstance(read(MODELS, BOM + b' {"data": []}', media_type), models.ModelList)
    assert isinstance(read(MODELS, b'[{"data": []}]', media_type), list)
    assert isinstance(read(CHAT, '{"choices": []}', media_type), models.ChatCompletion)
    picture = read(EDIT, PNG, media_type if media_type == "text/plain" else "application/json")
    assert (type(picture), picture.media_type) == (BinaryContent, "image/png")
    assert read(SCRIPT, '{"text": "words"}', "text/plain") == '{"text": "words"}'
    with pytest.raises(ResponseDecodeError):
        decode(MODELS, Answer(200, {"content-type": media_type}, b'{"data": []}'), strict=True)


@table(
    ("start", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\x01\0\0\0WEBP", "image/webp"),
        (b"nothing that is known", "application/octet-stream"),
        (b"RIFF\x01\0\0\0WAVE", "audio/wav"),
        (b"ID3\x04", "audio/mpeg"),
        (b"\xff\xfb\x90", "audio/mpeg"),
        (b"fLaC\0", "audio/flac"),
        (b"OggS\0" + b"\0" * 23 + b"OpusHead", "audio/opus"),
        (b"OggS\0" + b"\0" * 23 + b"\x01vorbis", "audio/ogg"),
        (b"\0\0\0\x18ftypmp42", "video/mp4"),
        (b"\0\0\0\x18ftypM4A ", "audio/mp4"),
    ],
)
def test_the_first_bytes_give_the_media_type_of_a_file_without_one(start: bytes, kind: str) -> None:
    assert read(EDIT, start + b"rest").media_type == kind


@pytest.mark.parametrize("content", ["{", b"\xff", "<html>", "{'a': 1}", "[" * 100_000, '{"a": NaN}'])
def test_invalid_json_raises_an_error_that_keeps_the_bytes(content: str | bytes) -> None:
    error = refusal(MODELS, content, "application/json")
    assert error.body == (content.encode() if isinstance(content, str) else content)
    assert (error.status, error.media_type, error.request_id) == (200, "application/json", "ray-1")
    assert len(str(error)) < 400


@pytest.mark.parametrize(
    ("text", "said"), [(r"\ud83d", "\ufffd"), (r"a\ude00b", "a\ufffdb"), (r"\ud83d\ude00\ud83d", "\U0001f600\ufffd")]
)
def test_an_unpaired_surrogate_is_replaced(text: str, said: str) -> None:
    assert read(MODELS, f'{{"data": [{{"id": "{text}"}}]}}', "application/json").data[0].id == said


@table("number", ["1e999", "-1e999", "NaN", "Infinity"])
@table("text", ["", r"\ud83d"])
def test_a_number_that_no_float_holds_is_refused(number: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"out of range|malformed"):
        parse_json(f'["{text}", {number}]'.encode())


@pytest.mark.parametrize("opening", ["[", '{"a":', '["]",{"[":'])
def test_deeply_nested_json_is_refused_even_with_a_raised_recursion_limit(opening: str) -> None:
    probe = f"""
import sys
sys.setrecursionlimit(100_000)
from venice_client._core.response.json import parse_json
assert parse_json(b'[' * 1000 + b'[],' * 2000 + b'[]' + b']' * 1000)
assert len(parse_json(b'[' + b'[],' * 9000 + b'{{"[{{": 1}}]')) == 9001
try:
    parse_json({opening!r}.encode() * 100_000)
except RecursionError:
    print("refused")
"""
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("refused\n", "")


@table("media_type", ["image/png", "IMAGE/WebP; q=1", "application/octet-stream", "made/up"])
@table("operation", [EDIT, None])
def test_the_first_bytes_decide_the_media_type_of_a_declared_file(media_type: str, operation: Operation | None) -> None:
    found = read(operation, b"\x89PNG\r\n\x1a\n\xff", media_type)
    assert type(found) is BinaryContent
    assert found.data == b"\x89PNG\r\n\x1a\n\xff"
    assert found.media_type == ("image/png" if operation else media_type.split(";", maxsplit=1)[0].lower())
    assert found.headers["cf-ray"] == "ray-1"


@pytest.mark.parametrize("media_type", ["image/png", "image/jpeg; q=1", "IMAGE/WEBP"])
def test_bytes_that_are_not_the_declared_image_type_raise_an_error(media_type: str) -> None:
    error = refusal(EDIT, b"\0\1\2no picture", media_type)
    assert "its first bytes are not those of such a file" in str(error)


@table("operation", [EDIT, MODELS, CHAT, HISTORY, SCRIPT])
@table("media_type", ["application/json", "image/png", "text/plain", "application/octet-stream", None])
@table(
    "body",
    [
        '{"error": {"message": "provider is down", "code": 502}}',
        '{"object": "error", "message": "provider is down", "code": 502}',
        '{"detail": "provider is down", "status": 502}',
        '{"errors": [{"message": "provider is down"}], "code": "502"}',
        '{"success": false, "message": "provider is down", "code": 502}',
        '{"title": "Bad", "detail": "provider is down", "status": 502}',
    ],
)
def test_an_error_object_with_status_200_is_raised_with_its_message(
    operation: Operation, media_type: str | None, body: str
) -> None:
    with pytest.raises(ServerError, match="provider is down") as caught:
        read(operation, body, media_type)
    assert (caught.value.status, caught.value.path) == (502, operation.path)


@pytest.mark.parametrize("said", ["null", "{}", '"odd"'])
def test_an_object_with_a_required_field_is_not_taken_for_an_error(said: str) -> None:
    body = f'{{"error": {said}, "id": "c"}}'
    assert isinstance(read(CHAT, body, "application/json"), models.ChatCompletion)


@table(
    ("key", "body"),
    [
        ("DELETE /api_keys", '{"success": true, "message": "gone"}'),
        ("POST /video/retrieve", '{"status": "PROCESSING", "message": "soon"}'),
        ("GET /billing/balance", '{"message": "hello", "new": 1}'),
        ("GET /billing/balance", '{"message": "", "detail": null}'),
        ("GET /billing/balance", '{"status": "new"}'),
    ],
)
def test_an_object_with_a_declared_or_a_new_field_is_not_taken_for_an_error(key: str, body: str) -> None:
    assert read(OPERATIONS[key], body, "application/json").to_dict() == json.loads(body)


@pytest.mark.parametrize("key", ["POST /api_keys", "POST /video/complete"])
def test_a_success_that_is_false_with_an_error_is_an_error(key: str) -> None:
    with pytest.raises(ServerError, match="no such key"):
        read(OPERATIONS[key], '{"success": false, "error": "no such key"}', "application/json")


def test_media_types_match_without_case_and_parameters_and_by_range() -> None:
    declared = declaring({"200": {"Application/JSON; charset=utf-8": Ref(models, "ModelList"), "image/*": Binary()}})
    assert isinstance(read(declared, "{}", "application/json"), models.ModelList)
    assert read(declared, b"\xff\xd8\xff\xe0", "image/jpeg; x=y").media_type == "image/jpeg"


@pytest.mark.parametrize(
    ("content", "media_type", "text"),
    [
        ("häuser".encode(), "text/plain", "häuser"),
        ("häuser".encode("latin-1"), 'text/plain; charset="iso-8859-1"', "häuser"),
        (BOM + b"a,b", "text/csv;charset=UTF-8", "a,b"),
        (b"\xff", "text/plain", "\N{REPLACEMENT CHARACTER}"),
        ("ä".encode(), "text/plain; charset=made-up", "ä"),
        (b"<a/>", "application/xml", "<a/>"),
        (b"{}\n{}", "application/x-ndjson", "{}\n{}"),
    ],
)
def test_text_is_decoded_in_its_charset(content: bytes, media_type: str, text: str) -> None:
    for operation in (HISTORY, SCRIPT, None):
        assert read(operation, content, media_type) == text


@table("operation", [EDIT, MODELS, HISTORY, SCRIPT])
@table("media_type", ["text/html", "text/html; charset=utf-8", "TEXT/HTML"])
def test_an_unexpected_html_page_raises_an_error_that_keeps_it(operation: Operation, media_type: str) -> None:
    page = "<html>Bad gateway</html>"
    error = refusal(operation, page, media_type)
    assert error.body == page.encode()
    assert error.media_type == "text/html"
    assert "HTML" in str(error)
    assert "gateway" not in str(error)


def test_html_is_returned_as_text_if_it_is_declared() -> None:
    assert read(None, "<p>", "text/html") == "<p>"
    assert read(declaring({"200": {"text/html": Text()}}), "<p>", "text/html") == "<p>"


def test_an_empty_response_raises_an_error_if_a_body_is_declared() -> None:
    assert refusal(EDIT, b"", "image/png").body == b""
    assert "empty" in str(refusal(MODELS, b"", "application/json"))


def test_an_empty_response_is_none_if_no_body_is_declared() -> None:
    assert read(MODELS, b"", status=204) is None
    assert read(MODELS, b"", "application/json", status=205) is None
    assert read(declaring({"200": {}}), b"") is None
    assert read(None, b"", "application/json") is None


@table(
    ("operation", "content", "expected"),
    [
        (MODELS, b'  {"data": []}', models.ModelList),
        (MODELS, BOM + b"[1]", list),
        (None, b'{"a": 1}', dict),
        (EDIT, b"\x89PNG", BinaryContent),
        (EDIT, b'{"a": 1}', BinaryContent),
        (SCRIPT, b"words", str),
        (SCRIPT, b'{"text": "words"}', models.Transcription),
        (None, b"words", BinaryContent),
    ],
)
def test_a_response_without_a_media_type_is_decoded_by_declaration_and_content(
    operation: Operation | None, content: bytes, expected: type
) -> None:
    assert isinstance(read(operation, content), expected)


def test_an_undeclared_status_is_decoded_by_the_nearest_declaration() -> None:
    assert isinstance(read(MODELS, '{"data": []}', "application/json", status=201), models.ModelList)
    ranged = declaring({"2XX": {"application/json": Ref(models, "ModelList")}})
    assert isinstance(read(ranged, "{}", "application/json", status=207), models.ModelList)
    default = declaring({"default": {"application/json": Ref(models, "ModelList")}})
    assert isinstance(read(default, "{}", "application/json"), models.ModelList)


def test_json_is_decoded_as_json_if_a_file_is_declared() -> None:
    assert read(declaring({"200": {"application/json": Binary()}}), '"aGk="', "application/json") == "aGk="
    assert read(declaring({"200": {"application/json": Anything()}}), "[1]", "application/json") == [1]


@pytest.mark.slow
@given(
    operation=st.sampled_from([EDIT, MODELS, HISTORY, SCRIPT, None]),
    content=st.binary(max_size=20) | st.sampled_from([b"{}", b"[{}]", b'{"data": {"x": []}}', b"null"]),
    media_type=st.sampled_from(
        ["", "application/json", "text/plain", "image/png", "text/html", ";", "a/b;charset=\x00", "text/x;charset=hex"]
    )
    | st.text(max_size=10),
)
@settings(derandomize=True, max_examples=300, deadline=None)
def test_any_invalid_response_raises_only_an_error_that_keeps_the_body(
    operation: Operation | None, content: bytes, media_type: str
) -> None:
    kept = content
    try:
        read(operation, content, media_type)
    except ResponseDecodeError as error:
        kept = error.body
    assert kept == content


def test_the_error_of_an_unreadable_response_names_the_call(server: Loopback, call: Caller) -> None:
    server.answer("{")
    with pytest.raises(ResponseDecodeError, match=r"\(GET /models, status 200, application/json, 1 bytes\)$") as caught:
        call(server.url, lambda venice: venice.models.list())
    copied = pickle.loads(pickle.dumps(caught.value))
    assert (copied.request, str(copied)) == (caught.value.request, str(caught.value))


def test_a_response_has_its_status_media_type_headers_and_content(server: Loopback, call: Caller) -> None:
    server.answer("{}", "application/JSON; charset=utf-8", headers={"CF-RAY": "ray-1", "X-More": "1"})
    response: Response[Any] = call(server.url, lambda venice: venice.request("GET", "/x"))
    assert (response.status_code, response.media_type, response.request_id) == (200, "application/json", "ray-1")
    assert response.headers["x-MORE"] == "1"
    assert response.content == b"{}"
    assert repr(response) == "Response(status_code=200, parsed={})"
    assert pickle.loads(pickle.dumps(response)).parsed == {}


def test_a_response_without_headers_has_no_media_type_and_no_request_id() -> None:
    response: Response[object] = Response(200, {}, b"", None)
    assert (response.media_type, response.request_id) == ("", None)
