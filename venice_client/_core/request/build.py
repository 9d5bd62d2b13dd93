"""
Fill in what is sent of a request: path, query, headers and body. It sends nothing and decides no retry.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from venice_client._core.errors import RequestValidationError
from venice_client._core.headers import has_header, header_problem, set_default_header, set_header
from venice_client._core.masking import Secret, conceal
from venice_client._core.request.body import body_media_type, input_body, text_of, write_body
from venice_client._core.request.call import Request
from venice_client._core.request.options import check_idle_timeout, check_mapping, check_timeout
from venice_client._core.request.styles import joined, path_text, query_pairs
from venice_client._core.request.validation import Findings
from venice_client._core.schema.check import find_violations
from venice_client._core.schema.encoding import given_fields
from venice_client._core.schema.inputs import input_value
from venice_client._core.schema.media_types import EVENT_STREAM, JSON, is_json, is_raw
from venice_client._core.schema.model import Model
from venice_client._core.schema.operation import Operation, Parameter
from venice_client._core.schema.plain import is_plain
from venice_client._core.schema.sentinel import UNSET, is_unset
from venice_client._core.schema.shapes import Anything, Ref
from venice_client._core.schema.values import is_content

WAY_OUT = "pass validate=False or extra_body to send it anyway"
"""What sends a request that the contract forbids."""
_OTHER = object()


def apply_options(request: Request) -> None:
    """Apply the options of a call that hold for every request: `extra_headers`, `timeout` and `idle_timeout`."""
    options = request.options
    if not options:
        return
    add_headers(request, check_mapping(options.get("extra_headers"), "extra_headers"))
    request.limit_time(check_timeout(options.get("timeout")))
    request.idle_timeout = check_idle_timeout(options.get("idle_timeout"))


def build(request: Request) -> Request:
    """
    Fill in what is sent of a request, and return it.

    Raises RequestValidationError with every problem that keeps the request from being made, and, where the request is
    validated, with everything that the contract forbids.
    """
    findings = Findings()
    problems = findings.problems
    operation, options = request.operation or _undeclared(request), request.options
    extra = check_mapping(options.get("extra_body"), "extra_body") if options else {}
    if request.operation is not None:
        _add_parameters(request, operation, findings)
    before, plain = len(problems), has_plain_body(request)
    body = request.body if plain else _converted(request, operation)
    media_type = request.media_type or body_media_type(operation, body)
    if request.is_validated and not plain:
        _check(body, operation, media_type, extra, findings)
    refused = request.is_validated and bool(problems)
    if len(problems) == before:
        write_body(request, operation, body, media_type, extra, problems, is_plain=plain and not extra)
    for name, text in request.headers.items():
        if problem := header_problem(name, text):
            problems.append(problem)
        elif text[:1].isspace() or text[-1:].isspace():
            request.headers[name] = conceal(name, text.strip())
    if operation.accepts:
        set_default_header(request.headers, "Accept", EVENT_STREAM if request.is_event_stream else operation.accepts)
    if options:
        add_query(request, check_mapping(options.get("extra_query"), "extra_query"))
    if problems:
        raise RequestValidationError(problems, WAY_OUT if refused else "")
    if findings.news:
        findings.warn()
    return request


def _add_parameters(request: Request, operation: Operation, findings: Findings) -> None:
    problems = findings.problems
    checked = request.is_validated
    if "{" in operation.path:
        request.path = _path(operation, request.arguments, problems)
    for parameter in operation.parameters:
        value = request.arguments.get(parameter.name, UNSET)
        if value is UNSET or value is None:
            if parameter.required and _is_missing(parameter, operation, request, checked=checked):
                problems.append(f"{parameter.name}: required, and not given")
            continue
        value = input_value(value, parameter.shape)
        if checked:
            findings.check_parameter(parameter, value)
        if parameter.location == "query":
            request.query = [pair for pair in request.query if pair[0] != parameter.wire]
            request.query += query_pairs(parameter, value)
        elif parameter.location == "header":
            set_default_header(request.headers, parameter.wire, joined(value, explode=parameter.explode))
        elif parameter.location == "cookie":
            pair = Secret(f"{parameter.wire}={quote(joined(value, explode=False))}")
            request.headers["Cookie"] = Secret("; ".join(filter(None, [request.headers.get("Cookie"), pair])))


def _converted(request: Request, operation: Operation) -> Any:
    """Return the body as the wire has it. That of an operation was converted before interceptors saw it."""
    if request.operation is None or request.client.config.interceptors:
        return input_body(operation, request.body, request.media_type)
    return request.body


def _check(
    body: Any, operation: Operation, media_type: str | None, extra: Mapping[str, Any], findings: Findings
) -> None:
    shape = operation.bodies.get(media_type or "")
    if body is UNSET or shape is None or (is_raw(media_type or "") and is_content(body)):
        return
    try:
        if found := find_violations(shape, body):
            findings.add_body(found, body, extra)
    except RecursionError:
        findings.problems.append("body: nested too deeply, or contains itself")


def has_plain_body(request: Request) -> bool:
    """
    Whether the body of a request is sent as it stands.

    The first answer counts for this body: one that replaces it, with pictures in another form, is not plain.
    """
    if request.plain_body is None:
        request.plain_body = request.body if _is_plain(request.operation, request.body, request.media_type) else _OTHER
    return request.plain_body is request.body


def _is_plain(operation: Operation | None, body: Any, media_type: str | None) -> bool:
    if body is UNSET:
        return True
    if operation is None or not (body.__class__ is dict or isinstance(body, Model)):
        return False
    media_type = media_type or body_media_type(operation, body)
    shape = operation.bodies.get(media_type or "")
    if not isinstance(shape, Ref) or not is_json(media_type or ""):
        return False
    if isinstance(body, Model):
        if type(body) is not shape.model or body._raw:  # noqa: SLF001  # of a received object, fields may be left out
            return False
        body = given_fields(body)
    try:
        return is_plain(shape, body, operation.places)
    except RecursionError:
        return False


def _undeclared(request: Request) -> Operation:
    return Operation(
        method=request.method,
        path=request.path,
        name="",
        module="",
        bodies={request.media_type or JSON: Anything()},
        body_required=request.body is not UNSET,  # None is one: null
    )


def _is_missing(parameter: Parameter, operation: Operation, request: Request, *, checked: bool) -> bool:
    """Whether a required parameter has to be given: without the path there is no request, the rest is checked."""
    if operation.fills(parameter):
        return False
    if parameter.location == "path":
        return True
    if parameter.location == "query":
        is_given = parameter.wire in (request.options.get("extra_query") or {})
        return checked and not is_given and all(name != parameter.wire for name, _ in request.query)
    return checked and not has_header(request.headers, parameter.wire)


def add_headers(request: Request, extra: Mapping[str, Any]) -> None:
    """Put headers into a request, instead of those of the same name; None and UNSET remove them."""
    for name, value in extra.items():
        if value is None or is_unset(value):
            set_header(request.headers, name, None)
        elif isinstance(value, str):
            set_header(request.headers, name, value)
        else:
            request.headers[name] = value  # refused when the request is built


def add_query(request: Request, extra: Mapping[str, Any]) -> None:
    """Put query parameters into a request, instead of those of the same name."""
    if not extra:
        return
    request.query = [pair for pair in request.query if pair[0] not in extra]
    for name, value in extra.items():
        values = value if isinstance(value, list | tuple) else [value]
        request.query += [(name, conceal(name, text_of(item))) for item in values if item is not None]


def _path(operation: Operation, arguments: Mapping[str, Any], problems: list[str]) -> str:
    path = operation.path
    for parameter in operation.parameters:
        if parameter.location == "path":
            value = path_text(parameter, arguments.get(parameter.name, ""))
            if value in ("", ".", ".."):
                problems.append(
                    f"{parameter.name}: must not be {value!r}, which would change the path {operation.path}"
                )
            path = path.replace(f"{{{parameter.wire}}}", value)
    return path
