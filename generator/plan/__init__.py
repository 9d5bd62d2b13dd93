"""
From a described contract to a plan that openapi-python-client can render completely.

A pass works around one limit of the tool; other modules name things, keep the lock of names and read marks of the
overlay. The passes change a copy, never the contract that is pinned.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from attrs import evolve, field, frozen

from generator.errors import GeneratorError
from generator.plan.bodies import separate_forms
from generator.plan.components import hoist
from generator.plan.description import Described, describe
from generator.plan.limits import check_size
from generator.plan.naming.lock import Names, pin_date
from generator.plan.naming.members import held
from generator.plan.naming.promises import promise
from generator.plan.normal_form import normalise
from generator.plan.operations import name_operations
from generator.plan.pictures import check_marks
from generator.plan.plan import Plan
from generator.plan.planning import make_plan
from generator.plan.references import WAY_OUT, resolve_references
from generator.plan.responses import complete_responses
from generator.spec.canonical import copied
from generator.spec.contract import operations
from generator.spec.identity import Address
from generator.spec.overlay import Overlay

BROKEN = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What reading a description raises that breaks OpenAPI's own rules."""


@frozen
class Version:
    """A contract with its plan and names, which depend on the version before too."""

    contract: Mapping[str, Any] = field(repr=False)
    described: Described = field(repr=False)
    plan: Plan = field(repr=False)
    names: Names = field(repr=False)
    """The lock that belongs to it."""


def plan_version(
    contract: Mapping[str, Any], overlay: Overlay, *, names: Names | None = None, before: Version | None = None
) -> Version:
    """
    Plan a contract. Raises GeneratorError where no client can be generated from it.

    `before` is the previous version: its names stay, and names that the contract lacks become aliases. Without it,
    `names` is the lock to use; an empty lock has no names to keep.
    """
    lock = before.names if before else names or Names()
    described = describe(contract, overlay, lock, before.contract if before else None)
    lock = evolve(lock, components=described.components.table)
    try:
        plan, promised = plan_of(
            described.document, lock, previous=before.plan if before else None, mentioned=described.mentioned
        )
    except BROKEN as error:
        raise GeneratorError(
            "The description cannot be prepared: a value has another type than OpenAPI requires, or it nests too"
            f" deeply ({type(error).__name__}: {error}). {WAY_OUT}"
        ) from error
    return Version(contract, described, plan, promised)


def plan_of(
    described: Mapping[str, Any],
    names: Names | None = None,
    *,
    previous: Plan | None = None,
    mentioned: Collection[Address] = (),
) -> tuple[Plan, Names]:
    """
    Return the plan of a described contract, and the lock that belongs to it; the contract is left as it is.

    `names` is the lock before. Raises GeneratorError where the contract cannot be rendered whole.
    """
    names = names or Names()
    document = copied(described)
    resolve_references(document)
    check_marks(document)
    complete_responses(document)
    renamed = name_operations(document, [*names.operations, *names.aliases.operations])
    names = names.with_operations_renamed(renamed)
    separate_forms(document)
    normalise(document)
    names, classes = hoist(document, names)
    plan = make_plan(document, held(names, previous, renamed, classes))
    check_size(plan)
    ids = {address: str(one["operationId"]) for address, one in operations(document).items() if one.get("operationId")}
    locked = promise(
        names,
        plan,
        date=pin_date(described),
        operations=renamed,
        classes=classes,
        previous=previous,
        operation_ids=ids,
        mentioned=mentioned,
    )
    return plan, locked
