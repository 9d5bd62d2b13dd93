"""
A bump, all or nothing: what was fetched becomes the pin, the client is made anew, the changelog gets its entry.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from generator.contract import Facts, facts
from generator.document import read
from generator.drift.compare import Comparison, compare_facts
from generator.errors import GeneratorError
from generator.fetch import Fetched
from generator.pin import LOCK, PINNED, Pin, load_pin, lock_text, pin_text, prose_hashes, written
from generator.tree import CLIENT, ROOT, put_in_place

if TYPE_CHECKING:
    from generator.generate import Generated

CHANGELOG = ROOT / "CHANGELOG.md"
_UNRELEASED = re.compile(r"^## \[?Unreleased\]?.*\n+", re.MULTILINE)


@frozen
class Drift:
    """What stands between the pin and a description."""

    pin: Pin
    facts: Facts
    comparison: Comparison

    @property
    def matters(self) -> bool:
        """Whether a fact other than the version itself differs."""
        return any(change.pointer != "/info/version" for change in self.comparison.changes)


def drift(fetched: Fetched) -> Drift:
    """Compare a fetched description with the pin."""
    pin = load_pin()
    new = facts(read(fetched.data, source=fetched.source))
    comparison = compare_facts(pin.contract, new.contract, old_prose=pin.prose, new_prose=prose_hashes(new.prose))
    return Drift(pin=pin, facts=new, comparison=comparison)


def bump(fetched: Fetched, found: Drift, headline: str) -> Generated:
    """
    Pin what was fetched and make the client of it.

    Everything is built and written out before the first file changes place: a failure leaves pin, lock, changelog and
    client as they were. A run that is killed between the last renames leaves a client that `check` calls stale, and
    that `generate` makes anew.
    """
    from generator.generate import built  # a comparison alone does without the renderer

    with built(found.facts.contract, CLIENT) as (stage, generated):
        texts: dict[Path, str] = {
            CHANGELOG: _with_entry(CHANGELOG.read_text(encoding="utf-8"), found, headline),
            LOCK: lock_text(found.facts, source=fetched.source, data=fetched.data),
            PINNED: pin_text(found.facts.contract),
        }
        with written(texts):
            put_in_place(stage, CLIENT)
    return generated


def _with_entry(text: str, found: Drift, headline: str) -> str:
    """Put one entry under "Unreleased"."""
    match = _UNRELEASED.search(text)
    if match is None:
        raise GeneratorError(f'{CHANGELOG.name} has no heading "## Unreleased" to put the entry of the bump under.')
    comparison = found.comparison
    entry = f"- API contract {found.pin.version} to {comparison.new_version}: {headline.rstrip('.')}.\n"
    for word, keys in (("Added", comparison.operations_added), ("Removed", comparison.operations_removed)):
        if keys:
            entry += f"  {word}: {', '.join(f'`{key}`' for key in keys)}.\n"
    return text[: match.end()] + entry + text[match.end() :]
