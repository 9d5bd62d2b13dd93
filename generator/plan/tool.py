"""
Write the description that openapi-python-client reads: the plan in the tool's terms, with safe names only.

No text of the description reaches the tool: paths and parameter names are the Python names of the plan, media types are
the three that it knows, prose and defaults are gone. The tool resolves classes, modules and types of operations, checks
that they fit together (each of its warnings is an error here), and drives our templates.
"""

from __future__ import annotations

from typing import Any

from generator.plan.normal_form import FILE, NULL
from generator.plan.plan import Model, Operation, Plan
from generator.plan.responses import is_json
from generator.plan.walk import Schema


def tool_document(plan: Plan) -> dict[str, Any]:
    """Return an OpenAPI 3.1 document of the plan."""
    paths: dict[str, Any] = {}
    for operation in plan.operations:
        paths[f"/{operation.tag}/{operation.function}{_placeholders(operation)}"] = {
            operation.method.lower(): _operation(operation)
        }
    schemas: dict[str, Schema] = {name: _model(model) for name, model in plan.models.items()}
    for name, enum in plan.enums.items():
        schemas[name] = {"type": enum.kind, "enum": list(enum.values)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Venice", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _placeholders(operation: Operation) -> str:
    return "".join(f"/{{{item.name}}}" for item in operation.parameters if item.location == "path")


def _operation(operation: Operation) -> dict[str, Any]:
    written: dict[str, Any] = {
        "operationId": operation.function,
        "tags": [operation.tag],
        "parameters": [
            {
                "name": item.name,
                "in": item.location,
                "required": item.required,
                "schema": _in_url(item.schema),
            }
            for item in operation.parameters
            if item.location == "path"  # the templates take the others from the plan: the tool compares each with all
        ],
        "responses": {status: _response(content) for status, content in operation.results.items()},
    }
    if operation.bodies:
        content = {}
        for media_type, schema in operation.bodies.items():
            known = "application/json" if is_json(media_type) else "multipart/form-data"
            content[known] = {"schema": _schema(schema)}
        written["requestBody"] = {"required": operation.body_required, "content": content}
    return written


def _response(content: Any) -> dict[str, Any]:
    response: dict[str, Any] = {"description": "-"}
    for media_type, schema in content.items():
        if is_json(media_type):
            response["content"] = {"application/json": {"schema": _schema(schema)}}
        elif media_type.startswith("text/"):
            response["content"] = {"text/plain": {"schema": {"type": "string"}}}
        else:
            response["content"] = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        break
    return response


def _model(model: Model) -> Schema:
    """Return a class without properties: the templates take them from the plan, and the tool compares each with all."""
    return {"type": "object", "additionalProperties": not model.closed}


def _in_url(schema: Schema) -> Schema:
    """The tool takes few types in paths, headers and cookies: text stands for all others."""
    return {"type": "integer" if schema.get("type") == "integer" else "string"}


def _schema(schema: Schema) -> Schema:
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}
    if "anyOf" in schema:
        return {"anyOf": [_schema(branch) for branch in schema["anyOf"]]}
    if "items" in schema:
        return {"type": "array", "items": _schema(schema["items"])}
    if schema.get("type") == "object":
        return {}  # a dictionary: the tool would make a class of it
    if schema == NULL:
        return NULL
    if schema.get("format") == FILE:
        return {"type": "string", "format": "binary"}
    return {"type": schema["type"]} if "type" in schema else {}
