"""
`venice.models` with what its list is good for: `check`, which holds a request against it, and `abilities`.

The list is asked for once and kept, in memory and in a file; `max_age` says how many seconds old it may be. What that
takes is imported when it is first asked for: the generated operations need none of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from venice_client._core.errors import RequestValidationError
from venice_client._core.resource import AsyncResource, Resource
from venice_client.capabilities.cache import MAX_AGE

if TYPE_CHECKING:
    from venice_client.api.models import AsyncModels as GeneratedAsyncModels
    from venice_client.api.models import Models as GeneratedModels
    from venice_client.capabilities.listing import Abilities, Listing
else:
    # A description of another day may have no such resource: what it has works all the same.
    try:
        generated = import_module("venice_client.api.models")
        GeneratedModels, GeneratedAsyncModels = generated.Models, generated.AsyncModels
    except ImportError:
        GeneratedModels, GeneratedAsyncModels = Resource, AsyncResource


class Models(GeneratedModels):
    """The operations of `models`."""

    def check(self, operation: str, /, *, max_age: float = MAX_AGE, **arguments: Any) -> Abilities | None:
        """
        Tell whether a model can do what is asked for, before it is paid for. Nothing but GET /models is sent.

            venice.models.check("image-edit", model="qwen-edit", aspect_ratio="16:9")

        Where no model is named, the server chooses one, and nothing is checked.

        Args:
            operation: `"image-edit"`, `"images.edit"` or `"POST /image/edit"`.
            max_age: How many seconds old the list of models may be. One that refuses is asked for anew
                after a minute all the same.
            arguments: What the operation's method takes, all of it or only what matters.

        Returns:
            What the list says of the model; None where it says nothing of it, so that nothing is known.

        Raises:
            RequestValidationError: The model can't do it: every problem, with what it can.
            VeniceError: The list can't be had.
        """
        from venice_client.capabilities.check import judged, settle

        key, values = _asked(operation, arguments)
        return settle(judged(self._client, key, values, max_age=max_age))

    def abilities(self, model: str, *, max_age: float = MAX_AGE) -> Abilities:
        """
        Return what the list says of a model, by its id or a trait such as `default_vision`; print it to read it.

        Raises RequestValidationError where the list has no such model.
        """
        from venice_client.capabilities.catalog import catalogue_of

        return _found(catalogue_of(self._client).listing(self._client, max_age), model)


class AsyncModels(GeneratedAsyncModels):
    """The operations of `models`, to be awaited."""

    async def check(self, operation: str, /, *, max_age: float = MAX_AGE, **arguments: Any) -> Abilities | None:
        """Tell whether a model can do what is asked for, before it is paid for: see `Models.check`."""
        from venice_client.capabilities.check import judged_async, settle

        key, values = _asked(operation, arguments)
        return settle(await judged_async(self._client, key, values, max_age=max_age))

    async def abilities(self, model: str, *, max_age: float = MAX_AGE) -> Abilities:
        """Return what the list says of a model: see `Models.abilities`."""
        from venice_client.capabilities.catalog import catalogue_of

        return _found(await catalogue_of(self._client).listing_async(self._client, max_age), model)


def _asked(operation: str, arguments: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    from venice_client.capabilities.names import find_operation, on_the_wire

    declared = find_operation(operation)
    values, problems = on_the_wire(declared, arguments)
    if problems:
        raise RequestValidationError(problems)
    return declared.key, values


def _found(listing: Listing, name: str) -> Abilities:
    if (found := listing.find(name)) is not None:
        return found
    from difflib import get_close_matches

    near = get_close_matches(str(name), listing.ids, 3, 0.4)
    hint = f"the nearest are {', '.join(near)}" if near else f"venice.models.list() has all {len(listing)}"
    raise RequestValidationError([f"model: the list of models has no {str(name)[:80]!r}; {hint}"])
