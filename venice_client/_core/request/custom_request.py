"""Requests of paths that the contract lacks: `venice.request("POST", "/new", files={...})`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, cast
from urllib.parse import parse_qsl, unquote, urlsplit

from venice_client._core.errors import ArgumentError, RequestValidationError
from venice_client._core.headers import header_problem, set_default_header
from venice_client._core.request.build import add_headers, add_query
from venice_client._core.request.call import FileInput, Request, RequestOptions
from venice_client._core.request.content import raw_content
from venice_client._core.request.options import check_flag, check_mapping, refuse
from venice_client._core.schema.fields import hint
from venice_client._core.schema.media_types import EVENT_STREAM, JSON, MULTIPART, OCTETS, URLENCODED
from venice_client._core.schema.sentinel import UNSET

_BODIES: Final = ("json", "content", "data", "files")
OPTIONS: Final = frozenset(RequestOptions.__annotations__)


def check_method(method: Any) -> str:
    """Check the method of a request, and return it in upper case."""
    if not isinstance(method, str) or header_problem(method, ""):
        raise refuse("method", "the name of an HTTP method, such as GET, before the path", method)
    return method.upper()


def write_free_request(request: Request, base_url: str) -> None:
    """
    Write path, query, headers and body of a request, which was made with a path and options alone, into it.

    Raises RequestValidationError for wrong options, and where the path leads out of the base URL: the key is sent
    nowhere else.
    """
    options = cast("RequestOptions", request.options)
    if unknown := sorted(options.keys() - OPTIONS):
        takes = f"; it takes {', '.join(sorted(OPTIONS))}"
        raise ArgumentError(
            [f"request: unexpected argument {name!r}{hint(name, OPTIONS) or takes}" for name in unknown]
        )
    request.path, own_query = _path(base_url, request.path)
    add_headers(request, check_mapping(options.get("headers"), "headers"))
    _set_body(request, options)
    request.query = [pair for pair in request.query if pair[0] not in dict(own_query)] + own_query
    add_query(request, check_mapping(options.get("query"), "query"))
    if check_flag("stream", options.get("stream", False)):
        request.is_event_stream = True
        set_default_header(request.headers, "Accept", EVENT_STREAM)


def _path(base_url: str, path: str) -> tuple[str, list[tuple[str, str]]]:
    """Return a path below the base URL, and the query that it holds."""
    if not isinstance(path, str):
        raise refuse("path", "str", path)
    if urlsplit(path).scheme or path.startswith("//"):
        expected = f"path must be relative to {base_url}, the only URL that gets the API key"
        raise RequestValidationError([f"{expected}, got {path[:80]!r}"])
    path, _, query = path.partition("#")[0].partition("?")
    path, plain = f"/{path.lstrip('/')}", ""
    decoded = path
    while decoded != plain:  # a proxy may decode what another one encoded twice
        plain, decoded = decoded, unquote(decoded)
    if any(part in (".", "..") for part in plain.replace("\\", "/").split("/")):
        raise RequestValidationError([f"path: {path[:80]!r} leads out of {base_url}"])
    return path, parse_qsl(query, keep_blank_values=True)


def _set_body(request: Request, options: RequestOptions) -> None:
    given = {name: options[name] for name in _BODIES if options.get(name, UNSET) is not UNSET}
    for name in ("content", "data", "files"):
        if given.get(name, UNSET) is None:
            del given[name]
    if len(given) > 1 and given.keys() != {"data", "files"}:
        raise RequestValidationError([f"request: pass one body, got {' and '.join(given)}"])
    if "json" in given:
        request.body, request.media_type = given["json"], JSON
    elif "files" in given:
        fields: dict[str, Any] = dict(check_mapping(given.get("data"), "data"))
        for name, file in _files(given["files"]):
            fields.setdefault(name, []).append(file)
        request.body, request.media_type = fields, MULTIPART
    elif "data" in given:
        request.body, request.media_type = check_mapping(given["data"], "data"), URLENCODED
    elif "content" in given:
        request.content = raw_content(given["content"])
        set_default_header(request.headers, "Content-Type", OCTETS)


def _files(files: Any) -> Iterable[tuple[str, FileInput]]:
    if isinstance(files, Mapping):
        return check_mapping(files, "files").items()
    pairs = list(files) if isinstance(files, Iterable) and not isinstance(files, str | bytes) else None
    if pairs is None or not all(isinstance(pair, tuple) and len(pair) == 2 for pair in pairs):
        raise refuse("files", "a mapping of field names to files or a list of (name, file)", files)
    return pairs
