"""Private chats and wallets: a checker must infer these types, and find what each `type: ignore` names."""

from __future__ import annotations

from typing import assert_type

from venice_client import AsyncVenice, Venice
from venice_client.chat.parsed import ParsedChatCompletion
from venice_client.chat.stream import ChatCompletionStreamManager
from venice_client.models import ChatCompletion
from venice_client.tee import E2EE, Attestation
from venice_client.wallets import EVMWallet, SolanaWallet

messages = [{"role": "user", "content": "hi"}]
strict = E2EE(require="key-bound", collateral="intel")


def right_calls(venice: Venice) -> None:
    attestation = venice.tee.attest(model="m", require="key-bound")
    assert_type(attestation, Attestation)
    completions = venice.chat.completions
    assert_type(completions.create(model="m", messages=messages, e2ee=True), ChatCompletion)
    assert_type(completions.create(model="m", messages=messages, e2ee=attestation), ChatCompletion)
    for chunk in completions.create(model="m", messages=messages, e2ee=strict, stream=True):
        assert_type(chunk.id, str)
    assert_type(completions.with_raw_response.create(model="m", messages=messages, e2ee=True).status_code, int)
    with completions.with_streaming_response.create(model="m", messages=messages, e2ee=True) as response:
        response.read()
    manager = completions.stream(model="m", messages=messages, e2ee=True)
    assert_type(manager, ChatCompletionStreamManager[None])
    of_type = completions.stream(model="m", messages=messages, response_format=int)
    assert_type(of_type, ChatCompletionStreamManager[int])
    assert_type(completions.parse(model="m", messages=messages, response_format={}).parsed, None)
    for step in completions.run_tools(model="m", messages=messages, tools=[], e2ee=False):
        assert_type(step.text, str)
    parsed: ParsedChatCompletion[str] = completions.parse(model="m", messages=messages, e2ee=False)
    assert_type((manager.__enter__().get_final_completion().id, parsed.id), tuple[str, str])
    Venice(e2ee=True, auth=EVMWallet("00"))
    AsyncVenice(auth=SolanaWallet(lambda: b""))


def wrong_calls(venice: Venice) -> None:
    venice.chat.completions.create(model="m", messages=messages, e2ee="yes")  # type: ignore[call-overload]
    venice.chat.completions.create(model="m", messages=messages, e2e=True)  # type: ignore[call-overload]
    venice.chat.completions.stream(model="m", messages=messages, e2ee=1.5)  # type: ignore[arg-type]
    venice.chat.completions.run_tools(model="m", messages=messages, tools=[], e2ee=True)  # type: ignore[arg-type]
    venice.embeddings.create(model="m", input="a", e2ee=True)  # type: ignore[call-arg]
    venice.tee.attest("m")  # type: ignore[call-arg]
    venice.x402.top_up(amount_usd=[5])  # type: ignore[arg-type]
    venice.x402.top_up(20)  # type: ignore[call-arg]
    EVMWallet(5)  # type: ignore[arg-type]
    E2EE(required="key-bound")  # type: ignore[call-arg]


async def slow_calls(client: AsyncVenice) -> None:
    assert_type(await client.chat.completions.create(model="m", messages=messages, e2ee=True), ChatCompletion)
    async for chunk in await client.chat.completions.create(model="m", messages=messages, e2ee=strict, stream=True):
        assert_type(chunk.id, str)
    await client.chat.completions.create(model="m", messages=messages, e2ee="yes")  # type: ignore[call-overload]
    await client.tee.attest(model="m", require="best")  # type: ignore[arg-type]
    await client.x402.top_up(amount=5)  # type: ignore[call-arg]
