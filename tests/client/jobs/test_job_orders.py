"""Orders of videos and music: nothing is paid twice or for no result."""

from __future__ import annotations

import base64
import errno
import inspect
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.jobs.job_steps import CLIP, EXAMPLES, ORDER, QUEUE, in_steps, ready, run, steps
from tests.standin import StandIn
from venice_client import (
    BadRequestError,
    JobFailedError,
    NotFoundError,
    PaymentRequiredError,
    RequestValidationError,
    ResponseDecodeError,
    VeniceConnectionError,
)

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Loopback


# Nothing is paid twice or for no result


def test_an_order_without_a_response_is_not_repeated(
    api: StandIn, server: Loopback, call: Caller, tmp_path: Path
) -> None:
    path = tmp_path / "job.json"
    server.say(b"", then="reset")
    order = {**ORDER, "resume_file": path}
    with pytest.raises(VeniceConnectionError) as caught:
        run(call, server.url, lambda venice: venice.video.generate(**order))
    assert "a second run will not repeat it" in caught.value.__notes__[0]
    for work in (
        lambda venice: venice.video.generate(**order),
        in_steps(call, lambda it: (yield it.video.resume(path))),
    ):
        with pytest.raises(RequestValidationError, match="it may have been paid for"):
            run(call, api.base_url, work)
    assert api.requests == []


def test_an_order_with_an_invalid_response_is_not_repeated(api: StandIn, call: Caller, tmp_path: Path) -> None:
    api.answer(QUEUE, body={"id": "q-1"})
    order = {**ORDER, "resume_file": tmp_path / "job.json"}
    with pytest.raises(ResponseDecodeError, match="must name queue_id") as caught:
        run(call, api.base_url, lambda venice: venice.video.generate(**order))
    assert json.loads(caught.value.body) == {"id": "q-1"}
    with pytest.raises(RequestValidationError, match="may have been paid"):
        run(call, api.base_url, lambda venice: venice.video.generate(**order))
    assert steps(api) == ["queue"]


def test_a_refused_order_can_be_repeated(api: StandIn, call: Caller, tmp_path: Path) -> None:
    api.answer(QUEUE, status=402, body={"error": "INSUFFICIENT_BALANCE"}, times=1)
    ready(api)
    order = {**ORDER, "resume_file": tmp_path / "job.json"}
    with pytest.raises(PaymentRequiredError):
        run(call, api.base_url, lambda venice: venice.video.generate(**order))
    result, _ = run(call, api.base_url, lambda venice: venice.video.generate(**order))
    assert (result.data, list(tmp_path.iterdir())) == (CLIP, [])


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"save_to": "nowhere/clip.mp4"}, FileNotFoundError, "does not exist"),
        ({"save_to": "there"}, FileExistsError, "overwrite"),
        ({"progress": 1}, RequestValidationError, "progress"),
        ({"poll_interval": 0}, RequestValidationError, "poll_interval"),
        ({"wait_timeout": -1}, RequestValidationError, "wait_timeout must be a number of seconds >= 0 or None, got -1"),
        ({"prompt": ""}, RequestValidationError, "prompt"),
        ({"prompt": "\ud83d"}, RequestValidationError, "body: cannot be written as JSON"),
        ({"overwrite": "no"}, RequestValidationError, "overwrite must be True or False, got str"),
        ({"complete": "no"}, RequestValidationError, "complete must be True or False, got str"),
        ({"save_to": "a\0.mp4"}, RequestValidationError, "save_to cannot be a path: it holds a null character"),
        ({"promt": "x"}, RequestValidationError, "promt"),
        ({"handle": "job.json"}, TypeError, "unexpected argument 'handle'"),
        ({"wait_timout": 5}, TypeError, "did you mean 'wait_timeout'"),
        ({"resume_fil": "job.json"}, TypeError, "did you mean 'resume_file'"),
        ({"resume_file": "nowhere/job.json"}, FileNotFoundError, "nowhere"),
        ({"resume_file": "there.mp4"}, RequestValidationError, "must hold a JSON object"),
    ],
)
def test_invalid_options_are_refused_before_the_order(
    api: StandIn, call: Caller, options: dict[str, Any], error: Any, says: str, tmp_path: Path
) -> None:
    (tmp_path / "there.mp4").write_bytes(b"mine")
    options = {
        name: tmp_path / value if name in ("save_to", "resume_file") else value for name, value in options.items()
    }
    with pytest.raises(error, match=says):
        run(call, api.base_url, lambda venice: venice.video.generate(**ORDER | options))
    assert api.requests == []
    assert [path.name for path in tmp_path.iterdir()] == ["there.mp4"]


def test_a_picture_is_sent_with_the_order_and_counts_in_its_fingerprint(
    api: StandIn, call: Caller, tmp_path: Path
) -> None:
    path, picture = tmp_path / "job.json", tmp_path / "first.png"
    photo = (EXAMPLES / "photo.png").read_bytes()
    picture.write_bytes(photo)
    order = {**ORDER, "image_url": picture, "resume_file": path}
    job, _ = run(call, api.base_url, lambda venice: venice.video.submit(**order))
    api.assert_valid()
    uri = "data:image/png;base64," + base64.b64encode(photo).decode()
    assert api.requests[0].value["image_url"] == uri
    again, _ = run(call, api.base_url, lambda venice: venice.video.submit(**order))
    assert (again.resume_data, len(api.requests)) == (job.resume_data, 1)
    picture.write_bytes(photo + b"\0")
    with pytest.raises(RequestValidationError, match="holds another request"):
        run(call, api.base_url, lambda venice: venice.video.submit(**order))


def test_a_refused_parameter_leaves_no_resume_file(api: StandIn, call: Caller, tmp_path: Path) -> None:
    api.answer(QUEUE, status=400, body={"error": "no such model"})
    with pytest.raises(BadRequestError):
        run(call, api.base_url, lambda venice: venice.video.submit(**ORDER, resume_file=tmp_path / "job.json"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("method", ["submit", "resume"])
def test_submit_and_resume_refuse_unknown_arguments(api: StandIn, call: Caller, method: str) -> None:
    def work(venice: Any) -> Any:
        if method == "submit":
            return venice.video.submit(**ORDER, resume_fil="job.json")
        return venice.video.resume({"queue_id": "q", "model": "m"}, timeoutt=3)

    with pytest.raises(TypeError, match=r"did you mean '(resume_file|timeout)'"):
        run(call, api.base_url, work)
    assert api.requests == []


@pytest.mark.parametrize(("resource", "parameter"), [("video", "image_url"), ("audio", "duration_seconds")])
def test_signatures_have_every_parameter(call: Caller, resource: str, parameter: str) -> None:
    def signatures(venice: Any) -> list[inspect.Signature]:
        made = getattr(venice, resource)
        return [inspect.signature(made.generate), inspect.signature(made.submit)]

    async def signatures_async(venice: Any) -> list[inspect.Signature]:
        return signatures(venice)

    found = call("http://127.0.0.1:9", signatures if call.kind == "sync" else signatures_async)
    for signature in found:
        assert {"model", "prompt", parameter, "resume_file", "timeout", "extra_body"} <= set(signature.parameters)
        assert not any(item.kind is item.VAR_KEYWORD for item in signature.parameters.values())


def test_partial_resume_files_are_removed_with_the_resume_file(api: StandIn, call: Caller, tmp_path: Path) -> None:
    ready(api)
    (tmp_path / ".job.json-0123.part").write_text("{")
    (tmp_path / ".other.json-0123.part").write_text("{")
    run(call, api.base_url, lambda venice: venice.video.generate(**ORDER, resume_file=tmp_path / "job.json"))
    assert [path.name for path in tmp_path.iterdir()] == [".other.json-0123.part"]


def test_a_failed_write_of_the_resume_file_does_not_lose_the_job(
    api: StandIn, call: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready(api)

    def full(*_arguments: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("tempfile.mkstemp", lambda **_: full())
        with pytest.raises(OSError, match="No space left") as caught:
            run(call, api.base_url, lambda venice: venice.video.submit(**ORDER, resume_file=tmp_path / "job.json"))
    job: Any = caught.value.job  # type: ignore[attr-defined]
    assert job.queue_id in caught.value.__notes__[0]
    result, _ = run(call, api.base_url, in_steps(call, lambda venice: (yield venice.video.resume(job).result())))
    assert (result.data, steps(api).count("queue")) == (CLIP, 1)
    with pytest.raises(RequestValidationError, match="may have been paid"):  # the file still guards the order
        run(call, api.base_url, lambda venice: venice.video.submit(**ORDER, resume_file=tmp_path / "job.json"))


def test_the_file_and_the_resume_file_must_differ(api: StandIn, call: Caller, tmp_path: Path) -> None:
    same = {"save_to": tmp_path / "clip", "resume_file": tmp_path / "clip.mp4"}
    with pytest.raises(RequestValidationError, match="another file than save_to"):
        run(call, api.base_url, lambda venice: venice.video.generate(**ORDER, **same))
    assert api.requests == []
    assert list(tmp_path.iterdir()) == []


def test_a_job_whose_resume_file_could_not_be_written_is_not_said_to_be_resumed_from_it(
    api: StandIn, call: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def submit(venice: Any) -> Any:
        monkeypatch.setattr(Path, "replace", full)  # the file of the claim is there
        return venice.video.submit(**ORDER, resume_file=tmp_path / "r.json")

    with pytest.raises(OSError, match="No space left") as caught:
        run(call, api.base_url, submit)
    assert caught.value.filename == str(tmp_path / "r.json")
    assert "venice.video.resume(error.job)" in caught.value.__notes__[0]
    assert caught.value.job.queue_id in caught.value.__notes__[0]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "answer", [{"body": {"status": "FAILED"}}, {"status": 404, "body": {"error": "no such order"}}]
)
def test_a_job_without_a_file_says_what_to_delete_for_another_order(
    api: StandIn, call: Caller, tmp_path: Path, answer: dict[str, Any]
) -> None:
    api.answer("POST /video/retrieve", **answer)
    with pytest.raises((JobFailedError, NotFoundError)) as caught:
        run(call, api.base_url, lambda venice: venice.video.generate(**ORDER, resume_file=tmp_path / "r.json"))
    assert f"delete {tmp_path / 'r.json'} to order again" in caught.value.__notes__[0]
