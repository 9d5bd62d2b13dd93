"""Lists in pages are iterated as one, and the iteration ends whatever the server responds."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.table import table
from venice_client import AsyncVenice, ResponseDecodeError, Venice
from venice_client.models import Character, CharacterList, UsageRecord, WalletTransaction

if TYPE_CHECKING:
    from tests.client.conftest import Loopback

WALLET = "0x" + "1a" * 20


def both(url: str, work: Any) -> Any:
    """The result of a list with both clients, one after the other; they must send the same requests."""
    with Venice("k", base_url=url) as venice:
        first = list(work(venice))

    async def go() -> list[Any]:
        async with AsyncVenice("k", base_url=url) as venice:
            return [item async for item in work(venice)]

    assert asyncio.run(go()) == first
    return first


def say(server: Loopback, *bodies: Any, headers: dict[str, str] | None = None) -> None:
    for body in bodies * 2:
        server.answer(json.dumps(body), headers=headers)


def targets(server: Loopback) -> list[str]:
    lines = [request.split(b" ")[1].decode().removeprefix("/api/v1") for request in server.requests]
    half = len(lines) // 2
    assert lines[:half] == lines[half:]
    return lines[:half]


def rows(*names: str) -> list[dict[str, str]]:
    return [{"id": name} for name in names]


def test_pages_by_offset_end_at_an_empty_page(server: Loopback) -> None:
    say(server, {"data": rows("a", "b")}, {"data": rows("c")}, {"data": []})
    found = both(server.url, lambda venice: venice.characters.iterate(search="x", limit=2))
    assert [item.id for item in found] == ["a", "b", "c"]
    assert all(type(item) is Character for item in found)
    assert targets(server) == [f"/characters?limit=2{offset}&search=x" for offset in ("", "&offset=2", "&offset=3")]


def test_pages_are_requested_when_they_are_needed(server: Loopback) -> None:
    server.answer(json.dumps({"data": rows("a", "b")}))
    with Venice("k", base_url=server.url) as venice:
        pages = venice.characters.iterate(offset=5)
        assert server.requests == []
        assert next(iter(pages)).id == "a"
        assert len(server.requests) == 1
        assert repr(pages) == "<pages by offset>"


def test_a_repeated_page_ends_the_iteration(server: Loopback) -> None:
    say(server, {"data": rows("a")}, {"data": rows("a")})
    assert len(both(server.url, lambda venice: venice.characters.iterate())) == 1
    assert len(targets(server)) == 2


def test_pages_can_be_iterated_instead_of_items(server: Loopback) -> None:
    say(server, {"data": rows("a")}, {"data": rows("b")}, {"data": None})
    pages = both(server.url, lambda venice: venice.characters.iterate().pages())
    assert [type(page) for page in pages] == [CharacterList] * 2


def test_numbered_pages_end_at_total_pages(server: Loopback) -> None:
    info = {"totalPages": 2}
    say(server, {"data": rows("a"), "pagination": info}, {"data": rows("b"), "pagination": info})
    found = both(server.url, lambda venice: venice.characters.iterate_reviews(slug="s"))
    assert [item.id for item in found] == ["a", "b"]
    assert targets(server) == ["/characters/s/reviews", "/characters/s/reviews?page=2"]


def test_a_cursor_is_sent_without_other_parameters_and_not_twice(server: Loopback) -> None:
    say(
        server,
        {"data": [{"sku": "a"}], "nextCursor": "one"},
        {"data": [{"sku": "b"}], "nextCursor": "two"},
        {"data": [{"sku": "c"}], "nextCursor": "one"},
    )
    found = both(server.url, lambda venice: venice.billing.iterate_usage_history(currency="USD", page_size=10))
    assert [item.sku for item in found] == ["a", "b", "c"]
    assert all(type(item) is UsageRecord for item in found)
    base = "/billing/usage-history"
    assert targets(server) == [f"{base}?currency=USD&pageSize=10", f"{base}?cursor=one", f"{base}?cursor=two"]


def test_a_cursor_may_be_in_a_response_header(server: Loopback) -> None:
    say(server, {"data": [{"sku": "a"}]}, {"data": [{"sku": "b"}]}, headers={"x-next-cursor": "same"})
    assert len(both(server.url, lambda venice: venice.billing.iterate_usage_history())) == 2


def test_pages_of_transactions_end_when_has_more_is_false(server: Loopback) -> None:
    def page(name: str, *, more: bool) -> dict[str, Any]:
        return {"data": {"transactions": rows(name), "pagination": {"hasMore": more}}}

    say(server, page("a", more=True), page("b", more=False))
    found = both(
        server.url, lambda venice: venice.x402.iterate_transactions(wallet_address=WALLET, sign_in_with_x="signed")
    )
    assert [type(item) for item in found] == [WalletTransaction] * 2
    assert [item.id for item in found] == ["a", "b"]
    assert targets(server)[1].endswith("?offset=1")
    assert all(b"signed" in request for request in server.requests)


def test_a_response_that_is_not_a_page_raises_an_error(server: Loopback) -> None:
    server.answer("a,b", "text/csv")
    with Venice("k", base_url=server.url) as venice, pytest.raises(ResponseDecodeError, match="be a page") as caught:
        list(venice.billing.iterate_usage_history())
    assert caught.value.body == b"a,b"


@table("body", ["true", "[5]", "7"])
def test_json_that_is_not_a_page_raises_an_error(server: Loopback, body: str) -> None:
    server.answer(body)
    server.answer(body)
    with Venice("k", base_url=server.url) as venice, pytest.raises(ResponseDecodeError, match="be a page") as caught:
        list(venice.billing.iterate_usage_history())
    assert caught.value.body in (b"true", b"[5]", b"7")


def test_an_empty_page_with_a_next_cursor_does_not_end_the_iteration(server: Loopback) -> None:
    say(
        server,
        {"data": [{"sku": "a"}], "nextCursor": "one"},
        {"data": [], "nextCursor": "two"},
        {"data": [{"sku": "b"}]},
    )
    found = both(server.url, lambda venice: venice.billing.iterate_usage_history())
    assert [item.sku for item in found] == ["a", "b"]


def test_an_empty_page_with_a_repeated_cursor_ends_the_iteration(server: Loopback) -> None:
    say(server, {"data": [], "nextCursor": "same"}, {"data": [], "nextCursor": "same"})
    assert both(server.url, lambda venice: venice.billing.iterate_usage_history()) == []
