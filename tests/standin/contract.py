"""
The description for the stand-in: operations as value objects, a lookup by path, validators of schemas.

The document is copied once into a form that validators can take: references become absolute, so that any
schema can be validated apart from the place where it stands, an enum that is nullable lists null (the description says
so in some places and forgets it in others), and a branch of a union that says nothing else is null. Nothing here reads
a request or makes an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

import attrs
from openapi_schema_validator import OAS30ReadValidator, OAS30WriteValidator, oas30_format_checker
from referencing import Registry
from referencing.jsonschema import DRAFT4

Schema = Mapping[str, Any]
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
ROOT = "urn:description"


@attrs.frozen
class Parameter:
    """A parameter of an operation; `where` is path, query or header."""

    name: str
    where: str
    required: bool
    schema: Schema


@attrs.frozen
class Answer:
    """What an operation declares for one status: a schema a media type, and header names in lower case."""

    media: Mapping[str, Schema]
    headers: frozenset[str]


@attrs.frozen
class Operation:
    """
    A method on a path template. `security` lists the alternatives; an empty tuple means that no key is taken.
    """

    method: str
    template: str
    parameters: tuple[Parameter, ...]
    security: tuple[Mapping[str, Any], ...]
    bodies: Mapping[str, Schema]
    body_required: bool
    answers: Mapping[int, Answer]
    paid: bool

    @property
    def key(self) -> str:
        """The name of the operation in this project: "POST /image/edit"."""
        return f"{self.method} {self.template}"

    @property
    def status(self) -> int:
        """The lowest 2xx status, or the first that is declared when there is no 2xx."""
        good = [status for status in self.answers if 200 <= status < 300]
        return min(good) if good else next(iter(self.answers), 200)

    @property
    def offered(self) -> tuple[str, ...]:
        """The media types of the response to a valid request."""
        statuses = [status for status in self.answers if 200 <= status < 300] or [self.status]
        return tuple(dict.fromkeys(m for s in statuses if s in self.answers for m in self.answers[s].media))


NULLABLE = {"nullable": True}


def prepared(node: Any) -> Any:
    """A copy with absolute references, string keys, and null where enums and branches of unions are nullable."""
    if isinstance(node, Mapping):
        reference = node.get("$ref")
        if isinstance(reference, str):
            return {"$ref": ROOT + reference if reference.startswith("#") else reference}
        result = {str(key): prepared(value) for key, value in node.items()}
        values = result.get("enum")
        if result.get("nullable") is True and isinstance(values, list) and None not in values:
            result["enum"] = [*values, None]
        for key in ("anyOf", "oneOf"):
            if isinstance(branches := result.get(key), list) and any(item != NULLABLE for item in branches):
                result[key] = [{**NULLABLE, "enum": [None]} if item == NULLABLE else item for item in branches]
        return result
    if isinstance(node, list | tuple):
        return [prepared(value) for value in node]
    return node


class Contract:
    """The operations of one OpenAPI 3.0 document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document: dict[str, Any] = prepared(document)
        self._registry: Registry[Any] = Registry().with_resource(ROOT, DRAFT4.create_resource(self._document))
        self._validators: dict[tuple[str, ...], Any] = {}
        servers = self._document.get("servers") or [{"url": "/"}]
        self.base_path = urlsplit(servers[0]["url"]).path.rstrip("/")
        components = self.resolve(self._document.get("components", {}))
        self.schemes: Mapping[str, Mapping[str, Any]] = components.get("securitySchemes", {})
        self.operations = {operation.key: operation for operation in self._read()}
        # A literal path takes precedence over a templated one, segment by segment from the left.
        ranked = sorted(self.operations.values(), key=lambda o: ["{" in s for s in o.template.split("/")])
        self._routes = [(_pattern(operation.template), operation) for operation in ranked]

    def resolve(self, node: Any) -> Any:
        """The node itself, or the target of its reference."""
        while isinstance(node, Mapping) and isinstance(node.get("$ref"), str):
            target: Any = self._document
            for part in node["$ref"].partition("#")[2].strip("/").split("/"):
                target = target[unquote(part).replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """
        The operation of a path below the base path, still percent-encoded, and the texts of its path
        parameters.
        """
        for pattern, operation in self._routes:
            match = pattern.fullmatch(path)
            if match and operation.method == method:
                names = re.findall(r"\{([^}]*)\}", operation.template)
                return operation, dict(zip(names, map(unquote, match.groups()), strict=True))
        return None

    def validator(self, schema: Schema, *, place: tuple[str, ...] = (), written: bool = False) -> Any:
        """A validator of requests (`written`) or of answers; one that has a place is built once."""
        key = (*place, "written" if written else "read")
        if place and key in self._validators:
            return self._validators[key]
        kind: Any = OAS30WriteValidator if written else OAS30ReadValidator
        validator = kind(schema, registry=self._registry, format_checker=oas30_format_checker)
        if place:
            self._validators[key] = validator
        return validator

    def problems(self, schema: Schema, value: Any, place: tuple[str, ...]) -> list[str]:
        """The problems of a value that a client sent, one line each."""
        return [_line(e) for e in self.validator(schema, place=place, written=True).iter_errors(value)]

    def leaves(self, schema: Schema) -> Iterator[Schema]:
        """The schema without references, and its parts if it is composed of others."""
        seen: list[int] = []
        waiting = [schema]
        while waiting:
            node = self.resolve(waiting.pop())
            if id(node) in seen:
                continue
            seen.append(id(node))
            parts = [part for word in ("allOf", "anyOf", "oneOf") for part in node.get(word, ())]
            waiting.extend(reversed(parts))
            if not parts or len(node) > 1:
                yield node

    def _read(self) -> Iterator[Operation]:
        for template, item in self._document.get("paths", {}).items():
            shared = self.resolve(item)
            for method in METHODS:
                if method in shared:
                    yield self._operation(method.upper(), template, shared[method], shared.get("parameters", []))

    def _operation(self, method: str, template: str, node: Mapping[str, Any], shared: list[Any]) -> Operation:
        parameters: dict[tuple[str, str], Parameter] = {}
        for one in map(self.resolve, [*shared, *node.get("parameters", [])]):
            where, name = one["in"], one["name"]
            parameters[where, name] = Parameter(name, where, bool(one.get("required")), one.get("schema", {}))
        body = self.resolve(node.get("requestBody", {}))
        answers: dict[int, Answer] = {}
        for status, response in node.get("responses", {}).items():
            if re.fullmatch(r"[1-5](\d\d|XX)", status):
                found = self.resolve(response)
                headers = frozenset(name.lower() for name in found.get("headers", {}))
                answers[int(status.replace("X", "0"))] = Answer(_schemas(found), headers)
        return Operation(
            method=method,
            template=template,
            parameters=tuple(parameters.values()),
            security=tuple(node.get("security", self._document.get("security", []))),
            bodies=_schemas(body),
            body_required=bool(body.get("required")),
            answers=answers,
            paid="x-payment-info" in node or 402 in answers,
        )


def _schemas(node: Mapping[str, Any]) -> dict[str, Schema]:
    return {name.lower(): entry.get("schema", {}) for name, entry in node.get("content", {}).items()}


def _pattern(template: str) -> re.Pattern[str]:
    pieces = re.split(r"\{[^}]*\}", template)
    return re.compile("([^/]+)".join(map(re.escape, pieces)))


def _line(error: Any) -> str:
    """One line for a validation error: where, what, and the closest reason when no branch of a union fits."""
    text = _short(error.message)
    if error.context:
        closest = max(error.context, key=lambda e: (len(e.absolute_path), -len(e.schema_path)))
        text += f" (closest: {'/'.join(map(str, closest.absolute_path))}: {_short(closest.message)})"
    return f"/{'/'.join(map(str, error.absolute_path))}: {text}"


def _short(message: str) -> str:
    return message if len(message) <= 240 else f"{message[:120]} ... {message[-110:]}"
