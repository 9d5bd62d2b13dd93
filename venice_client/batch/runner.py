"""
The decisions of a run, for threads and tasks alike: what is sent, what is saved, what is recorded, and when a run ends.

`Runner.prepare` turns an item into a `Job`, or returns its outcome; the caller makes the call, and passes the
response to `Runner.finish` or the error to `Runner.fail`. The three read and write files, and may be called in any
thread. Nothing here sends or waits.

A job is identified by the name of the picture, its bytes, and the operation with its options. Without a folder to
save in, each item is a job.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any, Final, TypeVar

import attrs

from venice_client._core.errors import RequestValidationError, VeniceError
from venice_client._core.response.binary import BinaryContent
from venice_client.batch.inputs import Item
from venice_client.batch.manifest import Entry, Manifest
from venice_client.batch.options import PictureClient, Plan
from venice_client.batch.output import Output, Part, portable_name
from venice_client.batch.result import MapResult, SaveError, Summary, UnknownOutcomeError, is_fatal, may_be_paid
from venice_client.images.inputs import Picture, read

logger = logging.getLogger("venice_client")

# Errors of the system that concern one name and not the folder.
_OF_A_NAME: Final = frozenset(
    {errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL, errno.ENOTDIR, errno.EISDIR, errno.EEXIST}
)


OutcomeT = TypeVar("OutcomeT", MapResult, None)


@attrs.frozen
class Job:
    """A picture that is sent now."""

    item: Item
    name: str
    source: Any = attrs.field(repr=False)
    """The picture as it is passed to the call."""
    id: str = ""
    part: Part | None = None
    """The file that is reserved for the result."""


@attrs.frozen
class Twin:
    """An item with the name and bytes of one that is in progress."""

    item: Item
    name: str
    outcome: Future[MapResult | None]

    def result(self, outcome: MapResult | None) -> MapResult | None:
        """Return the outcome of the other item as that of this one."""
        if outcome is None:
            return None
        own = attrs.evolve(outcome, index=self.item.index, name=self.name, source=self.item.source)
        if outcome.error is not None:
            return own
        return attrs.evolve(own, skipped=outcome.skipped or f"the same as picture {outcome.index}", attempts=0)


class Runner:
    """The pictures of one run."""

    def __init__(self, client: PictureClient, plan: Plan) -> None:
        self.client = client
        self.plan = plan
        self.stop = threading.Event()
        """Set when nothing more is sent: after an error that ends the run, or when the iterator is closed."""
        self.unread: list[MapResult] = []
        self.total: int | None = None
        """The number of inputs, where it is known."""
        self._task = hashlib.sha256(plan.task.identity).hexdigest()[:16] if plan.to else ""
        self._lock = threading.Lock()
        self._failure: Exception | None = None
        self._unsaved: list[MapResult] = []
        self._unknown: dict[str, None] = {}
        self._in_progress: dict[str, Future[MapResult | None]] = {}
        self._counts: Counter[str] = Counter()
        self._output: Output | None = None

    def begin(self) -> None:
        """Open the manifest, and finish or remove what a killed run has left; `close` must follow in any case."""
        plan = self.plan
        plan.reporter.report(0, self.total)
        if plan.to is None or plan.manifest is None:
            return
        # A kill in the meantime would leave pictures as begun that were never sent.
        self.client._load()  # noqa: SLF001  # of its client
        try:
            plan.to.mkdir(parents=True, exist_ok=True)
            self._output = output = Output(plan.to, Manifest(plan.manifest))
            for entry in output.manifest.entries.values():
                output.recover(entry)
                if entry.is_unknown and entry.task == self._task:
                    self._unknown[entry.name] = None
        except OSError as error:
            raise SaveError.from_error(error, ()) from error
        if self._unknown:
            what = "sent again" if plan.resend_unknown else "not sent again"
            text = "images.map: pictures of earlier runs that may have been paid for without a result, and are %s: %d"
            logger.warning(text, what, len(self._unknown))

    def close(self) -> None:
        """Release the manifest, and remove the bar."""
        self.plan.reporter.close()
        if self._output is not None:
            self._output.manifest.close()

    @property
    def summary(self) -> Summary:
        """The outcomes until now."""
        return Summary(**self._counts, unknown=tuple(self._unknown))

    @property
    def failure(self) -> Exception | None:
        """The error that ends the run."""
        if isinstance(self._failure, OSError):
            return SaveError.from_error(self._failure, self._unsaved)
        return self._failure

    def count(self, outcome: MapResult) -> None:
        """Count an outcome that leaves the run."""
        self._counts["failed" if outcome.error else "skipped" if outcome.skipped else "done"] += 1
        self.plan.reporter.report(self._counts.total(), self.total)

    def halt(self, error: Exception) -> None:
        """End the run with an error, once the calls in progress have ended."""
        with self._lock:
            self._failure = self._failure or error
        self.stop.set()

    # Before the call

    def prepare(self, item: Item) -> Job | Twin | MapResult | None:
        """Return what to do with an item; "begun" is on the disk before a Job is returned. None: the run has ended."""
        if self.stop.is_set():
            return None
        if item.skipped:
            return MapResult(item.index, item.name, item.source, skipped=item.skipped)
        name = item.name or f"picture-{item.index:04d}"
        if self._output is None:
            return Job(item, name, item.source)
        try:
            content, source, name_found = self._identify(item)
        except (VeniceError, OSError) as error:
            return MapResult(item.index, name, item.source, error=error)
        key = (item.name or name_found).encode("utf-8", "surrogateescape")
        job_id = hashlib.sha256(b"\n".join([key, content, self._task.encode()])).hexdigest()[:32]
        name = item.name or name_found or name
        with self._lock:
            if job_id in self._in_progress:
                return Twin(item, name, self._in_progress[job_id])
            self._in_progress[job_id] = Future()
        try:
            entry = self._output.manifest.entries.get(job_id)
            if entry is not None and (known := self._known(item, name, entry, self._output)) is not None:
                return self._end(job_id, known)
            part = self._begin_job(job_id, item, name, entry, self._output)
        except OSError as error:
            if error.errno not in _OF_A_NAME:
                self.halt(error)
            return self._end(job_id, MapResult(item.index, name, item.source, error=error))
        except BaseException as error:
            self._in_progress.pop(job_id).set_exception(error)
            raise
        return Job(item, name, source, job_id, part)

    def _identify(self, item: Item) -> tuple[bytes, Any, str]:
        """Return a digest of the content, the picture to pass to the call, and a name that the content has."""
        source, is_own = item.source, self.plan.task.is_own
        try:
            picture = read(source, local_files=self.client.local_files)
        except RequestValidationError:
            if is_own:
                raise
            if not isinstance(source, str):  # an object is identified by its name alone
                return b"", source, item.name
            return hashlib.sha256(source.encode("utf-8", "surrogatepass")).digest(), source, item.name or source[:80]
        if picture.url is not None:
            return hashlib.sha256(b"url " + picture.url.encode()).digest(), source, item.name
        digest = hashlib.sha256()
        for piece in picture.upload.pieces() if picture.upload else ():
            digest.update(piece)
        return digest.digest(), _repeatable(source, picture) if is_own else source, ""

    def _known(self, item: Item, name: str, entry: Entry, output: Output) -> MapResult | None:
        """Return the outcome of a job that needs no call."""
        if (path := output.saved(entry)) is not None:
            return MapResult(item.index, name, item.source, path=path, skipped="done before")
        if entry.is_unknown and not self.plan.resend_unknown:
            text = "an earlier run sent this picture, which may have been paid for, and saved no result"
            error = UnknownOutcomeError(f"{name}: {text}; pass resend_unknown=True to send it again", name=name)
            return MapResult(item.index, name, item.source, error=error)
        return None

    def _begin_job(self, job_id: str, item: Item, name: str, entry: Entry | None, output: Output) -> Part:
        base = (entry and entry.base) or portable_name(name, folders=item.in_folder)
        with self._lock:
            part = output.reserve(job_id, base)
        try:
            output.manifest.add(job_id, "begun", name=name, base=part.base, task=self._task)
        except BaseException:
            output.discard(part)
            raise
        return part

    # After the call

    def finish(self, job: Job, response: Any, *, attempts: int) -> MapResult:
        """Save and record a response."""
        if isinstance(response, list) and len(response) == 1:  # of `generate`
            [response] = response
        outcome = MapResult(job.item.index, job.name, job.item.source, result=response, attempts=attempts)
        if job.part is None or self._output is None:
            return outcome
        if not isinstance(response, BinaryContent):
            what = f"{job.name}: the call returned {type(response).__name__}, which cannot be saved in `to`"
            return self._unsaved_of(job, outcome, SaveError(f"{what}: return what a method of images gives"))
        size, digest, is_recorded = len(response.data), hashlib.sha256(response.data).hexdigest(), False
        try:
            file = self._output.write(job.part, response)
            self._output.manifest.add(job.id, "done", file=file, size=size, sha256=digest)
            is_recorded = True
            try:
                path = self._output.publish(job.id, job.part.base, file)
            except FileExistsError:
                file = self._output.another_name(job.id, file)
                self._output.manifest.add(job.id, "done", file=file, size=size, sha256=digest)
                path = self._output.publish(job.id, job.part.base, file)
        except OSError as error:
            # A part that is recorded stays: the next run gives it its name. Else that run needs the size, to see before
            # it pays whether there is room.
            is_kept = is_recorded and job.part.path.exists()
            return self._unsaved_of(job, outcome, error, size=size, is_kept=is_kept)
        return self._end(job.id, attrs.evolve(outcome, result=None, path=path))

    def _unsaved_of(
        self, job: Job, outcome: MapResult, error: OSError, *, size: int = 0, is_kept: bool = False
    ) -> MapResult:
        """Record that a result could not be saved, and end the run: others would be paid for and lost too."""
        self.halt(error)
        outcome = attrs.evolve(outcome, error=error)
        with self._lock:
            self._unsaved.append(outcome)
        if not is_kept:
            self._record_failure(job, type(error).__name__, str(error), paid="perhaps", size=size)
        return self._end(job.id, outcome)

    def fail(self, job: Job, error: Exception, *, attempts: int) -> MapResult:
        """Record an error."""
        is_unknown = may_be_paid(error)
        if is_unknown:
            self._unknown[job.name] = None
        self._record_failure(job, type(error).__name__, str(error), paid="perhaps" if is_unknown else "no")
        if is_fatal(error):
            self.halt(error)
        outcome = MapResult(job.item.index, job.name, job.item.source, error=error, attempts=attempts)
        return self._end(job.id, outcome)

    def drop(self, job: Job) -> None:
        """Record that a job was not sent, since the run has ended."""
        self._record_failure(job, "", "not sent", paid="no")
        self._end(job.id, None)

    def abandon(self, job: Job, error: BaseException) -> None:
        """Release a job that ended with a mistake in the program; its outcome stays unknown."""
        if job.part is not None and self._output is not None:
            self._output.discard(job.part)
        if (waiting := self._in_progress.pop(job.id, None)) is not None:
            waiting.set_exception(error)

    def _record_failure(self, job: Job, error: str, text: str, *, paid: str, size: int = 0) -> None:
        if job.part is None or self._output is None:
            return
        self._output.discard(job.part)
        try:
            self._output.manifest.add(job.id, "failed", error=error, text=text, paid=paid, size=size)
        except OSError as problem:
            self.halt(problem)

    def _end(self, job_id: str, outcome: OutcomeT) -> OutcomeT:
        """Pass an outcome on to the twins of a job, and return it."""
        with self._lock:
            waiting = self._in_progress.pop(job_id, None)
        if waiting is not None:
            waiting.set_result(outcome)
        return outcome


class Results:
    """The order in which outcomes leave a run: as they come, or in the order of the inputs."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._waiting: dict[int, MapResult] = {}
        self._next = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, outcome: MapResult | None) -> None:
        """Add an outcome; None is that of an item which the end of the run has left out."""
        if outcome is not None:
            self._waiting[outcome.index] = outcome

    def take(self, *, to_end: bool = False) -> Iterator[MapResult]:
        """Yield what may leave now; `to_end` yields all, since no gap will be filled any more."""
        plan = self._runner.plan
        while self._waiting:
            index = self._next if plan.ordered else min(self._waiting)
            if index not in self._waiting:
                if not to_end:
                    return
                index = min(self._waiting)
            self._next = index + 1
            outcome = self._waiting.pop(index)
            self._runner.count(outcome)
            if outcome.error is not None and plan.raises:
                raise outcome.error
            yield outcome

    def rest(self) -> list[MapResult]:
        """Return what was not taken."""
        return [self._waiting[index] for index in sorted(self._waiting)]


def _repeatable(source: Any, picture: Picture) -> Any:
    """Return a picture that can be read again: an open file was read to its end."""
    if isinstance(source, str | os.PathLike | bytes):
        return source
    return picture.filename, picture.data, picture.media_type
