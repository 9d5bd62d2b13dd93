"""
Try the client on the real API, with VENICE_API_KEY set: `make live`. It costs a few cents and says how much.

    python examples/live.py [--description URL|FILE] [--report FILE]

Six steps, in this order: fetch and check the description, list the models, edit one small picture with the cheapest
model, stream a short chat with the cheapest model, read the balance, read the usage. A step that fails is reported, and
the steps that need its result are skipped. The report holds no key and no content of the account.
"""

from __future__ import annotations

import argparse
import os
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from venice_client import Venice, __version__
from venice_client.errors import VeniceError

ROOT = Path(__file__).resolve().parent.parent
LIVE_URL = "https://api.venice.ai/doc/api/swagger.yaml"


class SkippedError(Exception):
    """A step needs the result of one that failed."""


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
        listed = self.venice.models.list(type="all").data
        self.models = [model.to_dict() for model in listed]
        return f"{len(self.models)} models"

    def edit_picture(self) -> str:
        model, price = self._cheapest("inpaint", "inpaint")
        edited = self.venice.images.edit(grey_png(256), "paint a red circle in the middle", model=model)
        self.costs["edit"] = price
        return f"{model}: {edited.media_type}, {len(edited):,} bytes, ${price:.4f}"

    def stream_chat(self) -> str:
        model, _ = self._cheapest("text", "output")
        words, usage = 0, None
        with self.venice.chat.completions.create(
            model=model,
            messages=[{"role": "user", "content": "Say hello in one word."}],
            stream=True,
            stream_options={"include_usage": True},
            max_completion_tokens=64,
        ) as stream:
            for chunk in stream:
                words += 1
                usage = chunk.usage or usage
        if usage is None:
            return f"{model}: {words} events, no usage was reported"
        given, made = int(usage.prompt_tokens or 0), int(usage.completion_tokens or 0)
        self.costs["chat"] = (given * self._price(model, "input") + made * self._price(model, "output")) / 1e6
        return f"{model}: {words} events, {given} + {made} tokens, ${self.costs['chat']:.6f}"

    def read_balance(self) -> str:
        return "can consume" if self.venice.billing.balance().can_consume else "cannot consume"

    def read_usage(self) -> str:
        history = self.venice.billing.usage_history()
        return "read" if isinstance(history, str) else f"{len(history.data)} entries"

    def _cheapest(self, kind: str, price: str) -> tuple[str, float]:
        """Return the id and the price in US dollars of the cheapest model of a kind that is online."""
        found = []
        for model in self.models:
            spec = model.get("model_spec") or {}
            usd = ((spec.get("pricing") or {}).get(price) or {}).get("usd")
            if model.get("type") == kind and not spec.get("offline") and isinstance(usd, int | float):
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
        lines, failed = [], 0
        for title, step in steps:
            started = time.perf_counter()
            try:
                state, text = "passed", step()
            except SkippedError as error:
                state, text = "skipped", str(error)
            except (VeniceError, RuntimeError, OSError, ValueError, KeyError, AttributeError, TypeError) as error:
                state, text = "failed", f"{type(error).__name__}: {error}"
            failed += state != "passed"
            cell = " ".join(text.replace(key, "***").split()).replace("|", "/")[:300]
            line = f"| {title} | {state} | {time.perf_counter() - started:.1f} s | {cell} |"
            lines.append(line)
            print(line, flush=True)
    cost = f"Cost by the models' prices: ${sum(trial.costs.values()):.4f}."
    head = f"# venice-client {__version__} on the real API\n\n"
    head += "| step | result | time | details |\n| --- | --- | --- | --- |\n"
    options.report.parent.mkdir(parents=True, exist_ok=True)
    options.report.write_text(head + "\n".join(lines) + f"\n\n{cost}\n", encoding="utf-8")
    print(f"{cost} Report: {options.report}")
    return 1 if failed else 0


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
