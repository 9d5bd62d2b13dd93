"""
Refuse a plan that is too large to render: that would take minutes and gigabytes.

The limits are at least ten times the size of the API.
"""

from __future__ import annotations

from generator.errors import GeneratorError
from generator.plan.plan import Plan

OPERATIONS = 1_000
CLASSES = 3_000
MEMBERS = 60_000
"""Fields of models, values of enums, parameters and arguments of operations, together."""


def check_size(plan: Plan) -> None:
    """Raise GeneratorError, with what was found, where a plan exceeds a limit."""
    members = sum(len(model.fields) for model in plan.models.values())
    members += sum(len(enum.values) for enum in plan.enums.values())
    members += sum(len(item.parameters) + len(item.arguments) for item in plan.operations)
    for name, found, limit in (
        ("operations", len(plan.operations), OPERATIONS),
        ("classes", len(plan.models) + len(plan.enums), CLASSES),
        ("fields, values and arguments", members, MEMBERS),
    ):
        if found > limit:
            raise GeneratorError(f"A client can have at most {limit:,} {name}, and the description has {found:,}.")
