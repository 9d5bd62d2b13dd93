"""
The way from a contract to a client: overlay, prepare, render, verify, swap.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from generator.errors import GeneratorError
from generator.install.staging import CLIENT, put_in_place, same, staged
from generator.install.verify import verify
from generator.plan import Prepared, prepare
from generator.plan.class_names import NAMES, classes_text, load_classes, remembering
from generator.render.render import render
from generator.spec.overlay import Applied, apply, load_file
from generator.spec.pin import OVERLAY, load_pin, written


@frozen
class Generated:
    """What was made of a contract."""

    operations: int
    models: int
    unmatched: tuple[str, ...]
    """Actions of the overlay that found nothing in the contract."""
    changed: tuple[str, ...]
    """The generated files that differ from those that were in place before."""
    names: str
    """The text of spec/names.toml that belongs to it."""


def describe(contract: Mapping[str, Any]) -> Applied:
    """Apply the overlay to a contract. Actions that match nothing are told of; the rest is applied."""
    return apply(load_file(OVERLAY), remembering(contract, load_classes()))


@contextlib.contextmanager
def built(contract: Mapping[str, Any], target: Path) -> Iterator[tuple[Path, Generated]]:
    """
    Yield a staged client of a contract, verified, and what it is; `put_in_place` makes it the one at `target`.

    Raises GeneratorError where it cannot be made whole; nothing at `target` is changed by that.
    """
    described, prepared = _prepared(contract)
    with staged(target) as stage:
        render(prepared, stage)
        verify(described.document, stage)
        yield (
            stage,
            Generated(
                operations=len(prepared.plan.operations),
                models=len(prepared.plan.models),
                unmatched=tuple(str(action) for action in described.unmatched),
                changed=tuple(same(stage, target)),
                names=classes_text(prepared.classes),
            ),
        )


def _prepared(contract: Mapping[str, Any]) -> tuple[Applied, Prepared]:
    """Describe and prepare a contract. One that breaks OpenAPI's own rules is refused: it trips whoever reads it."""
    try:
        described = describe(contract)
        return described, prepare(described.document)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise GeneratorError(
            "The description cannot be prepared: a value stands where OpenAPI wants one of another kind, or it nests"
            f" too deeply ({type(error).__name__}: {error})."
        ) from error


def generate(contract: Mapping[str, Any], target: Path, *, remember: bool = False) -> Generated:
    """
    Make the client of a contract and put it at `target`, the package's folder, in one step.

    `remember` writes down what its classes are called: of the client in this tree alone.
    """
    with built(contract, target) as (stage, generated), written({NAMES: generated.names} if remember else {}):
        put_in_place(stage, target)
    return generated


def stale() -> list[str]:
    """Return what in this tree is not what the pin and the overlay give, as problems to be told."""
    pin = load_pin()
    with built(pin.contract, CLIENT) as (_stage, generated):
        changed, unmatched = generated.changed, generated.unmatched
    if not NAMES.exists() or NAMES.read_text(encoding="utf-8") != generated.names:
        changed = (*changed, f"spec/{NAMES.name}")
    problems = [f"spec/overlay.yaml: {action} matches nothing in the pin" for action in unmatched]
    if changed:
        listed = ", ".join(changed[:5]) + (f" and {len(changed) - 5} more" if len(changed) > 5 else "")
        problems.append(
            f"{len(changed)} generated files are not what the pin gives ({listed}): python -m generator generate"
        )
    return problems
