"""`client.models` with openai's meaning: a list that is iterated over, with and without await, and `retrieve`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any, Unpack

from venice_client import models
from venice_client._core.errors import NotFoundError, VeniceError
from venice_client._core.request.call import CallOptions
from venice_client.capabilities.resource import AsyncModels as NativeAsyncModels
from venice_client.capabilities.resource import Models as NativeModels

if TYPE_CHECKING:
    from venice_client._core.schema.sentinel import Unset


class SyncPage(models.ModelList):
    """A list of models, whole: there is one page."""

    __slots__ = ()

    if TYPE_CHECKING:

        def __iter__(self) -> Iterator[models.ModelResponse]: ...  # type: ignore[override]  # items, not fields
    else:

        def __iter__(self) -> Iterator[models.ModelResponse]:
            return iter(self.data if isinstance(self.data, list) else ())

    async def __aiter__(self) -> AsyncIterator[models.ModelResponse]:
        for item in self:
            yield item

    def has_next_page(self) -> bool:
        """Return False: the list is whole."""
        return False

    def get_next_page(self) -> SyncPage:
        """Raise RuntimeError: the list is whole."""
        raise RuntimeError("there is no next page: check has_next_page() first")

    def iter_pages(self) -> Iterator[SyncPage]:
        """Yield the list."""
        yield self


class AsyncPaginator:
    """A list that is requested when it is awaited, or iterated over with `async for`."""

    def __init__(self, send: Callable[[], Awaitable[Any]]) -> None:
        self._send = send

    def __await__(self) -> Generator[Any, None, SyncPage]:
        return self._send().__await__()

    async def __aiter__(self) -> AsyncIterator[models.ModelResponse]:
        page = await self._send()
        for item in page:
            yield item


class Models(NativeModels):
    """The operations of `models`."""

    if TYPE_CHECKING:

        def list(  # type: ignore[override]
            self,
            *,
            type: models.ModelListType | Unset | None = ...,
            **options: Unpack[CallOptions],
        ) -> SyncPage:
            """List the models; `for model in client.models.list()`."""
            raise NotImplementedError

    def retrieve(self, model: str, **options: Unpack[CallOptions]) -> models.ModelResponse:
        """Return the model of an id, of the list of all models. Raises NotFoundError where there is none."""
        return _find(self.list(type="all", **options), model)


class AsyncModels(NativeAsyncModels):
    """The operations of `models`, async."""

    def list(self, **options: Any) -> AsyncPaginator:  # type: ignore[override]  # of the parameters that the native one has
        """List the models; `async for model in client.models.list()`, with and without await."""
        return AsyncPaginator(lambda: NativeAsyncModels.list(self, **options))

    async def retrieve(self, model: str, **options: Unpack[CallOptions]) -> models.ModelResponse:
        """Return the model of an id: see `Models.retrieve`."""
        return _find(await self.list(type="all", **options), model)


def _find(page: Any, model: str) -> models.ModelResponse:  # a list, or in the mode "raw" its response
    if not isinstance(page, SyncPage):
        raise VeniceError("models.retrieve has no raw response: read that of models.list")
    for item in page:
        if getattr(item, "id", None) == model:
            item._answer = page._answer  # noqa: SLF001  # the same response
            return item
    raise NotFoundError(
        f"The model {model!r} does not exist",
        status=404,
        code="model_not_found",
        body={"error": {"message": f"The model {model!r} does not exist", "code": "model_not_found"}},
        method="GET",
        path="/models",
    )
