"""
Separate form bodies from JSON bodies, and mark the required ones.

Limits of openapi-python-client: a form and a JSON body that share one schema share one class, so that a file in the
form is sent as the text of its bytes; `{}`, the vendor's way to say "a file", has no type at all; a body whose
`required` the vendor forgot is typed optional.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from generator.plan.extensions import MARKS
from generator.plan.normal_form import FILE
from generator.plan.responses import is_json
from generator.plan.walk import Schema, places, references, target_of
from generator.spec.contract import operations
from generator.spec.keywords import rebuild

FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
_FOLLOWED = 2  # references in each other; more are as they are


def is_form(media_type: str) -> bool:
    """Whether a body of this media type is sent as a form."""
    return media_type.split(";", maxsplit=1)[0].strip().lower() in FORMS


def separate_forms(document: dict[str, Any]) -> None:
    """Give every form its own schema, in which fields that may be a file are files."""
    components = document["components"]["schemas"]
    users = Counter(name for place in places(document) for name in set(references(place.schema)))
    forms = [place for place in places(document) if place.role == "body" and is_form(place.media_type)]
    in_forms = Counter(name for place in forms for name in set(references(place.schema)))
    for operation in operations(document).values():
        body = operation.get("requestBody")
        if body is not None:
            # An operation that declares a body wants it, unless it says otherwise.
            body["required"] = bool(body.get("required", True))
    for place in places(document):
        is_raw = place.role == "body" and not is_form(place.media_type) and not is_json(place.media_type)
        if is_raw and place.schema.get("format") == "binary":
            place.holder[place.key] = {"type": "string", "format": FILE}
    for place in forms:
        name = target_of(place.schema)
        if name and users[name] == in_forms[name] == 1:
            components[name] = _form(components[name], components)
        elif name:
            title = components[name].get("title", name)
            place.holder[place.key] = {"x-python-name": f"{title}Form", **_form(components[name], components)}
        else:
            place.holder[place.key] = _form(place.schema, components)


def _form(schema: Schema, components: dict[str, Schema], followed: int = 0) -> Schema:
    """Copy the schema of a form with `{}` and binary strings turned into files."""
    if "$ref" in schema and followed < _FOLLOWED:
        target = components.get(target_of(schema), {})
        schema = {key: value for key, value in target.items() if key != "title"}
        followed += 1
    result = dict(schema)
    if "allOf" in schema:
        result["allOf"] = [_form(part, components, followed) for part in schema["allOf"]]
    for key in ("anyOf", "oneOf"):
        if key in schema:
            result[key] = [_form(part, components, followed) for part in schema[key]]
    if "properties" in schema:
        result["properties"] = {name: _field(item) for name, item in schema["properties"].items()}
    return result


def _field(schema: Schema) -> Schema:
    bare = {key: value for key, value in schema.items() if key not in ("nullable", "deprecated", *MARKS)}
    if bare == {} or bare.get("format") == "binary":
        return {**schema, "type": "string", "format": FILE}
    if "properties" in schema or "additionalProperties" in schema:
        return schema  # an object inside of a form travels as JSON
    return rebuild(schema, _field)
