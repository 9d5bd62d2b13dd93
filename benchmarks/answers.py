"""
What the benchmarks' server answers, and the picture that is sent to it: made up here, in the shape and the size of what
the API gives, the same in every run.
"""

from __future__ import annotations

import json
import random
import struct
import zlib
from pathlib import Path
from typing import Any, Final

EVENTS: Final = 2000
MODELS: Final = 328
VECTORS: Final = 64
NUMBERS: Final = 1024
CHAT_MODEL: Final = "llama-3.3-70b"
_SIDES: Final = (2048, 1366)
"""Of the picture: 3 bytes a pixel, 8.4 MB in all."""


def chat() -> bytes:
    """Return a completion of a few sentences."""
    content = "A sunset is the daily disappearance of the sun below the horizon. " * 6
    message: dict[str, Any] = {"role": "assistant", "content": content, "reasoning_content": None, "tool_calls": []}
    return _written(
        {
            "id": "chatcmpl-2f1c9d07a55e4cf0a3a4",
            "object": "chat.completion",
            "created": 1764979200,
            "model": CHAT_MODEL,
            "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 42, "completion_tokens": 96, "total_tokens": 138, "prompt_tokens_details": None},
            "venice_parameters": {
                "enable_web_search": "off",
                "enable_web_citations": False,
                "enable_web_scraping": False,
                "include_venice_system_prompt": True,
                "include_search_results_in_stream": False,
                "return_search_results_as_documents": False,
                "strip_thinking_response": False,
                "disable_thinking": False,
            },
        }
    )


def events() -> list[bytes]:
    """Return the events of a stream, with its last."""
    chunks = []
    for number in range(EVENTS):
        delta = {"content": f"word{number} "} if number else {"role": "assistant", "content": ""}
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": None}
        chunks.append(
            {
                "id": "chatcmpl-2f1c9d07a55e4cf0a3a4",
                "object": "chat.completion.chunk",
                "created": 1764979200,
                "model": CHAT_MODEL,
                "choices": [choice],
            }
        )
    return [*(b"data: " + _written(chunk) + b"\n\n" for chunk in chunks), b"data: [DONE]\n\n"]


def embeddings() -> bytes:
    """Return a vector of plausible numbers for each text."""
    dice = random.Random(1)  # noqa: S311  # every run needs the same numbers
    rows = [
        {
            "object": "embedding",
            "index": index,
            "embedding": [_single(dice.uniform(-0.1, 0.1)) for _ in range(NUMBERS)],
        }
        for index in range(VECTORS)
    ]
    usage = {"prompt_tokens": 640, "total_tokens": 640}
    return _written({"object": "list", "data": rows, "model": "text-embedding-bge-m3", "usage": usage})


def models() -> bytes:
    """Return a list of models of 135 kB, as large as the API's: a third are text models with many capabilities."""
    return _written({"object": "list", "type": "all", "data": [_model(number) for number in range(MODELS)]})


def _model(number: int) -> dict[str, Any]:
    price = {"usd": 6, "diem": 6}
    spec: dict[str, Any] = {"privacy": "anonymized", "traits": [], "name": f"Model Number {number}"}
    if number % 3 == 0:
        switches = ["optimizedForCode", "supportsAudioInput", "supportsFunctionCalling", "supportsLogProbs"]
        switches += ["supportsMultipleImages", "supportsReasoning", "supportsReasoningEffort", "supportsResponseSchema"]
        switches += ["supportsTeeAttestation", "supportsE2EE", "supportsVideoInput", "supportsVision"]
        switches += ["supportsWebSearch", "supportsXSearch"]
        spec["capabilities"] = {
            **{name: (number + place) % 2 == 0 for place, name in enumerate(switches)},
            "quantization": "not-available",
            "maxImages": 10,
        }
        spec["pricing"] = {"input": price, "cache_input": price, "cache_write": price, "output": price}
        spec["availableContextTokens"] = 198000
        kind = "text"
    else:
        spec["pricing"] = {"generation": price, "upscale": {"2x": price, "4x": price}}
        limits = {"aspect_ratios": ["16:9", "9:16"], "resolutions": ["720p"], "durations": ["5s", "10s"]}
        spec["constraints"] = {"model_type": "text-to-video", **limits}
        kind = "video"
    created = 1764979200 + number
    row = {"id": f"model-{number}", "type": kind, "object": "model", "owned_by": "venice.ai", "created": created}
    return {**row, "model_spec": spec}


def picture(path: Path, sides: tuple[int, int] = _SIDES) -> None:
    """Write a PNG that no packing makes smaller."""
    width, height = sides
    dice = random.Random(2)  # noqa: S311  # every run needs the same picture
    pixels = b"".join(b"\0" + dice.randbytes(3 * width) for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(pixels, 0)), (b"IEND", b""))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _single(number: float) -> float:
    """A number of 32 bits, which is what embeddings are made of; written out it has 17 digits or so."""
    single: float = struct.unpack("f", struct.pack("f", number))[0]
    return single


def _written(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
