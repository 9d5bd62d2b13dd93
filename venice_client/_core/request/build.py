"""
Turns an operation and its arguments into a request: URL, headers, body. It sends nothing and decides no retry.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from venice_client._core.errors import RequestValidationError
from venice_client._core.request.body import body_media_type, text_of, write_body
from venice_client._core.request.call import Call, CallOptions
from venice_client._core.request.validation import check_body, check_parameter, warn_of
from venice_client._core.schema.media_types import EVENT_STREAM, JSON
from venice_client._core.schema.operation import Operation, Parameter
from venice_client._core.schema.sentinel import UNSET
from venice_client._core.schema.shapes import Anything
from venice_client._core.schema.values import written
from venice_client._core.schema.violation import Departure

_HEADER_NAME = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*")


def build(
    operation: Operation,
    arguments: Mapping[str, Any],
    body: Any = UNSET,
    *,
    media_type: str | None = None,
    options: CallOptions | None = None,
    validate: bool = True,
) -> Call:
    """
    Make the request of an operation.

    `arguments` are the parameters by their names in Python; `body` is a model, or what JSON can say. Raises
    RequestValidationError with every problem that keeps the request from being made, and, unless `validate` is False
    here or in the options, with everything that the contract forbids.
    """
    options = options or {}
    checked = options.get("validate", validate)
    problems: list[str] = []
    news: list[Departure] = []
    call = Call(
        method=operation.method,
        path=_path(operation, arguments, problems),
        query=[],
        headers={},
        operation=operation,
        timeout=options.get("timeout"),
        idle_timeout=options.get("idle_timeout"),
    )
    for parameter in operation.parameters:
        value = arguments.get(parameter.name, UNSET)
        if value is UNSET or value is None:
            if _is_missing(parameter, operation, options, checked=checked):
                problems.append(f"{parameter.name}: required, and not given")
            continue
        if checked:
            check_parameter(parameter, value, problems, news)
        if isinstance(value, date):
            value = written(value, parameter.shape)
        if parameter.location == "query":
            call.query += _query(parameter, value)
        elif parameter.location == "header":
            call.headers[parameter.wire] = _joined(value)
        elif parameter.location == "cookie":
            pair = f"{parameter.wire}={quote(_joined(value))}"
            call.headers["Cookie"] = "; ".join(filter(None, [call.headers.get("Cookie"), pair]))
    extra = options.get("extra_body") or {}
    media_type = media_type or body_media_type(operation, body)
    wrong = len(problems)
    shape = operation.bodies.get(media_type or "")
    if checked and body is not UNSET and shape is not None:
        check_body(shape, body, extra, problems, news)
    if len(problems) == wrong:
        write_body(call, operation, body, media_type, extra, problems)
    if operation.accepts:
        call.headers.setdefault("Accept", EVENT_STREAM if call.stream else operation.accepts)
    add_query(call, options.get("extra_query") or {})
    add_headers(call, options.get("extra_headers") or {}, problems)
    if problems:
        raise RequestValidationError(problems)
    if news:
        warn_of(news)
    return call


def build_free(
    base_url: str,
    method: str,
    path: str,
    *,
    json: Any,
    query: Mapping[str, Any] | None,
    headers: Mapping[str, str] | None,
    timeout: float | None,
) -> Call:
    """Make the request of a path that the contract does not know."""
    if urlsplit(path).scheme or path.startswith("//"):
        problem = f"path: {path[:80]!r} is a whole URL; give the part below {base_url}"
        raise RequestValidationError([f"{problem}, so that the key goes nowhere else"])
    path, _, own_query = path.partition("#")[0].partition("?")
    pairs = parse_qsl(own_query, keep_blank_values=True)
    call = Call(method.upper(), f"/{path.lstrip('/')}", pairs, {}, timeout=timeout)
    if any(part in (".", "..") for part in call.path.split("/")):
        raise RequestValidationError([f"path: {path[:80]!r} leads out of {base_url}"])
    problems: list[str] = []
    if json is not UNSET:
        body = Operation(method=call.method, path=call.path, name="", module="", bodies={JSON: Anything()})
        made = build(body, {}, json)
        call.content, call.headers = made.content, dict(made.headers)
    add_query(call, query or {})
    add_headers(call, headers or {}, problems)
    if problems:
        raise RequestValidationError(problems)
    return call


def _is_missing(parameter: Parameter, operation: Operation, options: CallOptions, *, checked: bool) -> bool:
    """Whether a parameter that was not given has to be: without the path there is no request, the rest is checked."""
    if not parameter.required or operation.fills(parameter):
        return False
    if parameter.location == "path":
        return True
    if parameter.location == "query":
        return checked and parameter.wire not in (options.get("extra_query") or {})
    return checked and parameter.wire.lower() not in {name.lower() for name in options.get("extra_headers") or {}}


def add_query(call: Call, extra: Mapping[str, Any]) -> None:
    """Put query parameters into a request, in the place of those of the same name."""
    call.query = [pair for pair in call.query if pair[0] not in extra]
    for name, value in extra.items():
        values = value if isinstance(value, list | tuple) else [value]
        call.query += [(name, text_of(item)) for item in values if item is not None]


def add_headers(call: Call, extra: Mapping[str, str], problems: list[str]) -> None:
    """Put headers into a request, in the place of those of the same name in any case; then check all of them."""
    for name, value in extra.items():
        for known in [item for item in call.headers if item.lower() == name.lower()]:
            del call.headers[known]
        call.headers[name] = value
    for name, value in call.headers.items():
        if not _HEADER_NAME.fullmatch(name) or not isinstance(value, str) or not _HEADER_VALUE.fullmatch(value):
            # The value may be a secret: it is not shown.
            problems.append(f"the header {name[:40]!r} is no text of printable ASCII on one line")
        else:
            call.headers[name] = value.strip()


def _path(operation: Operation, arguments: Mapping[str, Any], problems: list[str]) -> str:
    path = operation.path
    for parameter in operation.parameters:
        if parameter.location == "path":
            value = _joined(arguments.get(parameter.name, ""))
            if value in ("", ".", ".."):
                problems.append(f"{parameter.name}: {value!r} would make another path of {operation.path}")
            path = path.replace(f"{{{parameter.wire}}}", quote(value, safe=""))
    return path


def _query(parameter: Parameter, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, Mapping) and parameter.style == "deepObject":
        return [(f"{parameter.wire}[{name}]", text_of(item)) for name, item in value.items()]
    if isinstance(value, list | tuple):
        texts = [text_of(item) for item in value if item is not None]
        if parameter.explode or not texts:
            return [(parameter.wire, text) for text in texts]
        separator = {"spaceDelimited": " ", "pipeDelimited": "|"}.get(parameter.style, ",")
        return [(parameter.wire, separator.join(texts))]
    return [(parameter.wire, text_of(value))]


def _joined(value: Any) -> str:
    return ",".join(text_of(item) for item in value) if isinstance(value, list | tuple) else text_of(value)
