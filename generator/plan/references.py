"""
Resolve all references except those to schemas, which then all name a component, and move the parameters of a path into
its operations.

Limit of openapi-python-client: it reads references to parameters, bodies and responses only in part, never those of
headers, follows none that leads into a schema or names a component with escapes, and refuses a description whose
`components` holds a list where a mapping belongs.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from generator.errors import GeneratorError
from generator.plan.walk import Place, Schema, places
from generator.spec.canonical import copied
from generator.spec.component_references import SCHEMAS
from generator.spec.contract import METHODS, operations
from generator.spec.keywords import rebuild
from generator.spec.pointers import resolve, unescaped

FOLLOWED = 20
WAY_OUT = "Wait for the next description, or mend this one in spec/overlay.yaml."


def resolve_references(document: dict[str, Any]) -> None:
    """Give every operation its own parameters, body and responses, with a schema at each."""
    document.setdefault("components", {}).setdefault("schemas", {})
    for path, item in document["paths"].items():
        own = document["paths"][path] = _target(document, item)
        shared = own.pop("parameters", [])
        for operation in (own[method] for method in METHODS if method in own):
            _resolve_operation(document, operation, shared)
    for (method, path), operation in operations(document).items():
        for parameter in operation["parameters"]:
            if parameter.get("in") not in ("path", "query", "header", "cookie") or not parameter.get("name"):
                found = f"{method.upper()} {path}: a parameter without name or place: {parameter}."
                raise GeneratorError(f"{found} {WAY_OUT}")
    _name_components(document)


def _resolve_operation(document: dict[str, Any], operation: dict[str, Any], shared: list[Any]) -> None:
    own = [_target(document, parameter) for parameter in operation.get("parameters", [])]
    declared = {(parameter.get("in"), parameter.get("name")): parameter for parameter in own}
    for parameter in (copied(_target(document, parameter)) for parameter in shared):
        declared.setdefault((parameter.get("in"), parameter.get("name")), parameter)
    operation["parameters"] = [_with_schema(parameter) for parameter in declared.values()]
    if "requestBody" in operation:
        body = operation["requestBody"] = _target(document, operation["requestBody"])
        _complete_content(body)
        if not body["content"]:
            del operation["requestBody"]
    operation["responses"] = {
        str(status): _target(document, response) for status, response in operation.get("responses", {}).items()
    }
    for response in operation["responses"].values():
        _complete_content(response)


def _complete_content(holder: dict[str, Any]) -> None:
    for media in holder.setdefault("content", {}).values():
        media.setdefault("schema", {})


def _with_schema(parameter: dict[str, Any]) -> dict[str, Any]:
    """A parameter may declare `content` instead of `schema`: one media type, whose schema it is."""
    content = parameter.get("content")
    if "schema" not in parameter and content:
        media_type, media = next(iter(content.items()))
        return parameter | {"schema": media.get("schema", {}), "x-media-type": media_type}
    return {"schema": {}} | parameter


def _target(document: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    """Follow `$ref` to a copy of what it points at; anything else is returned as it is."""
    for steps in range(FOLLOWED):
        if "$ref" not in value:
            return copied(value) if steps else value
        try:
            value = _at(document, str(value["$ref"]))
        except KeyError:
            raise GeneratorError(
                f"The reference {str(value['$ref'])[:80]!r} points at nothing in the description. {WAY_OUT}"
            ) from None
    found = f"A reference leads in a circle or over more than {FOLLOWED} steps: {value['$ref']!r}."
    raise GeneratorError(f"{found} {WAY_OUT}")


def _name_components(document: dict[str, Any]) -> None:
    """Let every reference name a component as it is; what stands elsewhere and is referred to becomes one."""
    components: dict[str, Schema] = document["components"]["schemas"]

    def named(schema: Schema) -> Schema:
        schema = rebuild(schema, named)
        if "$ref" in schema:
            schema["$ref"] = SCHEMAS + _component(document, str(schema["$ref"]), added)
        return schema

    waiting = list(places(document))
    while waiting:
        added: list[str] = []
        for place in waiting:
            try:
                place.holder[place.key] = named(place.schema)
            except KeyError as error:
                name = str(error.args[0])[:80]
                raise GeneratorError(
                    f"{place.shown} refers to the schema {name!r}, which the description lacks. {WAY_OUT}"
                ) from None
        waiting = [Place(components, name, role="component", name=name) for name in added]


def _component(document: dict[str, Any], reference: str, added: list[str]) -> str:
    """Return the name of the component that is referred to; KeyError for one that the description lacks."""
    components = document["components"]["schemas"]
    name = reference.removeprefix(SCHEMAS)
    if name not in components:
        name = unescaped(unquote(name))
    if name not in components:
        name = reference.removeprefix(SCHEMAS)
        components[name] = copied(_at(document, reference))
        added.append(name)
    return name


def _at(document: dict[str, Any], reference: str) -> dict[str, Any]:
    """What a reference points at; KeyError where it is missing or not an object."""
    for spelt in (reference, unquote(reference)):
        try:
            value = resolve(document, spelt.removeprefix("#"))
        except (KeyError, ValueError):
            continue
        if isinstance(value, dict) and spelt.startswith("#/"):
            return value
    raise KeyError(reference.removeprefix(SCHEMAS))
