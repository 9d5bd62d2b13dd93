"""
Turns a described contract into what openapi-python-client can render without losing anything.

An ordered tuple of passes, one workaround a file, each naming the limit of the tool that it answers. They change a
copy: the contract that is pinned and compared never sees them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen

from generator.plan.bodies import separate_forms
from generator.plan.hoist import hoist
from generator.plan.limits import check_size
from generator.plan.normal import normalise
from generator.plan.operations import name_operations
from generator.plan.pictures import check_marks
from generator.plan.plan import Plan
from generator.plan.planning import make_plan
from generator.plan.references import resolve_references
from generator.plan.responses import complete_responses
from generator.plan.tool import tool_document

PASSES: tuple[Callable[[dict[str, Any]], None], ...] = (
    resolve_references,
    check_marks,
    complete_responses,
    name_operations,
    separate_forms,
    normalise,
    hoist,
)


@frozen
class Prepared:
    """A plan of what is to be rendered, and the description of it that openapi-python-client reads."""

    plan: Plan
    document: dict[str, Any]
    classes: Mapping[str, str]
    """The names of classes that are to be remembered, with hashes of their shapes."""


def prepare(described: Mapping[str, Any]) -> Prepared:
    """Prepare a described contract; it is left as it is. Raises GeneratorError where it cannot be rendered whole."""
    document = json.loads(json.dumps(described))
    for change in PASSES:
        change(document)
    plan = make_plan(document)
    check_size(plan)
    return Prepared(plan=plan, document=tool_document(plan), classes=document["x-python-classes"])
