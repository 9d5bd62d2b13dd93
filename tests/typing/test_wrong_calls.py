"""Type checkers find each wrong call of `images.map`, private chats and wallets, and nothing in the right ones."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

MAP = """
from pathlib import Path
from collections.abc import AsyncIterator, Iterator
from typing import assert_type
from venice_client import AsyncVenice, MapResult, Venice
from venice_client.batch.run import AsyncMapRun, MapRun

venice = Venice()
slow = AsyncVenice()


def pairs() -> Iterator[tuple[str, bytes]]:
    yield "a", b""


async def stream() -> AsyncIterator[Path]:
    yield Path("a.png")


assert_type(venice.images.map("photos", "x", to="out", aspect_ratio="16:9", concurrency=4), MapRun)
assert_type(venice.images.map(pairs(), "x", progress=True, timeout=5.0), MapRun)
assert_type(venice.images.map({"a": b"", "b": Path("x")}, operation="upscale", scale=2), MapRun)
assert_type(slow.images.map(stream(), operation="remove_background"), AsyncMapRun)
assert_type(venice.images.map([1, 2], call=lambda client, item: item, task="t"), MapRun)
for item in venice.images.map([Path("x"), b"", "y"], "x"):
    assert_type(item, MapResult)
venice.images.map("photos", "x", concurency=5)  # wrong
venice.images.map("photos", "x", aspect_ration="16:9")  # wrong
venice.images.map("photos", "x", scale=2)  # wrong
venice.images.map("photos")  # wrong
venice.images.map("photos", "x", operation="upscale")  # wrong
venice.images.map("photos", operation="upscale", aspect_ratio="16:9")  # wrong
venice.images.map(stream(), "x")  # wrong
venice.images.map(5, "x")  # wrong
slow.images.map("photos", "x", on_error="ignore")  # wrong
venice.images.map("photos", "x", aspect_ratio=5)  # wrong
"""
PRIVATE = """
from typing import assert_type
from venice_client import AsyncVenice, Venice
from venice_client.chat.parsed import ParsedChatCompletion
from venice_client.chat.stream import ChatCompletionStreamManager
from venice_client.models import ChatCompletion
from venice_client.tee import E2EE, Attestation
from venice_client.wallets import EVMWallet, SolanaWallet

venice = Venice(e2ee=True)
messages = [{"role": "user", "content": "hi"}]
attestation = venice.tee.attest(model="m", require="key-bound")
assert_type(attestation, Attestation)
assert_type(venice.chat.completions.create(model="m", messages=messages, e2ee=True), ChatCompletion)
assert_type(venice.chat.completions.create(model="m", messages=messages, e2ee=attestation), ChatCompletion)
strict = E2EE(require="key-bound", collateral="intel")
for chunk in venice.chat.completions.create(model="m", messages=messages, e2ee=strict, stream=True):
    print(chunk.id)
assert_type(venice.chat.completions.with_raw_response.create(model="m", messages=messages, e2ee=True).status_code, int)
with venice.chat.completions.with_streaming_response.create(model="m", messages=messages, e2ee=True) as response:
    response.read()
manager: ChatCompletionStreamManager[object] = venice.chat.completions.stream(
    model="m", messages=messages, e2ee=True)
parsed: ParsedChatCompletion[str] = venice.chat.completions.parse(model="m", messages=messages, e2ee=False)


async def slow(client: AsyncVenice) -> None:
    assert_type(await client.chat.completions.create(model="m", messages=messages, e2ee=True), ChatCompletion)
    async for chunk in await client.chat.completions.create(model="m", messages=messages, e2ee=strict, stream=True):
        print(chunk.id)
    await client.chat.completions.create(model="m", messages=messages, e2ee="yes")  # wrong
    await client.tee.attest(model="m", require="best")  # wrong
    await client.x402.top_up(amount=5)  # wrong


venice.chat.completions.create(model="m", messages=messages, e2ee="yes")  # wrong
venice.chat.completions.create(model="m", messages=messages, e2e=True)  # wrong
venice.chat.completions.stream(model="m", messages=messages, e2ee=1.5)  # wrong
venice.embeddings.create(model="m", input="a", e2ee=True)  # wrong
venice.tee.attest("m")  # wrong
venice.x402.top_up(amount_usd=[5])  # wrong
venice.x402.top_up(20)  # wrong
wallets = Venice(auth=EVMWallet("00")), AsyncVenice(auth=SolanaWallet(lambda: b""))
EVMWallet(5)  # wrong
E2EE(required="key-bound")  # wrong
"""
PROGRAMS = {"map": MAP, "private": PRIVATE}


def wrong(name: str) -> set[int]:
    return {number for number, line in enumerate(PROGRAMS[name].splitlines(), 1) if line.endswith("# wrong")}


@pytest.fixture(params=sorted(PROGRAMS))
def name(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture
def program(name: str, tmp_path: Path) -> Path:
    path = tmp_path / "program.py"
    path.write_text(PROGRAMS[name])
    return path


@pytest.mark.slow
def test_mypy_finds_the_wrong_calls(program: Path, name: str) -> None:
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--no-error-summary",
        "--cache-dir",
        str(program.parent),
        str(program),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    found = {int(line.split(":")[1]) for line in done.stdout.splitlines() if ": error:" in line}
    assert found == wrong(name), done.stdout


@pytest.mark.slow
def test_pyright_finds_the_wrong_calls(program: Path, name: str) -> None:
    checker = Path(sys.executable).with_name("basedpyright")
    if not checker.exists():
        pytest.skip("basedpyright is not installed")
    command = [str(checker), "--pythonpath", sys.executable, "--level", "error", "--outputjson", str(program)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    found = {item["range"]["start"]["line"] + 1 for item in json.loads(done.stdout)["generalDiagnostics"]}
    assert found == wrong(name), done.stdout
