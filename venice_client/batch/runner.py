"""
One picture of many: what is decided before it is sent and after its answer came, for threads and tasks alike.

`Work.prepare` turns an item into a `Job`, or says at once what became of it; then the caller calls the API, and hands
the answer to `Work.finish` or the error to `Work.fail`. Each of the three may read and write files, and may be called
in any thread. Nothing here sends, waits or counts.

A job's identity is its name, its bytes, and what is to be done to it. So another prompt is new work, a moved folder is
not, and two items of one name with the same bytes are a single job. With no folder to save in there is no identity:
each item is a job of its own.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Final

import attrs

from venice_client._core.errors import RequestValidationError, VeniceError
from venice_client._core.response.binary import BinaryContent
from venice_client.batch.inputs import Item
from venice_client.batch.job import Job, Twin
from venice_client.batch.manifest import Entry, Manifest
from venice_client.batch.names import base_of
from venice_client.batch.output import Shelf
from venice_client.batch.result import MapResult, UnknownOutcomeError, pause_before_next, perhaps_paid
from venice_client.batch.task import Task
from venice_client.images.read import Picture, read

MANIFEST_NAME: Final = ".venice-map.jsonl"

logger = logging.getLogger("venice_client")


class Work:
    """The pictures of one run: what is done, under way, and known from earlier runs."""

    def __init__(
        self, task: Task, *, to: Path | None, manifest: Path | None, resend_unknown: bool, local_files: bool
    ) -> None:
        self._task = task
        self._identity = hashlib.sha256(task.identity).hexdigest()[:16] if to else ""
        self._shelf = Shelf(to or Path())
        self._manifest_path = manifest or (to / MANIFEST_NAME if to else None)
        self._resend_unknown = resend_unknown
        self._local_files = local_files
        self.manifest: Manifest | None = None
        self._lock = threading.Lock()
        self._under_way: dict[str, Future[MapResult]] = {}
        self.unknown: tuple[str, ...] = ()
        """Names of what an earlier run began and did not end: it may have been paid for."""

    def begin(self) -> None:
        """Open the manifest, and take up what earlier runs have left."""
        if self._manifest_path is None:
            return
        self._shelf.folder.mkdir(parents=True, exist_ok=True)
        self.manifest = manifest = Manifest(self._manifest_path)
        try:
            self._take_up(manifest)
        except BaseException:
            self.close()
            raise

    def _take_up(self, manifest: Manifest) -> None:
        entries = manifest.entries.values()
        for entry in entries:
            if entry.base:
                self._shelf.set_aside(entry.base, entry.job)
        for entry in [entry for entry in entries if entry.unknown]:
            self._recover(manifest, entry)
        self.unknown = tuple(entry.name for entry in entries if entry.unknown and entry.task == self._identity)
        if self.unknown:
            what = "they are sent again" if self._resend_unknown else "they are left out"
            logger.warning(
                "images.map: %d pictures of earlier runs may have been paid for, with nothing to show for it: %s",
                len(self.unknown),
                what,
            )

    def close(self) -> None:
        """Let go of the manifest."""
        if self.manifest is not None:
            self.manifest.close()

    # Before a picture is sent.

    def prepare(self, item: Item) -> Job | Twin | MapResult:
        """Read a picture, and tell what is to be done with it. When a Job comes back, "begun" is on the disk."""
        if item.skipped:
            return MapResult(item.index, item.name, item.source, skipped=item.skipped)
        name = item.name or f"picture-{item.index:04d}"
        if self.manifest is None:
            return Job(item, name, item.source)
        try:
            content, source, name_found = self._content(item)
        except (VeniceError, OSError) as error:
            return MapResult(item.index, name, item.source, error=error)
        name = item.name or name_found or name
        job_id = hashlib.sha256(b"\n".join([(item.name or name_found).encode("utf-8", "surrogateescape"), content,
                                            self._identity.encode()])).hexdigest()[:32]  # fmt: skip
        with self._lock:
            if job_id in self._under_way:
                return Twin(item, name, self._under_way[job_id])
            before = self.manifest.entries.get(job_id)
            if before is not None and (known := self._known(item, name, before)):
                return known
            base = before.base if before else ""
            base = base or self._shelf.name_for(job_id, base_of(name, folders=item.found))
            self._under_way[job_id] = Future()
        try:
            self.manifest.add(job_id, "begun", name=name, base=base, task=self._identity)
        except OSError as error:
            self._end(job_id, error)
            raise
        return Job(item, name, source, job_id, base)

    def _content(self, item: Item) -> tuple[bytes, Any, str]:
        """Return a digest of the content, what to pass on to the call, and a name that the content came with."""
        source = item.source
        try:
            picture = read(source, local_files=self._local_files)
        except RequestValidationError:
            if self._task.is_own:
                raise
            if not isinstance(source, str):  # of other things a name alone is known to stay the same
                return b"", source, item.name
            return hashlib.sha256(source.encode("utf-8", "surrogatepass")).digest(), source, item.name or source[:80]
        if picture.url is not None:
            return hashlib.sha256(b"url " + picture.url.encode()).digest(), source, item.name
        return _digest(picture), _lasting(source, picture) if self._task.is_own else source, ""

    def _known(self, item: Item, name: str, before: Entry) -> MapResult | None:
        """Return what an earlier run, or this one, made of the job, where that is the end of it."""
        if before.state == "done" and before.file:
            path = self._shelf.folder / before.file
            if path.is_file() and path.stat().st_size == before.size:
                return MapResult(item.index, name, item.source, path=path, skipped="done before")
        if before.unknown and not self._resend_unknown:
            return MapResult(item.index, name, item.source, error=UnknownOutcomeError(name))
        return None

    # After it was sent.

    def finish(self, job: Job, answer: Any, *, tries: int = 1) -> MapResult:
        """Save an answer, tell the manifest, and return the outcome."""
        item = job.item
        if isinstance(answer, list) and len(answer) == 1:  # of `generate`
            [answer] = answer
        made = MapResult(item.index, job.name, item.source, result=answer, tries=tries)
        if self.manifest is None or not isinstance(answer, BinaryContent):
            if self.manifest is not None:
                self.manifest.add(job.id, "failed", error="TypeError", text="the call gave nothing to save")
            return self._told(job, made)
        try:
            path = self._shelf.save(job.id, job.base, answer)
            digest = hashlib.sha256(answer.data).hexdigest()
            self.manifest.add(job.id, "done", file=self._shelf.relative(path), size=len(answer.data), sha256=digest)
        except OSError as error:  # a full disk, say: the picture itself is in the result
            return self._told(job, attrs.evolve(made, error=error))
        return self._told(job, attrs.evolve(made, result=None, path=path))

    def fail(self, job: Job, error: Exception, *, tries: int = 1) -> MapResult:
        """Tell the manifest of a failure, and return the outcome."""
        item = job.item
        if self.manifest is not None:
            paid = "perhaps" if perhaps_paid(error) else "no"
            self.manifest.add(job.id, "failed", error=type(error).__name__, text=str(error), paid=paid)
        return self._told(job, MapResult(item.index, job.name, item.source, error=error, tries=tries))

    def abandon(self, job: Job, error: BaseException) -> None:
        """Let go of a job whose outcome nobody can tell."""
        self._end(job.id, error)

    def _told(self, job: Job, outcome: MapResult) -> MapResult:
        self._end(job.id, outcome)
        return outcome

    def _end(self, job: str, outcome: MapResult | BaseException) -> None:
        with self._lock:
            twin = self._under_way.pop(job, None)
        if twin is None:
            return
        if isinstance(outcome, MapResult):
            twin.set_result(outcome)
        else:
            twin.set_exception(outcome)

    def _recover(self, manifest: Manifest, entry: Entry) -> None:
        """Add to the manifest the picture of a job whose run was killed between the saving and the telling."""
        if entry.state != "begun" or not entry.base or (found := self._shelf.found(entry.job, entry.base)) is None:
            return
        path, picture = found
        digest = _digest(picture).hex()
        manifest.add(entry.job, "done", file=self._shelf.relative(path), size=picture.size or 0, sha256=digest)


def send(work: Work, task: Task, client: Any, job: Job, stop: threading.Event) -> MapResult:
    """Do a job in this thread, and again where that is known to cost nothing, until `stop` is set."""
    tries = 0
    while True:
        tries += 1
        try:
            answer = task.call(client, job.source)
        except task.errors as error:
            pause = pause_before_next(error, tries)
            if pause is None or stop.wait(pause):
                return work.fail(job, error, tries=tries)
        else:
            return work.finish(job, answer, tries=tries)


def _lasting(source: Any, picture: Picture) -> Any:
    """Return what can be read again, in another process too, and is what has just been read."""
    if isinstance(source, os.PathLike):
        return Path(os.fsdecode(source))
    if isinstance(source, str):
        return str(source)
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    return picture.filename, picture.data, picture.media_type


def _digest(picture: Picture) -> bytes:
    digest = hashlib.sha256()
    for piece in picture.upload.pieces() if picture.upload else ():
        digest.update(piece)
    return digest.digest()
