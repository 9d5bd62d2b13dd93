"""
Make the plan of a prepared description: names of fields, parameters and arguments, the order of arguments, paging,
security.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from attrs import evolve, frozen

from generator.plan.extensions import SHORTCUTS
from generator.plan.marks import Marks, keywords_of, marks_of, with_paging
from generator.plan.naming.identifiers import ARGUMENTS, FACADE_ARGUMENTS, module_name
from generator.plan.naming.members import Held, field_name, member_names, parameter_name, property_name
from generator.plan.occurrences import is_enum, is_model
from generator.plan.pictures import PictureSearch
from generator.plan.plan import Argument, Enum, Field, Model, Operation, Parameter, Plan, Scheme, folder
from generator.plan.shortcuts import shortcuts_of
from generator.plan.walk import Schema, target_of
from generator.spec.contract import operations
from generator.spec.identity import placeholders


def make_plan(document: dict[str, Any], held: Held | None = None) -> Plan:
    """Make the plan of a prepared description; `held` are the names to keep."""
    held = held or Held()
    schemas = document["components"]["schemas"]
    models = {name: _model(name, schema, held) for name, schema in schemas.items() if is_model(schema)}
    for name in [name for name in models if SHORTCUTS in schemas[name]]:
        shortcuts = tuple(shortcuts_of(models[name], schemas[name], models))
        models[name] = evolve(models[name], shortcuts=shortcuts)
    enums = {
        name: Enum(name, module_name(name), schema["type"], tuple(schema["enum"]))
        for name, schema in schemas.items()
        if is_enum(schema)
    }
    planner = _Planner(document, models, PictureSearch(models), held)
    listed = sorted(operations(document).items(), key=lambda item: str(item[1]["x-python-name"]))
    taken = {str(operation["x-python-name"]) for _, operation in listed}
    planned = []
    for (method, path), operation in listed:
        marks = marks_of(method, path, operation)
        planned.append(with_paging(planner.plan(method, path, operation, marks), marks.paging, models, taken))
    return Plan(operations=tuple(planned), models=models, enums=enums)


def _model(name: str, schema: Schema, held: Held) -> Model:
    wires = sorted(schema["properties"], key=lambda wire: (wire not in schema["required"], wire))
    names = member_names({wire: field_name(wire) for wire in wires}, held.fields.get(name, {}))
    fields = tuple(Field(names[wire], wire, schema["properties"][wire], wire in schema["required"]) for wire in wires)
    return Model(name, module_name(name), fields, closed=schema["additionalProperties"] is False)


@frozen
class _Planner:
    """Plans the operations of one description."""

    document: dict[str, Any]
    models: Mapping[str, Model]
    search: PictureSearch
    held: Held

    def plan(self, method: str, path: str, operation: dict[str, Any], marks: Marks) -> Operation:
        security = _security(operation.get("security", self.document.get("security", [])), self.document)
        access = {scheme.parameter.lower() for alternative in security for scheme in alternative}
        name = str(operation["x-python-name"])
        kept = self.held.arguments_of(name, path)
        parameters = _parameters(path, operation["parameters"], access, kept)
        body = operation.get("requestBody", {"content": {}, "required": False})
        bodies = {media_type: media["schema"] for media_type, media in body["content"].items()}
        body_models = {
            media_type: self.models[target_of(schema)]
            for media_type, schema in bodies.items()
            if target_of(schema) in self.models
        }
        if len(body_models) < len(bodies):
            body_models = {}
        resource, _, function = name.rpartition(".")
        is_paid = "x-payment-info" in operation or "402" in operation["responses"] or name in self.held.paid
        own = FACADE_ARGUMENTS if marks.facade or marks.job else ()
        return Operation(
            method=method.upper(),
            path=path,
            name=name,
            resource=resource,
            tag=folder(resource),
            function=function,
            module=f"api.{folder(resource)}.{module_name(function)}",
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
            paid=is_paid if marks.paid is None else marks.paid,
            deprecated=bool(operation.get("deprecated")),
            arguments=_ordered(
                _arguments(parameters, bodies, body_models, kept, own, required=bool(body["required"])),
                marks.arguments,
                marks.leading,
            ),
            body_models=body_models,
            pictures=self.search.places(bodies),
            facade=marks.facade,
            job=marks.job if body_models else "",
            keywords=keywords_of(marks),
        )


def _parameters(
    path: str, declared: list[dict[str, Any]], access: Collection[str], kept: Mapping[str, str]
) -> tuple[Parameter, ...]:
    order = {name: index for index, name in enumerate(placeholders(path))}
    missing = set(order) - {item["name"] for item in declared if item["in"] == "path"}
    # A placeholder that nothing declares must be filled all the same.
    declared = [
        *declared,
        *({"in": "path", "name": name, "schema": {"type": "string"}} for name in sorted(missing)),
    ]
    declared = [item for item in declared if item["in"] != "path" or item["name"] in order]
    declared.sort(key=lambda item: (item["in"] != "path", order.get(item["name"], 0), item["in"], item["name"]))
    wires = {f"{item['in']} {item['name']}": parameter_name(item["name"]) for item in declared}
    names = member_names(wires, kept, reserved=ARGUMENTS)
    return tuple(
        Parameter(
            name=names[f"{item['in']} {item['name']}"],
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
        for item in declared
    )


def _arguments(
    parameters: tuple[Parameter, ...],
    bodies: dict[str, Schema],
    body_models: dict[str, Model],
    kept: Mapping[str, str],
    own: Collection[str],
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
    derived = {wire: property_name(wire) for wire in properties}
    names = member_names(
        {f"property {wire}": f"{name}_" if name in own else name for wire, name in derived.items()},
        kept,
        reserved=[item.name for item in parameters],
    )
    for wire in sorted(properties):
        name = names[f"property {wire}"]
        fields = properties[wire]
        needed = required and len(fields) == len(body_models) and all(field.required for field in fields)
        arguments.append(Argument(name, wire, "property", needed, tuple(field.schema for field in fields)))
    return tuple(sorted(arguments, key=lambda item: (not item.required, item.source == "property", item.name)))


def _ordered(
    arguments: tuple[Argument, ...], texts: Mapping[str, str], leading: tuple[str, ...]
) -> tuple[Argument, ...]:
    """Add what the overlay says. Those that may be given by position come first: placeholders of the path always."""
    order = {name: index for index, name in enumerate(leading)}
    described = [
        evolve(item, text=texts.get(item.wire, ""), is_leading=item.source == "path" or item.wire in order)
        for item in arguments
    ]
    described.sort(key=lambda item: (not item.is_leading, item.source != "path", order.get(item.wire, 0)))
    return tuple(described)


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
