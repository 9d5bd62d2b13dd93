"""
Remove old aliases from the lock and the client, with an entry in the changelog. All or nothing.

A release must have had a name as an alias before it may go: the lock of the last tag says which ones did.
"""

from __future__ import annotations

from generator.bump import CHANGELOG, changelog_text
from generator.drift.report.changelog import with_entry
from generator.errors import GeneratorError
from generator.files import CLIENT, content
from generator.generate import built
from generator.git import show
from generator.install.staging import put_in_place
from generator.plan.naming.lock import KEPT_DAYS, Aliases, Pruned, pin_date, prune
from generator.plan.naming.lock_file import NAMES, load_names, parse_names
from generator.release import last_tag
from generator.spec.pin import load_pin


def prune_names(*, is_dry: bool = False) -> Pruned:
    """Drop the aliases that are old enough at the date of the pin and that the last release had."""
    contract = load_pin().contract
    found = prune(load_names(), pin_date(contract), _released())
    if not found.dropped or is_dry:
        return found
    entry = f"- Removed, {KEPT_DAYS} days after the API contract lost them: {', '.join(found.dropped)}.\n"
    with built(contract, CLIENT, names=found.names) as (stage, generated):
        before = CHANGELOG.read_bytes()
        others = {
            NAMES: (content(NAMES), generated.names.encode()),
            CHANGELOG: (before, with_entry(changelog_text(before), entry).encode()),
        }
        put_in_place(stage, CLIENT, others)
    return found


def _released() -> Aliases:
    """Return the aliases of the last release; none where there was no release."""
    tag = last_tag()
    try:
        return parse_names(show(tag, NAMES).decode()).aliases if tag else Aliases()
    except ValueError as error:
        raise GeneratorError(f"spec/{NAMES.name} of {tag} cannot be read: {error}") from error
