"""
Write the description that openapi-python-client reads: the names of the plan, and nothing else.

No text of the description reaches the tool, and no schema: the templates take them from the plan, and verification
compares the rendered client with the contract. The tool gives operations and classes their modules and drives the
templates.
"""

from __future__ import annotations

from typing import Any

from generator.plan.plan import Plan


def tool_document(plan: Plan) -> dict[str, Any]:
    """Return an OpenAPI 3.1 document of the plan."""
    paths = {
        f"/{operation.tag}/{operation.function}": {
            "get": {
                "operationId": operation.function,
                "tags": [operation.tag],
                "responses": {"200": {"description": "-"}},
            }
        }
        for operation in plan.operations
    }
    schemas: dict[str, Any] = {name: {"type": "object"} for name in plan.models}
    schemas |= {name: {"type": enum.kind, "enum": list(enum.values)} for name, enum in plan.enums.items()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Venice", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    }
