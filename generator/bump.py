"""
A bump, all or nothing: the fetched description becomes the pin, the client is regenerated, the changelog gets an entry.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from attrs import frozen

from generator.errors import GeneratorError
from generator.install.staging import CLIENT, ROOT, put_in_place
from generator.plan.names_file import NAMES, load_names
from generator.source.document import read
from generator.source.fetch import Fetched
from generator.spec.contract import Facts, facts
from generator.spec.pin import LOCK, PINNED, Pin, load_pin, lock_text, pin_text, prose_entries

if TYPE_CHECKING:
    from generator.drift.judge.accepted import Accepted
    from generator.drift.judge.findings import Finding
    from generator.drift.report.report import Report
    from generator.generate import Generated

CHANGELOG = ROOT / "CHANGELOG.md"
_BREAKING = 10  # lines of their own for findings that break callers
_UNRELEASED = re.compile(r"^## \[?Unreleased\]?.*\n+", re.MULTILINE)


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


def drift(fetched: Fetched, accepted: tuple[Accepted, ...] = ()) -> Drift:
    """Compare a fetched description with the pin, and judge what differs."""
    from generator.drift.assess import assess  # not every command compares

    pin = load_pin()
    new = facts(read(fetched.data, source=fetched.source))
    report = assess(pin.contract, new.contract, pin.prose, prose_entries(new.prose), accepted, names=load_names())
    return Drift(pin=pin, facts=new, report=report)


def bump(fetched: Fetched, found: Drift, *, force: bool = False) -> Generated:
    """
    Pin what was fetched and make the client of it.

    Client, pin, lock, names and changelog are replaced in one step with a journal: a failure leaves them as they were,
    and after a kill the next command that writes finishes or undoes the step. `force` overwrites generated files that
    were edited.
    """
    from generator.generate import built, content  # a comparison alone works without the renderer

    with built(found.facts.contract, CLIENT, pin=found.pin.contract) as (stage, generated):
        texts = {
            LOCK: lock_text(found.facts, source=fetched.source, data=fetched.data),
            NAMES: generated.names,
            PINNED: pin_text(found.facts.contract),
        }
        others = {path: (content(path), text.encode()) for path, text in texts.items()}
        changelog = CHANGELOG.read_bytes()  # as late as possible: it may be edited during the build
        others[CHANGELOG] = (changelog, _with_entry(changelog.decode(), found).encode())
        put_in_place(stage, CLIENT, others, force=force)
    return generated


def _with_entry(text: str, found: Drift) -> str:
    """Add one entry under "Unreleased": the headline, what breaks callers, and operations that are not named in it."""
    from generator.drift.report.markdown import defused
    from generator.drift.report.report import BREAKING

    report, comparison = found.report, found.report.comparison
    strongest = f" ({report.strongest.value})" if report.strongest else ""
    versions = f"{defused(found.pin.version)} to {defused(comparison.new_version)}"
    entry = f"- API contract {versions}{strongest}: {defused(report.headline.rstrip('.'))}.\n"
    breaking = [finding for finding in report.findings if finding.cls in BREAKING]
    entry += "".join(_breaking(finding, defused) for finding in breaking[:_BREAKING])
    if len(breaking) > _BREAKING:
        entry += f"  - **breaking** and {len(breaking) - _BREAKING} more\n"
    for word, rule in (("Added", "operation-added"), ("Removed", "operation-removed")):
        keys = [name for one in report.findings if one.rule == rule for name in one.operations]
        names = [name for name in map(defused, keys) if name not in entry]
        if names:
            entry += f"  - {word}: {', '.join(names)}\n"
    return with_entry(text, entry)


def with_entry(text: str, entry: str) -> str:
    """Put an entry of the changelog under "Unreleased"."""
    match = _UNRELEASED.search(text)
    if match is None:
        raise GeneratorError(f'{CHANGELOG.name} has no heading "## Unreleased" to put the entry under.')
    return text[: match.end()] + entry + text[match.end() :]


def _breaking(finding: Finding, defused: Callable[[str], str]) -> str:
    from generator.drift.report.wording import message

    names = finding.operations
    named = all(name in message(finding) for name in names)
    where = f" ({names[0] if len(names) == 1 else f'{len(names)} operations'})" if not named else ""
    return f"  - **breaking** {defused(message(finding) + where)}\n"
