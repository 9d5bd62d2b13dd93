"""
From a contract to a client: apply the overlay, plan, render, verify, install.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from generator.errors import GeneratorError, first_few
from generator.files import CLIENT, content
from generator.install.inventory import LIST
from generator.install.staging import changed_files, is_interrupted, is_written_now, put_in_place, staged
from generator.install.verify import verify
from generator.plan import Version, plan_version
from generator.plan.description import Described
from generator.plan.description import describe as describe_with
from generator.plan.missing_texts import MissingWords, without_words
from generator.plan.naming.lock import Names
from generator.plan.naming.lock_file import LOST, NAMES, load_names, names_text
from generator.plan.patterns import unchecked_patterns
from generator.render.render import render
from generator.spec.overlay import Action, load_file
from generator.spec.pin import OVERLAY, PINNED, load_pin
from generator.spec.servers import other_server

_STEADY = 30.0  # seconds that a reader waits for a command that replaces files
_PROTECTIONS = {
    "x-python-secret": "masks a value that gives access",
    "x-python-limit": "keeps null from lifting a limit of spending",
}
"""What the client no longer does where an action with one of these marks matches nothing."""


@frozen
class Generated:
    """What was made of a contract."""

    operations: int
    models: int
    unmatched: tuple[str, ...]
    """Actions of the overlay that match nothing in the contract."""
    changed: tuple[str, ...]
    """The generated files that differ from those that were in place before."""
    names: str
    """The text of spec/names.toml that belongs to it."""
    unchecked: tuple[str, ...] = ()
    """Patterns that the client does not check, since no bound of their steps is proven."""
    without_words: tuple[MissingWords, ...] = ()
    """Operations that the overlay has no name or no summary for."""
    ambiguities: tuple[str, ...] = ()
    """Operations and components of the lock that could be several of the contract: lines for a report."""
    other_server: str = ""
    """Which operations are at another server than the one that the client calls; empty where none is."""


def describe(contract: Mapping[str, Any], pin: Mapping[str, Any] | None = None) -> Described:
    """Apply the overlay of this tree to a contract; `pin` is the contract that the lock belongs to, if another one."""
    return describe_with(contract, load_file(OVERLAY), load_names(), pin)


@contextlib.contextmanager
def built(
    contract: Mapping[str, Any], target: Path, *, pin: Mapping[str, Any] | None = None, names: Names | None = None
) -> Iterator[tuple[Path, Generated]]:
    """
    Yield a staged client of a contract, verified, and what it is; `put_in_place` makes it the one at `target`.

    `names` is the lock, by default the one of this tree. `pin` is the contract that it belongs to, if `contract` is to
    follow it: what it has and `contract` lacks becomes an alias. Raises GeneratorError where no complete client can be
    made; `target` is not changed then.
    """
    version = _version(contract, pin, load_names() if names is None else names)
    with staged() as stage:
        render(version.plan, version.names, stage)
        verify(version.described.document, stage)
        yield (
            stage,
            Generated(
                operations=len(version.plan.operations),
                models=len(version.plan.models),
                unmatched=tuple(map(_named, version.described.unmatched)),
                changed=tuple(changed_files(stage, target)),
                names=names_text(version.names),
                without_words=without_words(version),
                ambiguities=version.described.unclear,
                unchecked=tuple(unchecked_patterns(version.described.document)),
                other_server=other_server(version.described.document),
            ),
        )


def _named(action: Action) -> str:
    """Return an action by what a maintainer can search for, and what it protects."""
    update = action.update if isinstance(action.update, Mapping) else {}
    return ", ".join([str(action), *(f"which {text}," for mark, text in _PROTECTIONS.items() if mark in update)])


def _version(contract: Mapping[str, Any], pin: Mapping[str, Any] | None, names: Names) -> Version:
    overlay = load_file(OVERLAY)
    if pin is None or not (names.operations or names.classes):  # an empty lock promises nothing
        return plan_version(contract, overlay, names=names)
    return plan_version(contract, overlay, before=plan_version(pin, overlay, names=names))


def generate(contract: Mapping[str, Any], target: Path, *, remember: bool = False, force: bool = False) -> Generated:
    """
    Make the client of a contract and put it at `target`, the package's folder, in one step.

    `remember` writes the names of its classes to spec/names.toml: for the client of this checkout only. `force`
    overwrites generated files that were edited. Call it inside of `generator.install.staging.writing` where another
    command may write to the same place.
    """
    with built(contract, target) as (stage, generated):
        others = {NAMES: (content(NAMES), generated.names.encode())} if remember else {}
        put_in_place(stage, target, others, force=force)
    return generated


def stale() -> tuple[list[str], Generated]:
    """
    Return what in this checkout differs from what the pin and the overlay give, as problems, and what they give.

    It takes no lock. What it sees while another command replaces files is not reported; it looks again.
    """
    until = time.monotonic() + _STEADY
    while True:
        before = _stamp()
        try:
            problems, generated = _stale()
        except GeneratorError:
            if _is_steady(before) or time.monotonic() > until:
                raise
        else:
            if not problems or _is_steady(before) or time.monotonic() > until:
                break
        time.sleep(0.2)
    if is_interrupted(CLIENT):
        problems.append("a command was killed while it replaced files: python -m generator generate finishes its step")
    return problems, generated


def _stale() -> tuple[list[str], Generated]:
    pin = load_pin()
    with built(pin.contract, CLIENT) as (_stage, generated):
        changed = generated.changed
    if content(NAMES) != generated.names.encode():
        changed = (*changed, f"spec/{NAMES.name}")
    problems = [LOST] if content(NAMES) is None else []
    if changed and not problems:
        listed = first_few(changed)
        problems.append(
            f"{len(changed)} generated files are not what the pin gives ({listed}): python -m generator generate"
        )
    if generated.other_server:
        problems.append(f"server: {generated.other_server}")
    return problems, generated


def _stamp() -> list[object]:
    """Return what changes whenever a command replaced files."""
    places = [PINNED, NAMES, CLIENT / LIST]
    return [place.stat().st_mtime_ns if place.exists() else None for place in places]


def _is_steady(before: list[object]) -> bool:
    return not is_written_now(CLIENT) and _stamp() == before
