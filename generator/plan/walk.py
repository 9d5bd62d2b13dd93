"""
Find the schemas of a description, so that no pass confuses a map of properties with a schema.

A property may be called `format`, `items` or `required`: only a walk that knows where schemas stand separates such a
name from a keyword.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from generator.spec.component_references import SCHEMAS
from generator.spec.contract import operations
from generator.spec.keywords import inner_schemas

Schema = dict[str, Any]


class Place(NamedTuple):
    """Where a schema stands outside of other schemas."""

    holder: dict[str, Any]
    """The mapping that holds it."""
    key: str
    """Its key in the holder."""
    method: str = ""
    path: str = ""
    role: str = ""
    """`parameter`, `body`, `response`, `header` or `component`."""
    name: str = ""
    """The parameter's or the component's name, or the status of a response."""
    media_type: str = ""

    @property
    def schema(self) -> Schema:
        """The schema itself."""
        schema: Schema = self.holder[self.key]
        return schema

    @property
    def shown(self) -> str:
        """The operation or the component, for a message."""
        return f"{self.method.upper()} {self.path}".strip() or f"the schema {self.name[:80]}"


def places(document: dict[str, Any]) -> Iterator[Place]:
    """Yield every place of a schema that has all references but those to schemas resolved, in a fixed order."""
    for name in document["components"]["schemas"]:
        yield Place(document["components"]["schemas"], name, role="component", name=name)
    for (method, path), operation in operations(document).items():
        for parameter in operation["parameters"]:
            yield Place(parameter, "schema", method, path, "parameter", parameter["name"])
        for media_type, media in operation.get("requestBody", {}).get("content", {}).items():
            yield Place(media, "schema", method, path, "body", media_type=media_type)
        for status, response in operation["responses"].items():
            for media_type, media in response["content"].items():
                yield Place(media, "schema", method, path, "response", status, media_type)


def target_of(schema: Schema) -> str:
    """Return the name of the component that a schema refers to; "" where it is not a reference."""
    return str(schema.get("$ref", "")).removeprefix(SCHEMAS)


def references(schema: Schema) -> Iterator[str]:
    """Yield the names of the components that a schema refers to, however deep, without following them."""
    if "$ref" in schema:
        yield target_of(schema)
    for child in inner_schemas(schema):
        yield from references(child)
