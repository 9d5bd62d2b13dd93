"""`venice.models` with `check`, which holds a request against what its model can do, `capabilities` and `find`."""

from __future__ import annotations

import inspect
import re
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from venice_client._core.errors import ArgumentError, RequestValidationError
from venice_client._core.schema.fields import hint
from venice_client._core.schema.sentinel import UNSET
from venice_client.api.resources import resource_classes
from venice_client.capabilities.catalog import MAX_AGE, Capabilities, Catalog, CatalogSource

if TYPE_CHECKING:
    from venice_client._core.base_client import BaseClient
    from venice_client._core.schema.operation import Operation
    from venice_client.api.models import AsyncModels as GeneratedAsyncModels
    from venice_client.api.models import Models as GeneratedModels
    from venice_client.capabilities.check import Check
else:
    GeneratedModels, GeneratedAsyncModels = resource_classes("models")

_OF_JOBS: Final = ("generate", "submit")
"""The methods that order what the operation `queue` of their resource makes."""
_JOBS: Final = {f"{kind}-{method}": f"{kind}-queue" for kind in ("audio", "video") for method in _OF_JOBS}


class Models(GeneratedModels):
    """The operations of `models`."""

    def check(self, operation: str, /, *, max_age: float = MAX_AGE, **arguments: Any) -> Capabilities | None:
        """
        Check whether a model can do what a request says, before it is paid for. Only GET /models is sent.

            venice.models.check("image-edit", model="qwen-edit", aspect_ratio="16:9")

        The values of the contract are checked first, then the model's row in the list of models. A model that is
        not in the list is a warning that names the nearest ids; an error with `check_models="strict"`. Without a
        model only the contract's values are checked.

        Args:
            operation: `"image-edit"`, `"images.edit"` or `"POST /image/edit"`.
            max_age: The greatest age of the list in seconds. A list that refuses is fetched again when it is
                older than a minute.
            arguments: Arguments of the operation's method, all of them or some.

        Returns:
            What the list states of the model; None where it has no such model or none is named.

        Raises:
            RequestValidationError: The model can't do it: every violation, with what the model takes.
            VeniceError: The list could not be fetched.
        """
        from venice_client.capabilities.check import check

        return check(self._client, _checking(self._client, operation, arguments), max_age=max_age)

    def capabilities(self, model: str, *, max_age: float = MAX_AGE) -> Capabilities:
        """
        Return what the list of models states of a model, by its id or a trait such as `default_vision`.

        Raises RequestValidationError, with the nearest names, where the list has no such model.
        """
        name = _named(model)
        return _found(CatalogSource.of(self._client).get(self._client, max_age), name)

    def find(
        self, kind: str = "text", /, *features: str, min_context: int = 0, max_age: float = MAX_AGE
    ) -> list[Capabilities]:
        """
        Return the models of a kind that can be used at present and have all features, in the order of the list.

            venice.models.find("text", "vision", "function_calling", min_context=100_000)[0].id

        Args:
            kind: `text`, `image`, `inpaint` (edits pictures), `video`, `tts`, ...
            features: What a text model must support: `vision`, `function_calling`, `reasoning`, `web_search`,
                `response_schema`, ..., as its row in the list names them, with or without `supports`.
            min_context: The tokens that prompt and completion must be able to have together.
            max_age: The greatest age of the list in seconds.

        Raises RequestValidationError for a kind or a feature that no model has.
        """
        return CatalogSource.of(self._client).get(self._client, max_age).having(kind, features, min_context)


class AsyncModels(GeneratedAsyncModels):
    """The operations of `models`, async."""

    async def check(self, operation: str, /, *, max_age: float = MAX_AGE, **arguments: Any) -> Capabilities | None:
        """Check whether a model can do what a request says, before it is paid for: see `Models.check`."""
        from venice_client.capabilities.check import check_async

        return await check_async(self._client, _checking(self._client, operation, arguments), max_age=max_age)

    async def capabilities(self, model: str, *, max_age: float = MAX_AGE) -> Capabilities:
        """Return what the list of models states of a model: see `Models.capabilities`."""
        name = _named(model)
        return _found(await CatalogSource.of(self._client).get_async(self._client, max_age), name)

    async def find(
        self, kind: str = "text", /, *features: str, min_context: int = 0, max_age: float = MAX_AGE
    ) -> list[Capabilities]:
        """Return the models of a kind that have all features: see `Models.find`."""
        catalog = await CatalogSource.of(self._client).get_async(self._client, max_age)
        return catalog.having(kind, features, min_context)


def _named(model: Any) -> str:
    if not isinstance(model, str):
        raise RequestValidationError([f"model must be str, got {type(model).__name__}"])
    return model


def _found(catalog: Catalog, name: str) -> Capabilities:
    if (found := catalog.find(name)) is None:
        raise RequestValidationError([f"model: {catalog.nearest(name)}"])
    return found


def _checking(client: BaseClient, name: str, arguments: dict[str, Any]) -> Check:
    """Build the check of a request. Raises RequestValidationError for unknown arguments."""
    from venice_client._core.schema.shapes import Ref
    from venice_client.capabilities.check import Check
    from venice_client.capabilities.request import fields
    from venice_client.capabilities.rules import MODEL_FIELDS

    operation = _find_operation(name)
    wires: dict[str, str] = {}
    for shape in operation.bodies.values():
        for python, declared in shape.model.__fields__.items() if isinstance(shape, Ref) else ():
            wires |= {declared.wire: declared.wire, python: declared.wire}
    # `model` names the model, whatever the operation calls it.
    wires.setdefault("model", next((field for field in MODEL_FIELDS if field in wires), "model"))
    given = {key: value for key, value in arguments.items() if value is not UNSET}
    known = {*wires, *_arguments_of(client, operation), *(item.name for item in operation.parameters)}
    if unknown := [key for key in given if key not in known]:
        takes = f"; it has {', '.join(sorted(wires))}"
        raise ArgumentError(
            [
                f"{key}: {operation.key} has no such parameter{hint(key, (*wires, 'max_age')) or takes}"
                for key in unknown
            ]
        )
    values = {wires[key]: value for key, value in given.items() if key in wires}
    return Check(operation, values, extra=fields(given.get("extra_body")))


def _arguments_of(client: BaseClient, operation: Operation) -> set[str]:
    """Return the arguments of the methods for an operation, also those that are not parameters of the API."""
    resource, _, name = operation.name.rpartition(".")
    held = attrgetter(resource)(client)
    methods = [getattr(held, one, None) for one in (name, *(_OF_JOBS if name == "queue" else ()))]
    return {argument for method in methods if method for argument in inspect.signature(method).parameters}


def _find_operation(name: str) -> Operation:
    """Return an operation by its key, path, method, or the beginning of a method where that is unique."""
    from venice_client.api import OPERATIONS
    from venice_client.capabilities.rules import KIND_OF

    unchecked: Any = name
    if not isinstance(unchecked, str):
        raise RequestValidationError([f"operation must be str, got {type(unchecked).__name__}"])
    searched = _plain(name)
    searched = _JOBS.get(searched, searched)
    ordered = [OPERATIONS[key] for key in sorted(OPERATIONS, key=lambda key: key not in KIND_OF)]
    for item in ordered:
        addresses = OPERATIONS.addresses(item.key)
        if searched in {
            _plain(item.name),
            *map(_plain, addresses),
            *(_plain(one.partition(" ")[2]) for one in addresses),
        }:
            return item
    begun = [item for item in ordered if item.key in KIND_OF and _plain(item.name).startswith(f"{searched}-")]
    if len(begun) == 1:
        return begun[0]
    from difflib import get_close_matches

    names = [_plain(item.name) for item in begun or ordered if item.key in KIND_OF]
    near = get_close_matches(searched, names, 1, 0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"those that use a model are {', '.join(names)}"
    raise RequestValidationError([f"operation: {name[:80]!r} is not an operation; {hint}"])


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")
