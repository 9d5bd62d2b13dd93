"""
A server on 127.0.0.1 with OpenAI's paths and Venice's, for programs that run with both packages.

The model of a request, or a word in its last message, chooses the response. `seen` has the received requests.
"""

from __future__ import annotations

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
MP3 = b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(range(256)) * 8
MODELS = ["alpha", "beta", "gamma"]
CALL = {
    "id": "call_1",
    "type": "function",
    "function": {"name": "weather", "arguments": '{"city": "Rome", "unit": "C"}'},
}
USAGE = {
    "prompt_tokens": 5,
    "completion_tokens": 7,
    "total_tokens": 12,
    "prompt_tokens_details": {"cached_tokens": 2},
    "completion_tokens_details": {"reasoning_tokens": 3},
}
ERRORS = {
    "400": ("BAD", "bad value"),
    "401": ("invalid_api_key", "wrong key"),
    "403": ("forbidden", "not allowed"),
    "404": ("model_not_found", "no such model"),
    "409": ("conflict", "busy"),
    "422": ("unprocessable", "refused"),
    "429": ("rate_limit", "slow down"),
    "500": ("server_error", "broken"),
}


def text_of(body: dict[str, Any]) -> str:
    """Return the last text that the caller sent."""
    messages = body.get("messages") or body.get("input") or [{"content": ""}]
    content = messages if isinstance(messages, str) else messages[-1].get("content") or ""
    return content if isinstance(content, str) else json.dumps(content)


def call_of(body: dict[str, Any]) -> dict[str, Any]:
    """Return a call of the first tool."""
    function = body["tools"][0]["function"]
    if "minutes" not in json.dumps(function):
        return CALL
    return {**CALL, "function": {"name": function["name"], "arguments": '{"name": "soup", "minutes": 20}'}}


def message_of(body: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Return the message of a response and its finish reason."""
    model, text = body["model"], text_of(body)
    if model == "length":
        return {"role": "assistant", "content": '{"name": "a'}, "length"
    if model == "filter":
        return {"role": "assistant", "content": ""}, "content_filter"
    if model == "refuse":
        return {"role": "assistant", "content": None, "refusal": "I will not."}, "stop"
    if body.get("tools") and body["messages"][-1]["role"] != "tool":
        return {"role": "assistant", "content": None, "tool_calls": [call_of(body)]}, "tool_calls"
    if body.get("response_format") or "```json" in text:
        return {"role": "assistant", "content": '{"name": "soup", "minutes": 20}'}, "stop"
    if body.get("messages", [{}])[-1].get("role") == "tool":
        return {"role": "assistant", "content": f"It is {text}"}, "stop"
    return {"role": "assistant", "content": f"Hello {text}"}, "stop"


def completion(body: dict[str, Any]) -> dict[str, Any]:
    message, reason = message_of(body)
    choice: dict[str, Any] = {"index": 0, "message": message, "finish_reason": reason, "logprobs": None}
    if body.get("logprobs"):
        token = {"token": "Hello", "logprob": -0.5, "bytes": [72], "top_logprobs": []}
        choice["logprobs"] = {"content": [token], "refusal": None}
    choices = [{**choice, "index": index} for index in range(body.get("n") or 1)]
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1700000000,
        "model": body["model"],
        "choices": choices,
        "usage": USAGE,
    }


def chunks(body: dict[str, Any]) -> list[dict[str, Any]]:
    message, reason = message_of(body)
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1700000000, "model": body["model"]}
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    content, refusal = message.get("content") or "", message.get("refusal") or ""
    deltas += [{"content": content[start : start + 4]} for start in range(0, len(content), 4)]
    deltas += [{"refusal": refusal[start : start + 4]} for start in range(0, len(refusal), 4)]
    for index, call in enumerate(message.get("tool_calls") or ()):
        function = call["function"]
        name = {"name": function["name"], "arguments": ""}
        deltas.append({"tool_calls": [{"index": index, "id": call["id"], "type": "function", "function": name}]})
        deltas += [
            {"tool_calls": [{"index": index, "function": {"arguments": function["arguments"][start : start + 6]}}]}
            for start in range(0, len(function["arguments"]), 6)
        ]
    found = [{**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    found.append({**head, "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
    if (body.get("stream_options") or {}).get("include_usage"):
        found.append({**head, "choices": [], "usage": USAGE})
    return found


def response(body: dict[str, Any]) -> dict[str, Any]:
    text = '{"name": "soup", "minutes": 20}' if body.get("text") else f"Hello {text_of(body)}"
    part = {"type": "output_text", "text": text, "annotations": []}
    output: list[dict[str, Any]] = [
        {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": [part]}
    ]
    if body.get("tools"):
        is_recipe = "minutes" in json.dumps(body["tools"])
        text = '{"name": "soup", "minutes": 20}' if is_recipe else '{"city": "Rome"}'
        tool = body["tools"][0]  # in openai's form, or in Venice's
        name = tool.get("function", tool).get("name")
        call = {"id": "fc_1", "call_id": "call_1", "name": name, "arguments": text}
        output = [{"type": "function_call", "status": "completed", **call}]
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1700000000,
        "model": body["model"],
        "status": "completed",
        "output": output,
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": {
            "input_tokens": 3,
            "output_tokens": 4,
            "total_tokens": 7,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens_details": {"reasoning_tokens": 0},
        },
    }


def response_events(body: dict[str, Any]) -> list[dict[str, Any]]:
    whole = response(body)
    item = whole["output"][0]
    text = item["content"][0]["text"]
    empty = {**whole, "status": "in_progress", "output": []}
    where = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    events: list[dict[str, Any]] = [
        {"type": "response.created", "response": empty},
        {"type": "response.in_progress", "response": empty},
        {
            "type": "response.output_item.added",
            "output_index": 0,
            "item": {**item, "status": "in_progress", "content": []},
        },
        {
            "type": "response.content_part.added",
            **where,
            "part": {"type": "output_text", "text": "", "annotations": []},
        },
    ]
    events += [
        {"type": "response.output_text.delta", **where, "delta": text[start : start + 4], "logprobs": []}
        for start in range(0, len(text), 4)
    ]
    events += [
        {"type": "response.output_text.done", **where, "text": text, "logprobs": []},
        {"type": "response.content_part.done", **where, "part": item["content"][0]},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {"type": "response.completed", "response": whole},
    ]
    return [{**event, "sequence_number": number} for number, event in enumerate(events)]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Any  # with what `ProgramServer` adds

    def log_message(self, *_: object) -> None:
        """Print nothing."""

    def do_GET(self) -> None:
        self._record(b"")
        path = self.path.partition("?")[0].removeprefix("/api/v1")
        rows = [{"id": name, "object": "model", "created": 1, "owned_by": "venice.ai"} for name in MODELS]
        if path == "/models":
            self._json({"object": "list", "data": rows, "type": "text"})
        elif path.startswith("/models/") and (found := [row for row in rows if row["id"] == path[8:]]):
            self._json(found[0])
        elif path == "/echo":
            self._json({"path": self.path, "header": self.headers.get("X-Test")})
        else:
            self._error("404")

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"] or 0))
        self._record(raw)
        path = self.path.partition("?")[0].removeprefix("/api/v1")
        is_json = (self.headers["Content-Type"] or "").startswith("application/json")
        body = json.loads(raw) if is_json and raw else {}
        self.server.seen[-1]["body"] = body
        model = body.get("model")
        if model in ERRORS:
            self._error(model)
        elif path == "/chat/completions":
            if body.get("stream"):
                self._events([(None, chunk) for chunk in chunks(body)], done=True)
            else:
                self._json(completion(body))
        elif path == "/responses":
            if body.get("stream"):
                self._events([(event["type"], event) for event in response_events(body)], done=False)
            else:
                self._json(response(body))
        elif path == "/embeddings":
            self._embeddings(body)
        elif path == "/images/generations":
            row = {"url": "https://x.test/1.png"} if body.get("response_format") == "url" else {}
            rows = [row or {"b64_json": base64.b64encode(PNG).decode()} for _ in range(body.get("n") or 1)]
            self._json({"created": 1700000000, "data": rows})
        elif path == "/images/edits":
            count = raw.count(b'name="n"') + 1  # programs send n=2, or none
            self._json({"created": 1, "data": [{"b64_json": base64.b64encode(PNG).decode()}] * count})
        elif path in ("/image/edit", "/image/multi-edit"):
            self._send(PNG, "image/png")
        elif path == "/audio/speech":
            self._send(MP3, "audio/mpeg")
        elif path == "/audio/transcriptions":
            self._transcription(raw)
        elif path == "/echo":
            self._json({"body": body, "query": self.path.partition("?")[2], "header": self.headers.get("X-Test")})
        else:
            self._error("404")

    def _embeddings(self, body: dict[str, Any]) -> None:
        import struct

        inputs = [body["input"]] if isinstance(body["input"], str) else body["input"]
        vector = [0.5, -0.25, 1.0][: body.get("dimensions") or 3]
        encoded: Any = vector
        if body.get("encoding_format") == "base64":
            encoded = base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
        rows = [{"object": "embedding", "index": index, "embedding": encoded} for index in range(len(inputs))]
        usage = {"prompt_tokens": 2, "total_tokens": 2}
        self._json({"object": "list", "data": rows, "model": body["model"], "usage": usage})

    def _transcription(self, raw: bytes) -> None:
        name = raw.partition(b'filename="')[2].partition(b'"')[0].decode()
        if b"\r\n\r\ntext\r\n" in raw:
            self._send(b"spoken words", "text/plain; charset=utf-8")
        else:
            self._json({"text": f"spoken words of {name}", "duration": 1.5})

    def _record(self, raw: bytes) -> None:
        self.server.seen.append({"method": self.command, "path": self.path, "headers": dict(self.headers), "raw": raw})

    def _error(self, status: str) -> None:
        code, message = ERRORS[status]
        error = {"message": message, "type": "invalid_request_error", "param": "model", "code": code}
        self._json({"error": error}, status=int(status))

    def _json(self, value: Any, *, status: int = 200) -> None:
        self._send(json.dumps(value).encode(), "application/json", status=status)

    def _send(self, content: bytes, media_type: str, *, status: int = 200) -> None:
        self.send_response(status)
        self._headers(media_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _headers(self, media_type: str) -> None:
        self.send_header("Content-Type", media_type)
        self.send_header("x-request-id", "req-1")
        self.send_header("CF-RAY", "req-1")

    def _events(self, events: list[tuple[str | None, dict[str, Any]]], *, done: bool) -> None:
        lines = [(f"event: {name}\n" if name else "") + f"data: {json.dumps(event)}\n\n" for name, event in events] + (
            ["data: [DONE]\n\n"] if done else []
        )
        self._send("".join(lines).encode(), "text/event-stream")


class ProgramServer:
    """The server in a thread, in a `with` block."""

    def __init__(self) -> None:
        server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads, server.seen = True, []
        self._server = server

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/api/v1"

    @property
    def seen(self) -> list[dict[str, Any]]:
        seen: list[dict[str, Any]] = self._server.seen
        return seen

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
