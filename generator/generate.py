"""
The way from a contract to a client: overlay, prepare, render, verify, put in place.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from generator.errors import GeneratorError
from generator.install.inventory import LIST
from generator.install.staging import CLIENT, changed_files, is_interrupted, is_written_now, put_in_place, staged
from generator.install.verify import verify
from generator.plan import Prepared, prepare
from generator.plan.class_names import NAMES, classes_text, load_classes, remembering
from generator.plan.patterns import unchecked_patterns
from generator.render.render import render
from generator.spec.overlay import Applied, apply, load_file
from generator.spec.pin import OVERLAY, PINNED, load_pin

_STEADY = 30.0  # seconds that a reader waits for a command that replaces files


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


def describe(contract: Mapping[str, Any]) -> Applied:
    """Apply the overlay to a contract. Actions that match nothing are in the result; the rest is applied."""
    return apply(load_file(OVERLAY), remembering(contract, load_classes()))


@contextlib.contextmanager
def built(contract: Mapping[str, Any], target: Path) -> Iterator[tuple[Path, Generated]]:
    """
    Yield a staged client of a contract, verified, and what it is; `put_in_place` makes it the one at `target`.

    Raises GeneratorError where it cannot be made completely; nothing at `target` is changed by that.
    """
    described, prepared = _prepared(contract)
    with staged() as stage:
        render(prepared, stage)
        verify(described.document, stage)
        yield (
            stage,
            Generated(
                operations=len(prepared.plan.operations),
                models=len(prepared.plan.models),
                unmatched=tuple(str(action) for action in described.unmatched),
                changed=tuple(changed_files(stage, target)),
                names=classes_text(prepared.classes),
                unchecked=tuple(unchecked_patterns(described.document)),
            ),
        )


def _prepared(contract: Mapping[str, Any]) -> tuple[Applied, Prepared]:
    """Describe and prepare a contract; refuse one that breaks OpenAPI's own rules."""
    try:
        described = describe(contract)
        return described, prepare(described.document)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise GeneratorError(
            "The description cannot be prepared: a value has another type than OpenAPI requires, or the description"
            f" nests too deeply ({type(error).__name__}: {error})."
        ) from error


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


def content(path: Path) -> bytes | None:
    """Return what a file holds, None where there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def stale() -> list[str]:
    """
    Return what in this checkout differs from what the pin and the overlay give, as problems to report.

    It takes no lock. What it sees while another command replaces files is not reported; it looks again.
    """
    until = time.monotonic() + _STEADY
    while True:
        before = _stamp()
        try:
            problems = _stale()
        except GeneratorError:
            if _is_steady(before) or time.monotonic() > until:
                raise
        else:
            if not problems or _is_steady(before) or time.monotonic() > until:
                break
        time.sleep(0.2)
    if is_interrupted(CLIENT):
        problems.append("a command was killed while it replaced files: python -m generator generate finishes its step")
    return problems


def _stale() -> list[str]:
    pin = load_pin()
    with built(pin.contract, CLIENT) as (_stage, generated):
        changed, unmatched = generated.changed, generated.unmatched
    if content(NAMES) != generated.names.encode():
        changed = (*changed, f"spec/{NAMES.name}")
    problems = [f"spec/overlay.yaml: {action} matches nothing in the pin" for action in unmatched]
    if changed:
        listed = ", ".join(changed[:5]) + (f" and {len(changed) - 5} more" if len(changed) > 5 else "")
        problems.append(
            f"{len(changed)} generated files are not what the pin gives ({listed}): python -m generator generate"
        )
    return problems


def _stamp() -> list[object]:
    """Return what changes whenever a command replaced files."""
    places = [PINNED, NAMES, CLIENT / LIST]
    return [place.stat().st_mtime_ns if place.exists() else None for place in places]


def _is_steady(before: list[object]) -> bool:
    return not is_written_now(CLIENT) and _stamp() == before
