"""
Checks of a request against the description: parameters, security, Accept, body.

All problems are reported, not only the first one. An undeclared query name is a problem, because a
server would ignore it silently; an undeclared property of an open object is not, because clients may send
what is new.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs

import attrs
from werkzeug.datastructures import Headers, MIMEAccept
from werkzeug.http import parse_accept_header, parse_options_header

from .contract import Contract, Operation, Parameter
from .forms import coerced, multipart, strict_json

BEARER = re.compile(r"[Bb]earer +[^\s,]+")
UNCHECKED_HEADERS = frozenset({"accept", "content-type", "authorization"})


@attrs.frozen
class Incoming:
    """A received request; `query` is still encoded."""

    path_values: Mapping[str, str]
    query: str
    headers: Headers
    body: bytes


@attrs.frozen
class Body:
    """A decoded body: the JSON value or the texts of a form, and the files."""

    value: Any = None
    files: dict[str, list[bytes]] = attrs.field(factory=dict)
    problems: tuple[str, ...] = ()


def check(contract: Contract, operation: Operation, incoming: Incoming) -> Body:
    """The body of a request, with the problems of the whole request."""
    body = _body(contract, operation, incoming)
    problems = [
        *_parameters(contract, operation, incoming),
        *_security(contract, operation, incoming.headers),
        *_accept(operation, incoming.headers, body.value),
        *body.problems,
    ]
    return attrs.evolve(body, problems=tuple(problems))


def read_query(query: str) -> dict[str, list[str]]:
    """The names and texts of a query; ValueError where its bytes are no UTF-8."""
    return parse_qs(query, keep_blank_values=True, errors="strict")


def accepted(header: str | None, offered: tuple[str, ...]) -> list[str]:
    """
    The offered media types that an Accept header admits, the most preferred first, then in their own order.
    """
    accept = parse_accept_header(header or "*/*", MIMEAccept)
    admitted = [media for media in offered if accept.quality(media) > 0]
    return sorted(admitted, key=accept.quality, reverse=True)


def _parameters(contract: Contract, operation: Operation, incoming: Incoming) -> Iterator[str]:
    try:
        query = read_query(incoming.query)
    except ValueError:
        yield "query: it is not UTF-8"
        query = {}
    for name in query:
        if not any(p.where == "query" and p.name == name for p in operation.parameters):
            yield f"query: {name!r} is not declared"
    for parameter in operation.parameters:
        if parameter.where == "query":
            texts = query.get(parameter.name)
        elif parameter.where == "path":
            texts = [incoming.path_values[parameter.name]]
        elif parameter.where == "header" and parameter.name.lower() not in UNCHECKED_HEADERS:
            texts = incoming.headers.getlist(parameter.name)
        else:
            continue
        yield from _parameter(contract, operation, parameter, texts or [])


def _parameter(contract: Contract, operation: Operation, parameter: Parameter, texts: list[str]) -> Iterator[str]:
    label = f"{parameter.where}: {parameter.name!r}"
    if not texts:
        if parameter.required:
            yield f"{label} is required"
        return
    schema = contract.resolve(parameter.schema)
    value: Any
    if schema.get("type") == "array":
        value = [coerced(contract, schema.get("items", {}), text) for text in texts]
    else:
        if len(texts) > 1:
            yield f"{label} is sent more than once"
        value = coerced(contract, schema, texts[0])
    place = (operation.key, parameter.where, parameter.name)
    yield from (f"{label} {problem}" for problem in contract.problems(schema, value, place))


def _security(contract: Contract, operation: Operation, headers: Headers) -> Iterator[str]:
    authorization = headers.get("authorization")
    if not operation.security:
        if authorization is not None:
            yield "security: the operation takes no key, and an Authorization header was sent"
        return
    if authorization is not None and not BEARER.fullmatch(authorization):
        yield "security: the Authorization header is not `Bearer` and one token"
    elif not any(all(_carries(contract, headers, name) for name in names) for names in operation.security):
        needed = " or ".join(" and ".join(names) for names in operation.security)
        yield f"security: the request carries no credentials; it needs {needed}"


def _carries(contract: Contract, headers: Headers, name: str) -> bool:
    scheme = contract.resolve(contract.schemes[name])
    if scheme["type"] == "apiKey" and scheme["in"] == "header":
        return bool(headers.get(scheme["name"], "").strip())
    return bool(BEARER.fullmatch(headers.get("authorization", "")))


def _accept(operation: Operation, headers: Headers, value: Any) -> Iterator[str]:
    offered = operation.offered
    if isinstance(value, Mapping) and value.get("stream") is True:
        offered = (*offered, "text/event-stream")
    if offered and not accepted(headers.get("accept"), offered):
        yield f"accept: {headers.get('accept')!r} admits none of {', '.join(offered)}"


def _body(contract: Contract, operation: Operation, incoming: Incoming) -> Body:
    if not incoming.body:
        leaves = [leaf for schema in operation.bodies.values() for leaf in contract.leaves(schema)]
        if operation.body_required or any(leaf.get("required") for leaf in leaves):
            return Body(problems=("body: there is none, and the operation needs one",))
        return Body()
    if not operation.bodies:
        return Body(problems=("body: the operation takes none",))
    media_type, options = parse_options_header(incoming.headers.get("content-type", ""))
    media_type = media_type.lower()
    if media_type not in operation.bodies:
        return Body(problems=(f"body: {media_type or 'no media type'!r} is none of {', '.join(operation.bodies)}",))
    schema, place = operation.bodies[media_type], (operation.key, "body", media_type)
    if media_type == "multipart/form-data":
        try:
            form = multipart(contract, schema, incoming.body, options.get("boundary", ""))
        except ValueError as error:
            return Body(problems=(f"body: no multipart form: {error}",))
        problems = contract.problems(schema, form.instance, place)
        return Body(form.value, form.files, (*form.problems, *(f"body: {problem}" for problem in problems)))
    try:
        value = strict_json(incoming.body)
    except (ValueError, RecursionError) as error:
        return Body(problems=(f"body: no JSON: {error}",))
    problems = contract.problems(schema, value, place)
    if options.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
        problems.append(f"the charset is {options['charset']}; JSON is UTF-8")
    return Body(value, problems=tuple(f"body: {problem}" for problem in problems))
