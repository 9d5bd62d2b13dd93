"""Files of jobs: download addresses, and the data that a job is resumed from."""

from __future__ import annotations

import pickle
import resource
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.jobs.job_steps import CLIP, ORDER, QUEUE, elsewhere, run
from tests.standin import StandIn
from venice_client import (
    RequestValidationError,
    Venice,
)
from venice_client._core.download import check_address
from venice_client._core.schema.operation import Operation, Parameter
from venice_client._core.schema.shapes import Text
from venice_client.api import OPERATIONS
from venice_client.jobs.base_job import Kind
from venice_client.jobs.job import AudioJob
from venice_client.jobs.order import fingerprint

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Loopback


# Download URLs


@pytest.mark.parametrize(
    "url",
    [
        "http://files.test/x",
        "file:///etc/passwd",
        "https://u:p@files.test/x",
        "https:///x",
        "x",
        "https://files.test/x\r\nA: b",
        "https://files.test:0/x",
    ],
)
def test_download_urls_must_be_https(url: str) -> None:
    with pytest.raises(RequestValidationError, match="download:"):
        check_address(Venice("k", base_url="https://api.test/v1"), url)


@pytest.mark.parametrize(
    ("location", "says"),
    [("ftp://files.test/etc/passwd", "is not https or http"), ("/again?token=t0ken", "5 redirects"), ("", "24 hours")],
)
def test_refused_redirects_and_downloads_are_reported_without_the_token(
    api: StandIn, server: Loopback, call: Caller, location: str, says: str, tmp_path: Path
) -> None:
    """The last case is not a redirect: the file server refuses."""
    status = 302 if location else 403
    server.answer("expired", "text/plain", status=status, headers={"Location": location} if location else {})
    elsewhere(api, server.url + "?token=t0ken")
    with pytest.raises(Exception, match=says) as caught:
        run(call, api.base_url, lambda venice: venice.video.generate(**ORDER, save_to=tmp_path / "c"))
    assert caught.value.job.download_url == server.url + "?token=t0ken"  # type: ignore[attr-defined]
    assert "t0ken" not in str(caught.value) + repr(caught.value.job) + str(caught.value.__notes__)  # type: ignore[attr-defined]
    assert list(tmp_path.iterdir()) == []


def test_a_download_is_retried_like_any_read(api: StandIn, server: Loopback, call: Caller) -> None:
    server.answer("busy", "text/plain", status=503, headers={"Retry-After": "3"})
    server.answer(CLIP, None)
    elsewhere(api, server.url)
    result, waits = run(call, api.base_url, lambda venice: venice.video.generate(**ORDER), max_retries=1)
    assert (result.data, result.media_type, waits) == (CLIP, "video/mp4", [3.15])


# Resume data and files


def test_a_job_can_be_resumed_from_each_form_of_resume_data(tmp_path: Path) -> None:
    venice = Venice("k-secret")
    job = venice.video.resume({"queue_id": "q", "model": "m", "download_url": "https://files.test/x"}, timeout=3.0)
    path = job.save_resume_file(tmp_path / "job.json")
    with pytest.raises(FileExistsError):
        job.save_resume_file(path)
    sources: list[Any] = [
        job,
        job.resume_data,
        job.to_dict(),
        job.to_json(),
        path,
        str(path),
        pickle.loads(pickle.dumps(job)),
    ]
    for source in sources:
        assert venice.video.resume(source).resume_data == job.resume_data
    assert b"secret" not in pickle.dumps(job)
    assert "files.test" not in repr(job.resume_data)
    assert job.operation == QUEUE
    careful = venice.with_options(local_files=False)
    assert careful.video.resume(job.to_json()).resume_data == job.resume_data
    wrong: list[tuple[Any, str]] = [
        (path, r"venice\.video\.resume"),
        ({"queue_id": "q"}, "model is missing"),
        ({"queue_id": 1, "model": "m"}, "queue_id must be str"),
        ("{", "must hold a JSON object"),
        (5, "got int"),
    ]
    for source, says in wrong:
        with pytest.raises(RequestValidationError, match=says):
            venice.audio.resume(source)
    with pytest.raises(RequestValidationError, match="opens no files"):
        careful.video.resume(path)
    assert isinstance(venice.audio.resume({"queue_id": "q", "model": "m"}), AudioJob)


def test_an_order_is_resumed_and_not_repeated_after_its_operation_moved(
    api: StandIn, call: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "job.json"
    first = call(api.base_url, lambda venice: venice.video.submit(**ORDER, resume_file=file))
    file.write_text(file.read_text().replace(QUEUE, "POST /old/queue"))
    monkeypatch.setattr(OPERATIONS, "_former", {"POST /old/queue": QUEUE})
    again = call(api.base_url, lambda venice: venice.video.submit(**ORDER, resume_file=file))
    assert (again.queue_id, again.operation) == (first.queue_id, QUEUE)
    assert len(api.requests) == 1
    assert Venice("k").video.resume(file).operation == QUEUE


def test_an_order_is_polled_where_its_id_moved_from_the_body_to_the_address(
    server: Loopback, call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = {"queue_id": "path", "model": "query"}
    parameters = tuple(Parameter(name=name, wire=name, location=at, shape=Text()) for name, at in places.items())
    moved = Operation(method="GET", path="/video/{queue_id}", name="video.retrieve", module="m", parameters=parameters)
    found = Kind.operation
    monkeypatch.setattr(Kind, "operation", lambda *of: moved if of[-1] == "retrieve" else found(*of))
    server.answer('{"status": "PROCESSING"}')
    order = {"queue_id": "q-1", "model": "wan"}
    call(server.url, lambda venice: venice.video.resume(order).status())
    assert server.requests[0].startswith(b"GET /api/v1/video/q-1?model=wan HTTP/1.1")


def test_an_id_in_place_of_a_resume_file_is_refused_with_what_to_pass(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no such resume file.*queue_id.*q-123"):
        Venice("k").video.resume(str(tmp_path / "q-123"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "must hold a JSON object; where it is damaged, look at the account's usage, and delete it"),
        ('{"queue_id": "", "model": "m"}', "queue_id is missing"),
        ('{"queue_id": "q", "model": "m", "operation": "POST /a/b"}', "this order is of 'POST /a/b'$"),
        ('{"queue_id": "q", "model": "m", "operation": "POST /audio/queue"}', r"; use venice\.audio\.resume$"),
    ],
)
def test_a_damaged_or_foreign_resume_file_says_what_to_do(tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "r.json").write_text(content)
    with pytest.raises(RequestValidationError, match=says):
        Venice("k").video.resume(tmp_path / "r.json")


def test_the_file_is_named_where_the_disk_is_full(api: StandIn, call: Caller, tmp_path: Path) -> None:
    api.answer("POST /video/retrieve", media_type="video/mp4", body=CLIP)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def save(venice: Any) -> Any:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
        return venice.video.resume({"queue_id": "q-1", "model": "wan"}).save(tmp_path / "clip.mp4")

    try:
        with pytest.raises(OSError, match="File too large") as caught:
            run(call, api.base_url, save)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert caught.value.filename == str(tmp_path / "clip.mp4")
    assert list(tmp_path.iterdir()) == []
    assert "POST /video/complete" not in [received.operation for received in api.requests]


def test_a_fingerprint_depends_on_operation_body_and_parameters() -> None:
    same = [fingerprint("POST /x", {"a": [1, "b"], "c": None}), fingerprint("POST /x", {"c": None, "a": (1, "b")})]
    others = [
        fingerprint("POST /y", {"a": [1, "b"], "c": None}),
        fingerprint("POST /x", {"a": ["1", "b"], "c": None}),
        fingerprint("POST /x", {"a": [1], "b": None}),
        fingerprint("POST /x", {"a": [1, "b"], "c": None}, {"d": 1}),
    ]
    assert len(set(same)) == 1
    assert len({*same, *others}) == 5
