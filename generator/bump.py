"""
Bump, all or nothing: pin the fetched description, generate the client, add an entry to the changelog.
"""

from __future__ import annotations

import contextlib
import re
from copy import deepcopy
from pathlib import PurePath
from typing import TYPE_CHECKING

from attrs import frozen

from generator.errors import GeneratorError, printable
from generator.files import CLIENT, ROOT, content
from generator.git import git, show
from generator.install.staging import put_in_place
from generator.source.document import Fetched, read
from generator.spec.contract import Facts, facts
from generator.spec.pin import LOCK, PINNED, Pin, load_pin, lock_text, parse_pin, pin_text, prose_entries

if TYPE_CHECKING:
    from generator.drift.judge.accepted import Accepted
    from generator.drift.report.report import Report
    from generator.generate import Generated
    from generator.plan.naming.lock import Names

CHANGELOG = ROOT / "CHANGELOG.md"
_VERSION = re.compile(r'^version = "(.*)"$', re.MULTILINE)
_FEW_GONE = 2
_PART_GONE = 0.05
"""
More operations than both, a number and a part of all, are not taken to be removed: a download that was cut off is far
likelier. It may still be YAML, since the paths come last in the vendor's file. No published bump removed an operation.
"""


@frozen
class Drift:
    """The difference between the pin and a description."""

    pin: Pin
    facts: Facts
    report: Report

    @property
    def is_none(self) -> bool:
        """Whether the pin equals what was fetched, prose included."""
        comparison = self.report.comparison
        return not comparison.changes and not comparison.prose.count

    @property
    def loss(self) -> str:
        """What says that the description may be cut off: how many operations of the pin it lacks; empty for few."""
        from generator.drift.compare.changes import Kind
        from generator.drift.report.values import joined
        from generator.spec.contract import operations

        gone = [one.subject for one in self.report.comparison.changes if one.kind is Kind.OPERATION_REMOVED]
        total = len(operations(self.pin.contract))
        if len(gone) <= max(_FEW_GONE, _PART_GONE * total):
            return ""
        return (
            f"{len(gone)} of {total} operations are gone ({joined([printable(name) for name in gone], many=3)}):"
            " the description may be cut off. Fetch it again; bump --allow-removals takes it as it is."
        )

    @property
    def obstacle(self) -> str:
        """Why no client can be made of the description: a reference that leads nowhere; empty where all lead on."""
        from generator.generate import describe  # the words of the overlay may mend it
        from generator.plan.references import resolve_references

        try:
            resolve_references(deepcopy(describe(self.facts.contract, self.pin.contract).document))
        except GeneratorError as error:
            return f"no client can be made of the description: {error}"
        return ""


def drift(fetched: Fetched, accepted: tuple[Accepted, ...] = ()) -> Drift:
    """Compare a fetched description with the pin, and judge what differs."""
    from generator.plan.naming.lock_file import load_names

    pin = load_pin()
    new = facts(read(fetched.data, source=fetched.source))
    return Drift(pin=pin, facts=new, report=_compared(pin, load_names(), new, accepted))


def _compared(pin: Pin, names: Names, new: Facts, accepted: tuple[Accepted, ...] = ()) -> Report:
    from generator.drift.assess import assess  # not every command compares

    return assess(pin.contract, new.contract, pin.prose, prose_entries(new.prose), accepted, names=names)


def bump(fetched: Fetched, found: Drift, *, force: bool = False, allow_removals: bool = False) -> Generated:
    """
    Pin what was fetched and make the client of it.

    A description that lacks many operations of the pin is refused, unless `allow_removals` is set.

    Client, pin, lock, names and changelog are replaced in one step with a journal: a failure leaves them as they were,
    and after a kill the next command that writes finishes or undoes the step. `force` overwrites generated files that
    were edited.
    """
    if found.loss and not allow_removals:
        raise GeneratorError(found.loss)
    from generator.generate import built  # a comparison alone works without the renderer
    from generator.plan.naming.lock_file import LOST, NAMES

    if content(NAMES) is None:
        raise GeneratorError(LOST)
    with built(found.facts.contract, CLIENT, pin=found.pin.contract) as (stage, generated):
        texts = {
            LOCK: lock_text(found.facts, source=_origin(fetched.source), data=fetched.data),
            NAMES: generated.names,
            PINNED: pin_text(found.facts.contract),
        }
        others = {path: (content(path), text.encode()) for path, text in texts.items()}
        changelog = CHANGELOG.read_bytes()  # as late as possible: it may be edited during the build
        others[CHANGELOG] = (changelog, _with_bump(changelog_text(changelog), found).encode())
        put_in_place(stage, CLIENT, others, force=force)
    return generated


def changelog_text(data: bytes) -> str:
    """Return the text of the changelog. Raises GeneratorError."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise GeneratorError(f"{CHANGELOG.name} is not UTF-8 in line {line}: save it as UTF-8.") from error


def _origin(source: str) -> str:
    """Return where a description came from, without the folders of a local file, which are of one machine."""
    return source if "://" in source and not source.startswith("file:") else PurePath(source).name


def _with_bump(text: str, found: Drift) -> str:
    """
    Return the changelog with the entry of a bump.

    Bumps that follow each other are one entry until a release: an entry that ends in the pin is written anew, about all
    that differs from the pin that it started from. Where git does not have that one, both entries stand.
    """
    from generator.drift.report.changelog import start_of_entry, with_bump

    start = start_of_entry(text, found.pin.version)
    if start and (earlier := _committed_pin(start)):
        return with_bump(text, _compared(*earlier, found.facts), is_continued=True)
    return with_bump(text, found.report)


def _committed_pin(version: str) -> tuple[Pin, Names] | None:
    """Return the pin of a version that an entry starts from, with its names; None where git has none."""
    from generator.drift.report.changelog import shown_version, start_of_entry
    from generator.plan.naming.lock_file import NAMES, parse_names

    with contextlib.suppress(GeneratorError, ValueError):
        for commit in git(ROOT, "log", "--format=%H", "--", str(LOCK), str(CHANGELOG)).decode().split():
            lock = show(commit, LOCK)
            if not (found := _VERSION.search(lock.decode())) or shown_version(found[1]) != version:
                continue
            # The content changes under one version too: a pin that the entry is about already is not its start.
            if start_of_entry(show(commit, CHANGELOG).decode(), found[1]) != version:
                pin = parse_pin(show(commit, PINNED), lock, source=f"{commit}:{PINNED.name}")
                return pin, parse_names(show(commit, NAMES).decode())
    return None
