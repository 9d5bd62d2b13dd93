"""
The response to a valid request: status, media type, headers and a body that conforms.

Bodies are samples of the schema. A few operations look at the request, as the API does: the format of a
picture or of speech, text instead of JSON, a stream instead of one body, pictures where JSON carries
pictures. A job is completed at the first poll, whose response is the file.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

from werkzeug.datastructures import Headers
from werkzeug.wrappers import Response

from . import media, realistic, streams
from .checking import Body, accepted
from .contract import Contract, Operation
from .samples import sample

JSON = "application/json"
EDITS = frozenset({"POST /image/edit", "POST /image/multi-edit"})
POLLS = frozenset({"POST /audio/retrieve", "POST /video/retrieve"})
# By `response_format` of speech, where the subtype is not the same word.
SPEECH = {"mp3": "audio/mpeg"}
# Sent where the operation declares them.
DECLARED_HEADERS = {
    "x-balance-remaining": "12.500000",
    "x-venice-is-blurred": "false",
    "x-venice-is-content-violation": "false",
    "x-venice-model-name": "Sample Model",
    "x-pagination-limit": "20",
    "x-pagination-page": "1",
    "x-pagination-total": "1",
    "x-pagination-total-pages": "1",
}


class Answers:
    """Makes answers for one contract; samples are made once an operation, status and media type."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._samples: dict[tuple[str, int, str], Any] = {}
        self._count = itertools.count(1)

    def good(self, operation: Operation, body: Body, accept: str | None) -> Response:
        """The response to a request without problems."""
        status, value = operation.status, body.value
        requested: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
        if requested.get("stream") is True and operation.key in streams.BY_OPERATION:
            events = streams.BY_OPERATION[operation.key](requested, self._content(operation, status, JSON, body))
            response = self.build(status, "text/event-stream; charset=utf-8", events)
        else:
            media_type = self._media_type(operation, requested, accept)
            response = self.build(status, media_type, self._content(operation, status, media_type, body))
        self._describe(response.headers, operation, status, requested)
        return response

    def build(self, status: int, media_type: str | None, content: Any) -> Response:
        """A response with an id, of bytes, of events, of a text, or of anything that JSON can say."""
        if content is None and media_type is None:
            response = Response(status=status)
        elif isinstance(content, bytes | Iterator):
            response = Response(content, status, content_type=media_type or "application/octet-stream")
        elif isinstance(content, str) and media_type != JSON:
            response = Response(content, status, content_type=media_type or "text/plain; charset=utf-8")
        else:
            response = Response(json.dumps(content), status, content_type=media_type or JSON)
        response.headers["CF-RAY"] = f"{next(self._count):016x}-AMS"
        return response

    def sampled(self, operation: Operation, status: int, media_type: str) -> Any:
        """The sample of a declared response: bytes, or a JSON value."""
        key = (operation.key, status, media_type)
        if key not in self._samples:
            schema = operation.answers[status].media[media_type]
            is_json = media_type == JSON
            self._samples[key] = sample(self._contract, schema) if is_json else media.content(media_type)
        return self._samples[key]

    def _content(self, operation: Operation, status: int, media_type: str | None, body: Body) -> Any:
        if media_type is None:
            return None
        if operation.key in EDITS and media_type == "image/png":
            return realistic.edited(body.value, body.files)
        content = self.sampled(operation, status, media_type)
        requested = body.value if isinstance(body.value, Mapping) else {}
        if media_type != JSON:
            return content
        better = realistic.improved(operation.key, requested, content)
        place = (operation.key, str(status), media_type)
        schema = operation.answers[status].media[media_type]
        return better if self._contract.validator(schema, place=place).is_valid(better) else content

    def _media_type(self, operation: Operation, requested: Mapping[str, Any], accept: str | None) -> str | None:
        answer = operation.answers.get(operation.status)
        offered = tuple(answer.media) if answer else ()
        admitted = accepted(accept, offered)
        selected = _selected(operation.key, requested)
        if selected in admitted:
            return selected
        if operation.key in POLLS:  # the JSON is a job in progress, and would be one at every poll
            admitted = sorted(admitted, key=lambda name: name == JSON)
        return next(iter([*admitted, *offered]), None)

    def _describe(self, headers: Headers, operation: Operation, status: int, requested: Mapping[str, Any]) -> None:
        """Add the headers about the account and the model."""
        number = int(headers["CF-RAY"].partition("-")[0], 16)
        if not 200 <= status < 300:
            return
        headers["x-ratelimit-limit-requests"] = "500"
        headers["x-ratelimit-remaining-requests"] = str(max(0, 500 - number))
        headers["x-ratelimit-reset-requests"] = str(int(time.time()) + 60)
        if operation.paid:
            headers["x-venice-balance-usd"] = "12.50"
            headers["x-venice-balance-diem"] = "3.25"
        declared = operation.answers[status].headers
        for name in sorted(declared & DECLARED_HEADERS.keys()):
            headers[name] = DECLARED_HEADERS[name]
        if "x-venice-model-id" in declared:
            headers["x-venice-model-id"] = str(requested.get("model") or requested.get("modelId") or "sample-model")


def _selected(key: str, requested: Mapping[str, Any]) -> str | None:
    """The media type that the body of a request selects, for operations that have such a field."""
    if key == "POST /image/generate":
        return f"image/{requested.get('format') or 'webp'}" if requested.get("return_binary") is True else JSON
    if key in EDITS:
        return f"image/{requested.get('output_format') or 'png'}"
    if key == "POST /audio/speech":
        name = requested.get("response_format") or "mp3"
        return SPEECH.get(name, f"audio/{name}")
    return "text/plain" if requested.get("response_format") == "text" else None
