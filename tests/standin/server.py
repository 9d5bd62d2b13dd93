"""
The server: it routes and records requests, has them checked, and sends the responses.

    with StandIn(document, description=document_bytes) as api:
        api.base_url            http://127.0.0.1:<port>/api/v1
        api.description_url     the bytes of the description, with ETag and 304
        api.requests            the received requests, with the problems of each
        api.answer("POST /image/edit", status=429, body={"error": "..."}, times=2)
        api.file("/clip.mp4", data, "video/mp4")    a file outside of the API, such as a download

Works without pytest. Requests are served in threads. It does no TLS, no compression and no delays.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import attrs
from pytest_httpserver import HTTPServer
from werkzeug.datastructures import Headers
from werkzeug.wrappers import Request, Response

from .answers import Answers
from .checking import Incoming, check, read_query
from .contract import Contract, Operation
from .overrides import Content, Override, Overrides

DESCRIPTION_PATH = "/doc/api/swagger.yaml"
CHANGED = "Sat, 01 Aug 2026 00:00:00 GMT"


@attrs.frozen
class Received:
    """
    A received request. `path` is the template and `operation` a key such as "POST /image/edit"; where no
    operation matches, they hold the path as it was sent. `value` is the JSON value, or the texts of a form by
    name.
    """

    method: str
    path: str
    operation: str
    query: Mapping[str, list[str]]
    headers: Headers
    media_type: str
    value: Any
    files: Mapping[str, list[bytes]]
    problems: tuple[str, ...]


class _Server(HTTPServer):
    """A server that stops at once; the standard one checks twice a second whether it is to stop."""

    def thread_target(self) -> None:
        if self.server is not None:
            self.server.serve_forever(poll_interval=0.01)


class StandIn:
    """
    A stand-in of the API that `document`, an OpenAPI 3.0 document as a dict, describes. A context manager.
    """

    def __init__(self, document: Mapping[str, Any], *, description: bytes | None = None) -> None:
        self.requests: list[Received] = []
        self.fetches: list[Received] = []  # of the description and of files, which are not of the API
        self.description = description
        self.contract = Contract(document)
        self._answers = Answers(self.contract)
        self._overrides = Overrides()
        self._files: dict[str, tuple[bytes, str]] = {}
        self._user = 0
        self._server = _Server(host="127.0.0.1", port=0, threaded=True)
        self._server.expect_request(re.compile(r".*", re.DOTALL)).respond_with_handler(self._respond)

    def __enter__(self) -> Self:
        logger = logging.getLogger("werkzeug")
        if logger.level == logging.NOTSET:
            logger.setLevel(logging.WARNING)  # it would print a line per request
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()

    @property
    def url(self) -> str:
        """The URL of the server, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def base_url(self) -> str:
        """The address that a client of the API is given; `renew` changes it."""
        return f"{self.url}{f'/user-{self._user}' if self._user else ''}{self.contract.base_path}"

    @property
    def description_url(self) -> str:
        """The URL of `description`; setting that attribute changes the served bytes and the ETag."""
        return self.url + DESCRIPTION_PATH

    @property
    def operations(self) -> tuple[str, ...]:
        """The keys of all operations, in the order of the description."""
        return tuple(self.contract.operations)

    def answer(
        self,
        operation_key: str,
        *,
        status: int = 200,
        media_type: str | None = None,
        body: Content = None,
        headers: Mapping[str, str] | None = None,
        times: int | None = None,
    ) -> None:
        """
        Overrides the answer of an operation to good requests. Without a body it is the sample of what is
        declared for the status. Answers with `times` are given first, in the order of the calls; then the
        last one without it. KeyError: no such operation. ValueError: no sample, because that status does not
        declare the media type.
        """
        operation = self.contract.operations[operation_key]
        declared = operation.answers.get(status)
        if body is None and declared is not None and declared.media:
            media_type = media_type or next(iter(declared.media))
            if media_type not in declared.media:
                raise ValueError(f"{operation_key} declares no {media_type} for {status}; give a body")
            body = self._answers.sampled(operation, status, media_type)
        self._overrides.add(operation_key, Override(status, media_type, body, headers or {}, times))

    def file(self, path: str, content: bytes, media_type: str) -> str:
        """Serves a file at a path of the server, such as the download of a video, and return its address."""
        self._files[path] = (content, media_type)
        return self.url + path

    def reset(self) -> None:
        """Forgets the requests, the answers that were set, and the files."""
        self.requests.clear()
        self.fetches.clear()
        self._overrides.clear()
        self._files.clear()

    def renew(self) -> None:
        """
        Resets it under another address. What still comes under the one before, such as a request whose client gave up,
        is refused and not remembered.
        """
        self._user += 1
        self.reset()

    def assert_valid(self) -> None:
        """AssertionError with every problem of every request, in the order in which they came."""
        self._server.check()
        lines = [
            f"request {number}, {received.operation}: {problem}"
            for number, received in enumerate(self.requests, 1)
            for problem in received.problems
        ]
        if lines:
            raise AssertionError("the stand-in was sent requests with problems:\n  " + "\n  ".join(lines))

    def _respond(self, request: Request) -> Response:
        # The path as it was sent, so that an escaped slash stays within its segment.
        target = re.sub(r"^https?://[^/]*", "", request.environ["REQUEST_URI"])
        path, _, query = target.partition("?")
        if user := re.match(r"/user-(\d+)(?=/)", path):
            if int(user[1]) != self._user:
                return Response("The address is of an earlier test.", status=410)
            path = path[user.end() :]
        base = self.contract.base_path
        found = self.contract.find(request.method, path.removeprefix(base)) if path.startswith(base) else None
        headers = Headers(list(request.headers))
        incoming = Incoming(found[1] if found else {}, query, headers, request.get_data())
        file = self._served(path)
        if file and not found:
            self.fetches.append(self._received(request, path, incoming))
            return self._send_file(request, *file)
        if not found:
            problem = f"path: the description has no {request.method} {path}"
            self.requests.append(self._received(request, path, incoming, problems=(problem,)))
            return self._answers.build(404, None, {"error": "Not found", "details": {"_errors": [problem]}})
        return self._operate(request, found[0], incoming)

    def _operate(self, request: Request, operation: Operation, incoming: Incoming) -> Response:
        body = check(self.contract, operation, incoming)
        self.requests.append(
            self._received(
                request,
                operation.template,
                incoming,
                value=body.value,
                files=body.files,
                problems=body.problems,
            )
        )
        if body.problems:
            details = {"_errors": list(body.problems)}
            return self._answers.build(400, None, {"error": "Invalid request", "details": details})
        override = self._overrides.take(operation.key)
        if override is None:
            return self._answers.good(operation, body, incoming.headers.get("accept"))
        response = self._answers.build(override.status, override.media_type, override.body)
        response.headers.update(override.headers)
        return response

    def _received(self, request: Request, path: str, incoming: Incoming, **more: Any) -> Received:
        try:
            query = read_query(incoming.query)
        except ValueError:
            query = {}
        return Received(
            method=request.method,
            path=path,
            operation=f"{request.method} {path}",
            query=query,
            headers=incoming.headers,
            media_type=request.mimetype,
            **{"value": None, "files": {}, "problems": (), **more},
        )

    def _served(self, path: str) -> tuple[bytes, str] | None:
        if path == DESCRIPTION_PATH and self.description is not None:
            return self.description, "text/yaml; charset=utf-8"
        return self._files.get(path)

    def _send_file(self, request: Request, content: bytes, media_type: str) -> Response:
        response = Response(content, content_type=media_type)
        response.set_etag(hashlib.sha256(content).hexdigest()[:32])
        response.headers["Last-Modified"] = CHANGED
        return response.make_conditional(request)
