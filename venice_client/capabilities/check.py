"""
The check of every call of a client with `check_models=True`, before it is sent.

It refuses what the list says the model can't do, and nothing else: where the list can't be had, where it does not know
the model, where a request names none, the call goes on. A refusal is never made of an old list. What is wrong by the
contract is told elsewhere.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from venice_client._core.client import AsyncClient, SyncClient
from venice_client._core.error_text import one_line
from venice_client._core.errors import RequestValidationError, VeniceError
from venice_client._core.request.call import CallOptions
from venice_client._core.response.deprecation import tell_once
from venice_client._core.schema.operation import Operation
from venice_client._core.warnings import VeniceWarning, warn
from venice_client.capabilities.cache import MAX_AGE
from venice_client.capabilities.catalog import CONFIRMED, Catalogue, catalogue_of
from venice_client.capabilities.comparison import Verdict, judge, model_of
from venice_client.capabilities.listing import Abilities
from venice_client.capabilities.request_values import fields
from venice_client.images.embed import Pictured

_logger = logging.getLogger("venice_client")


def guard(client: SyncClient, operation: Operation, body: Any, options: CallOptions | None) -> None:
    """Raise RequestValidationError where the model of a request can't do what it asks for."""
    values = _values(body, options)
    try:
        verdict = judged(client, operation.key, values, hurried=True)
    except VeniceError as error:
        _tell(catalogue_of(client), error)
    else:
        settle(verdict)


async def guard_async(client: AsyncClient, operation: Operation, body: Any, options: CallOptions | None) -> None:
    """The same, awaited."""
    values = _values(body, options)
    try:
        verdict = await judged_async(client, operation.key, values, hurried=True)
    except VeniceError as error:
        _tell(catalogue_of(client), error)
    else:
        settle(verdict)


def judged(
    client: SyncClient, operation: str, values: Mapping[str, Any], *, max_age: float = MAX_AGE, hurried: bool = False
) -> Verdict:
    """
    Hold a request against the list, and against a new one where an old one would refuse it.

    `hurried` is for a call that is about to be sent: it is all there is of the request, and it is not to wait long.
    """
    verdict = Verdict(None)
    for age in _ages(operation, values, max_age):
        listing = catalogue_of(client).listing(client, age, hurried=hurried)
        verdict = judge(operation, values, listing, whole=hurried)
        if not verdict.problems:
            break
    return verdict


async def judged_async(
    client: AsyncClient, operation: str, values: Mapping[str, Any], *, max_age: float = MAX_AGE, hurried: bool = False
) -> Verdict:
    """The same, awaited."""
    verdict = Verdict(None)
    for age in _ages(operation, values, max_age):
        listing = await catalogue_of(client).listing_async(client, age, hurried=hurried)
        verdict = judge(operation, values, listing, whole=hurried)
        if not verdict.problems:
            break
    return verdict


def settle(verdict: Verdict) -> Abilities | None:
    """Raise what a verdict found, or return its model, and tell once where that one goes away."""
    if verdict.problems:
        raise RequestValidationError(verdict.problems)
    if verdict.model is not None and (text := verdict.model.deprecation()):
        tell_once(verdict.model.id, text)
    return verdict.model


def _ages(operation: str, values: Mapping[str, Any], max_age: float) -> tuple[float, ...]:
    """How old the list may be, each time it is looked at; it is not needed where no model is named."""
    if model_of(operation, values) is None:
        return ()
    return (max_age, CONFIRMED) if max_age > CONFIRMED else (max_age,)


def _values(body: Any, options: CallOptions | None) -> Mapping[str, Any]:
    """What is going to be sent, by the names on the wire. Pictures are not read for it."""
    if isinstance(body, Pictured):
        body = body.body
    return {**fields(body), **((options or {}).get("extra_body") or {})}


def _tell(catalogue: Catalogue, error: VeniceError) -> None:
    """Warn once; where warnings are errors it is logged, for a call that may go on is not held back by this."""
    if not catalogue.is_news():
        return
    text = one_line(f"calls go on without a check of what their models can do: {error}", 500)
    try:
        warn(text, VeniceWarning)
    except VeniceWarning:
        _logger.warning("%s", text)
