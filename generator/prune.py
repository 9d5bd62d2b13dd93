"""
Remove old aliases from the lock and the client, with an entry in the changelog. All or nothing.
"""

from __future__ import annotations

from generator.bump import CHANGELOG, with_entry
from generator.generate import built, content
from generator.install.staging import CLIENT, put_in_place
from generator.plan.names import KEPT_DAYS, pin_date, prune
from generator.plan.names_file import NAMES, load_names
from generator.spec.pin import load_pin


def prune_names(*, is_dry: bool = False) -> tuple[str, ...]:
    """Drop the aliases of the lock that are old enough at the date of the pin, and return lines that name them."""
    contract = load_pin().contract
    names, dropped = prune(load_names(), pin_date(contract))
    if not dropped or is_dry:
        return dropped
    entry = f"- Removed, {KEPT_DAYS} days after the API contract lost them: {', '.join(dropped)}.\n"
    with built(contract, CLIENT, names=names) as (stage, generated):
        before = CHANGELOG.read_bytes()
        others = {
            NAMES: (content(NAMES), generated.names.encode()),
            CHANGELOG: (before, with_entry(before.decode(), entry).encode()),
        }
        put_in_place(stage, CLIENT, others)
    return dropped
