"""
Reads the plan off a description that all passes went over: names for fields, parameters and arguments, the order of
arguments, paging, security.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from attrs import evolve

from generator.contract import operations
from generator.naming import (
    ANNOTATIONS,
    ARGUMENTS,
    MODEL_MEMBERS,
    identifier,
    module_name,
    unique,
)
from generator.prepare.hoist import is_enum, is_model
from generator.prepare.plan import Argument, Enum, Field, Model, Operation, Paging, Parameter, Plan, Scheme, folder
from generator.prepare.walk import SCHEMAS, Schema


def make_plan(document: dict[str, Any]) -> Plan:
    """Read the plan off a description that all passes went over."""
    schemas = document["components"]["schemas"]
    models = {name: _model(name, schema) for name, schema in schemas.items() if is_model(schema)}
    enums = {
        name: Enum(name, module_name(name), schema["type"], tuple(schema["enum"]))
        for name, schema in schemas.items()
        if is_enum(schema)
    }
    listed = sorted(operations(document).items(), key=lambda item: str(item[1]["x-python-name"]))
    functions = _modules([str(operation["x-python-name"]) for _, operation in listed])
    taken = {str(operation["x-python-name"]) for _, operation in listed}
    planned = tuple(
        with_paging(_operation(method, path, operation, document, models, module), operation, models, taken)
        for ((method, path), operation), module in zip(listed, functions, strict=True)
    )
    return Plan(operations=planned, models=models, enums=enums)


def _modules(names: list[str]) -> list[str]:
    """A module for every operation: "api.chat_completions.create"."""
    return [f"api.{folder(name.rpartition('.')[0])}.{module_name(name.rpartition('.')[2])}" for name in names]


def _model(name: str, schema: Schema) -> Model:
    reserved = ANNOTATIONS | MODEL_MEMBERS
    wires = sorted(schema["properties"], key=lambda wire: (wire not in schema["required"], wire))
    # The order of the alphabet decides who keeps a contested name, not who is required.
    names = dict(zip(sorted(wires), unique(identifier(wire, reserved=reserved) for wire in sorted(wires)), strict=True))
    fields = tuple(Field(names[wire], wire, schema["properties"][wire], wire in schema["required"]) for wire in wires)
    return Model(name, module_name(name), fields, closed=schema["additionalProperties"] is False)


def _operation(
    method: str,
    path: str,
    operation: dict[str, Any],
    document: dict[str, Any],
    models: dict[str, Model],
    module: str,
) -> Operation:
    security = _security(operation.get("security", document.get("security", [])), document)
    access = {scheme.parameter.lower() for alternative in security for scheme in alternative}
    parameters = _parameters(path, operation["parameters"], access)
    template = path
    for parameter in parameters:
        if parameter.location == "path":
            template = template.replace(f"{{{parameter.wire}}}", f"{{{parameter.name}}}")
    body = operation.get("requestBody", {"content": {}, "required": False})
    bodies = {media_type: media["schema"] for media_type, media in body["content"].items()}
    body_models = {
        media_type: models[str(schema["$ref"]).removeprefix(SCHEMAS)]
        for media_type, schema in bodies.items()
        if str(schema.get("$ref", "")).removeprefix(SCHEMAS) in models
    }
    if len(body_models) < len(bodies):
        body_models = {}
    resource, _, function = str(operation["x-python-name"]).rpartition(".")
    return Operation(
        method=method.upper(),
        path=path,
        template=template,
        name=str(operation["x-python-name"]),
        resource=resource,
        tag=folder(resource),
        function=function,
        module=module,
        summary=str(operation.get("summary") or f"Call {method.upper()} {path}."),
        description=str(operation.get("description", "")),
        parameters=parameters,
        bodies=bodies,
        body_required=bool(body["required"]),
        results={
            status: {media_type: media["schema"] for media_type, media in response["content"].items()}
            for status, response in sorted(operation["responses"].items())
        },
        security=security,
        paid="x-payment-info" in operation or "402" in operation["responses"],
        deprecated=bool(operation.get("deprecated")),
        arguments=_arguments(parameters, bodies, body_models, required=bool(body["required"])),
        body_models=body_models,
        facade=tuple(str(name) for name in operation.get("x-python-facade", ())),
    )


def with_paging(
    operation: Operation, declared: Mapping[str, Any], models: Mapping[str, Model], taken: Collection[str]
) -> Operation:
    """Add how the pages of an operation follow each other, where the overlay says so and the contract still fits."""
    said = declared.get("x-python-paging")
    if not isinstance(said, Mapping):
        return operation
    function = "iterate" if operation.function == "list" else f"iterate_{operation.function}"
    parameter = next((item.name for item in operation.arguments if item.wire == said.get("parameter")), "")
    page = next((schema for kind, schema in operation.successes.items() if kind.endswith("json")), {})
    items, item = _way(page, str(said.get("items", "")), models)
    more, _ = _way(page, str(said.get("more", "")), models)
    if not parameter or not items or f"{operation.resource}.{function}" in taken:
        return operation
    return evolve(operation, paging=Paging(function, str(said["by"]), parameter, items, item.get("items", {}), more))


def _way(schema: Schema, path: str, models: Mapping[str, Model]) -> tuple[tuple[str, ...], Schema]:
    """Return the attributes that a path of names on the wire leads over, and the schema at its end; none if broken."""
    names = []
    for wire in path.split(".") if path else []:
        model = models.get(str(schema.get("$ref", "")).removeprefix(SCHEMAS))
        field = next((item for item in model.fields if item.wire == wire), None) if model else None
        if field is None:
            return (), {}
        names.append(field.name)
        schema = field.schema
    return tuple(names), schema


def _parameters(path: str, declared: list[dict[str, Any]], access: Collection[str]) -> tuple[Parameter, ...]:
    order = {name: index for index, name in enumerate(re.findall(r"{([^{}]+)}", path))}
    missing = set(order) - {item["name"] for item in declared if item["in"] == "path"}
    # A placeholder that nothing declares must be filled all the same.
    declared = [
        *declared,
        *({"in": "path", "name": name, "schema": {"type": "string"}} for name in sorted(missing)),
    ]
    declared = [item for item in declared if item["in"] != "path" or item["name"] in order]
    declared.sort(key=lambda item: (item["in"] != "path", order.get(item["name"], 0), item["in"], item["name"]))
    names = unique((identifier(item["name"]) for item in declared), reserved=ARGUMENTS)
    return tuple(
        Parameter(
            name=name,
            wire=item["name"],
            location=item["in"],
            required=item["in"] == "path" or bool(item.get("required")),
            schema=item["schema"],
            style=str(item.get("style") or {"query": "form", "cookie": "form"}.get(item["in"], "simple")),
            explode=bool(
                item.get("explode", item.get("style", "form") == "form" and item["in"] in ("query", "cookie"))
            ),
            deprecated=bool(item.get("deprecated")),
            needed=item["in"] == "path"
            or (bool(item.get("required")) and not (item["in"] == "header" and item["name"].lower() in access)),
        )
        for item, name in zip(declared, names, strict=True)
    )


def _arguments(
    parameters: tuple[Parameter, ...],
    bodies: dict[str, Schema],
    body_models: dict[str, Model],
    *,
    required: bool,
) -> tuple[Argument, ...]:
    arguments = [Argument(item.name, item.wire, item.location, item.needed, (item.schema,)) for item in parameters]
    if bodies and not body_models:
        arguments.append(Argument("body", "", "body", required, tuple(bodies.values())))
    properties: dict[str, list[Field]] = {}
    for model in body_models.values():
        for field in model.fields:
            properties.setdefault(field.wire, []).append(field)
    names = unique(
        (identifier(wire, reserved=ARGUMENTS | ANNOTATIONS) for wire in sorted(properties)),
        reserved=[item.name for item in parameters],
    )
    for wire, name in zip(sorted(properties), names, strict=True):
        fields = properties[wire]
        needed = required and len(fields) == len(body_models) and all(field.required for field in fields)
        arguments.append(Argument(name, wire, "property", needed, tuple(field.schema for field in fields)))
    return tuple(sorted(arguments, key=lambda item: (not item.required, item.source == "property", item.name)))


def _security(alternatives: list[dict[str, Any]], document: dict[str, Any]) -> tuple[tuple[Scheme, ...], ...]:
    schemes = document["components"].get("securitySchemes", {})
    return tuple(
        tuple(_scheme(name, schemes.get(name, {})) for name in sorted(alternative)) for alternative in alternatives
    )


def _scheme(name: str, declared: dict[str, Any]) -> Scheme:
    if declared.get("type") == "apiKey":
        return Scheme(name, "apiKey", str(declared.get("in", "header")), str(declared.get("name", "")))
    if declared.get("type") == "http":
        return Scheme(name, str(declared.get("scheme", "")).lower(), "header", "Authorization")
    return Scheme(name, str(declared.get("type", "")), "", "")
