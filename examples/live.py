"""
Try the client on the real API, with VENICE_API_KEY set: `make live`. It costs a few cents and says how much.

    python examples/live.py [--description URL|FILE] [--report FILE]

Six steps, in this order: fetch and check the description, list the models, edit one small picture with the cheapest
model, stream a short chat with the cheapest model, read the balance, read the usage. A step fails where its response is
not what was requested: the report says what was expected and what was found. The steps that need its result are
skipped. The report holds no key and no content of the account.
"""

from __future__ import annotations

import argparse
import io
import os
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeGuard

from venice_client import Venice, __version__
from venice_client.errors import VeniceError
from venice_client.images.formats.completeness import damage

ROOT = Path(__file__).resolve().parent.parent
LIVE_URL = "https://api.venice.ai/doc/api/swagger.yaml"
FORMAT: Literal["png"] = "png"
MOST_TOKENS = 64


class SkippedError(Exception):
    """A step needs the result of one that failed."""


class CheckError(Exception):
    """A response is not what was requested."""


class Trial:
    """The steps, with what they found and what they cost in US dollars by the models' prices."""

    def __init__(self, venice: Venice, description: str) -> None:
        self.venice, self.description = venice, description
        self.models: list[dict[str, Any]] = []
        self.costs: dict[str, float] = {}

    def check_description(self) -> str:
        """Compare the pin with the description; drift is a result, not a failure."""
        command = [sys.executable, "-m", "generator", "check", "--from", self.description]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=without_key())
        if done.returncode not in (0, 1):
            raise RuntimeError(last_line(done.stderr))
        return "in step with the pin" if done.returncode == 0 else f"it differs: {last_line(done.stderr)}"

    def list_models(self) -> str:
        response = self.venice.models.with_raw_response.list(type="all")
        expect_type("the list", response.media_type, "application/json")
        listed = [model.to_dict() for model in response.parsed.data]
        ids = [model.get("id") for model in listed]
        nameless = sum(not isinstance(name, str) or not name for name in ids)
        expect("an id of each model", nameless == 0, "text", f"{nameless} models without")
        expect("ids", len(set(ids)) == len(ids), "each once", f"{len(ids) - len(set(ids))} more than once")
        kinds = sorted({str(model.get("type")) for model in listed})
        expect("models of all types", {"text", "inpaint"} <= {*kinds}, "text, inpaint and others", ", ".join(kinds))
        self.models = listed
        return f"{len(listed)} models of {len(kinds)} types"

    def edit_picture(self) -> str:
        model, price = self._cheapest("inpaint", "inpaint")
        source = grey_png(256)
        edited = self.venice.images.edit(source, "paint a red circle in the middle", model=model, output_format=FORMAT)
        self.costs["edit"] = price
        named = media_type(edited.headers)
        expect_type("the picture", named, f"image/{FORMAT}")
        expect("its first bytes", edited.media_type == named, named, edited.media_type)
        missing = damage(io.BytesIO(edited.data), len(edited.data), named)
        expect("its file", missing is None, "a complete one", missing)
        picture = edited.pil()
        picture.load()  # raises OSError where the pixels cannot be decoded
        ratio = picture.width / picture.height
        expect("its shape", 0.9 < ratio < 1.1, "a square like the source", f"{picture.width} x {picture.height}")
        expect("the picture", edited.data != source, "an edited one", "the source as it was sent")
        colours = picture.convert("RGB").getcolors(maxcolors=1)
        expect("its pixels", colours is None, "more than one colour", "one colour")
        expect_model(edited.meta.model.id, model)
        return f"{model}: {named}, {picture.width} x {picture.height}, {len(edited.data):,} bytes, ${price:.4f}"

    def stream_chat(self) -> str:
        model, _ = self._cheapest("text", "output")
        with self.venice.chat.completions.create(
            model=model,
            messages=[{"role": "user", "content": "Say hello in one word."}],
            stream=True,
            stream_options={"include_usage": True},
            max_completion_tokens=MOST_TOKENS,
        ) as stream:
            named = media_type(stream.headers)
            chunks = list(stream)  # raises StreamInterrupted where it ends before its last event
        usage = next((chunk.usage for chunk in reversed(chunks) if chunk.usage), None)
        given, made = (whole(usage.prompt_tokens), whole(usage.completion_tokens)) if usage else (0, 0)
        self.costs["chat"] = (given * self._price(model, "input") + made * self._price(model, "output")) / 1e6
        expect_type("the stream", named, "text/event-stream")
        choices = [choice for chunk in chunks for choice in chunk.choices]
        deltas = [choice.delta for choice in choices if choice.delta]
        text = "".join((delta.content or "") + (delta.reasoning_content or "") for delta in deltas)
        expect("the text of the events", bool(text.strip()), "some", f"none in {len(chunks)} events")
        ids = {str(chunk.id) for chunk in chunks}
        expect("the id of the events", len(ids) == 1, "the same in each", f"{len(ids)} ids")
        for name in dict.fromkeys(chunk.model for chunk in chunks):
            expect_model(name, model)
        expect_model(stream.meta.model.id, model)
        ends = [choice.finish_reason for choice in choices if choice.finish_reason]
        ended = len(ends) == 1 and ends[0] in {"stop", "length"}
        expect("finish_reason", ended, "stop or length, once", ", ".join(ends) or "none")
        expect("the usage", usage is not None, "prompt_tokens and completion_tokens (include_usage)", "none")
        expect("prompt_tokens", given >= 1, "1 or more", given)
        expect("completion_tokens", 1 <= made <= MOST_TOKENS, f"1 to {MOST_TOKENS} (max_completion_tokens)", made)
        return f"{model}: {len(chunks)} events, {given} + {made} tokens, ${self.costs['chat']:.6f}"

    def read_balance(self) -> str:
        response = self.venice.billing.with_raw_response.balance()
        expect_type("the balance", response.media_type, "application/json")
        can, balances = response.parsed.can_consume, response.json().get("balances")
        expect("canConsume", isinstance(can, bool), "true or false", kind_of(can))
        expect("the balances", isinstance(balances, dict), "an object", kind_of(balances))
        numbers = [name for name in ("diem", "usd") if is_number(balances.get(name))]
        expect("the balances", bool(numbers), "a number in diem or usd", "none")
        return f"{'can' if can else 'cannot'} consume, balance in {' and '.join(numbers)}"

    def read_usage(self) -> str:
        response = self.venice.billing.with_raw_response.usage_history()
        expect_type("the usage", response.media_type, "application/json")
        expect("the usage", not isinstance(response.parsed, str), "an object", "text")
        data = response.json().get("data")
        expect("its entries", isinstance(data, list), "a list", kind_of(data))
        odd = [kind_of(entry) for entry in data if not isinstance(entry, dict)]
        expect("each entry", not odd, "an object", ", ".join(odd))
        return f"{len(data)} entries"

    def _cheapest(self, kind: str, price: str) -> tuple[str, float]:
        """Return the id and the price in US dollars of the cheapest model of a kind that is online."""
        found = []
        for model in self.models:
            spec = model.get("model_spec") or {}
            usd = ((spec.get("pricing") or {}).get(price) or {}).get("usd")
            if model.get("type") == kind and not spec.get("offline") and is_number(usd) and usd >= 0:
                found.append((float(usd), str(model["id"])))
        if not found:
            raise SkippedError(f"no model of type {kind} with a price was listed")
        usd, name = min(found)
        return name, usd

    def _price(self, name: str, price: str) -> float:
        spec = next(model["model_spec"] for model in self.models if model["id"] == name)
        return float(spec["pricing"][price]["usd"])


def main() -> int:
    """Run the steps, write the report, and return 0 where all of them passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--description", default=LIVE_URL)
    parser.add_argument("--report", type=Path, default=ROOT / "build" / "live" / "report.md")
    options = parser.parse_args()
    key = os.environ.get("VENICE_API_KEY", "")
    if not key:
        print("VENICE_API_KEY is not set: nothing was sent.", file=sys.stderr)
        return 2
    with Venice(max_retries=1) as venice:
        trial = Trial(venice, options.description)
        steps: list[tuple[str, Callable[[], str]]] = [
            ("Fetch and check the description", trial.check_description),
            ("List the models", trial.list_models),
            ("Edit a picture", trial.edit_picture),
            ("Stream a chat", trial.stream_chat),
            ("Read the balance", trial.read_balance),
            ("Read the usage", trial.read_usage),
        ]
        lines, failed, uncertain = [], 0, False
        for title, step in steps:
            started = time.perf_counter()
            try:
                state, text = "passed", step()
            except SkippedError as error:
                state, text = "skipped", str(error)
            except Exception as error:  # noqa: BLE001  # any failure is a result, and the next step may pass
                state, text = "failed", f"{type(error).__name__}: {error}"
                if isinstance(error, VeniceError) and error.may_have_been_charged:
                    text, uncertain = f"It may have been charged. {text}", True
            failed += state != "passed"
            cell = " ".join(text.replace(key, "***").split()).replace("|", "/")[:300]
            line = f"| {title} | {state} | {time.perf_counter() - started:.1f} s | {cell} |"
            lines.append(line)
            print(line, flush=True)
    cost = f"Cost by the models' prices: ${sum(trial.costs.values()):.4f}."
    cost += " A failed step may have been charged beside it." if uncertain else ""
    head = f"# venice-client {__version__} on the real API\n\n"
    head += "| step | result | time | details |\n| --- | --- | --- | --- |\n"
    options.report.parent.mkdir(parents=True, exist_ok=True)
    options.report.write_text(head + "\n".join(lines) + f"\n\n{cost}\n", encoding="utf-8")
    print(f"{cost} Report: {options.report}")
    return 1 if failed else 0


def expect(what: str, holds: bool, expected: object, found: object) -> None:
    """Raise CheckError, which says what was expected and what was found, unless it holds."""
    if not holds:
        raise CheckError(f"{what}: expected {expected}, found {found}")


def expect_type(what: str, found: str, expected: str) -> None:
    """Compare the media type that a response names."""
    expect(f"Content-Type of {what}", found == expected, expected, found or "none")


def expect_model(found: str | None, requested: str) -> None:
    """Compare the model that a response names, where it names one."""
    expect("the model", found in (None, requested), requested, found)


def media_type(headers: Mapping[str, str]) -> str:
    """Return the media type that the headers name, without parameters."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def is_number(value: object) -> TypeGuard[float]:
    """Return whether JSON has a number there."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def whole(value: object) -> int:
    """Return a count of tokens; 0 where the response has none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def kind_of(value: object) -> str:
    """Return what a value is; the report shows no content of the account."""
    return "nothing" if value is None else type(value).__name__


def without_key() -> dict[str, str]:
    """Return the environment for another program, which needs no key."""
    return {name: value for name, value in os.environ.items() if name != "VENICE_API_KEY"}


def last_line(text: str) -> str:
    """Return the last line of a program's messages."""
    return (text.strip().splitlines() or ["no message"])[-1]


def grey_png(side: int) -> bytes:
    """Return a grey picture with sides of `side` pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x80" * side) * side)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


if __name__ == "__main__":
    sys.exit(main())
