"""The base of all resources: `venice.images`, `venice.chat.completions` and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar

from venice_client._core.aliases import former_method
from venice_client._core.client import AsyncClient, SyncClient
from venice_client._core.request.arguments import check_methods
from venice_client._core.request.call import Mode

C = TypeVar("C", SyncClient, AsyncClient)


class _Resource(Generic[C]):
    _path: ClassVar[str] = ""
    """The name of the resource: "chat.completions"."""

    def __init__(self, client: C) -> None:
        self._client: C = client

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        check_methods(cls)

    def _in_mode(self, mode: Mode) -> Self:
        """Return the same operations of a client that gives responses instead of values."""
        return type(self)(self._client.in_mode(mode))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._client!r}>"

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            former = former_method(self, self._path, name)
            if former is not None:
                return former
            public = sorted(item for item in dir(type(self)) if not item.startswith("_"))
            message = f"{type(self).__name__} has no operation {name!r}; it has {', '.join(public) or 'none'}"
            raise AttributeError(message, name=name, obj=self)


class Resource(_Resource[SyncClient]):
    """A group of operations of a client."""


class AsyncResource(_Resource[AsyncClient]):
    """A group of operations of an async client."""
