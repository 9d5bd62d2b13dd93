"""
Interceptors: code that runs once for every call, before its request is built and after its response is decoded.

    class Timing(Interceptor):
        def before(self, request: Request) -> None:
            request.headers["X-Trace"] = new_trace_id()

        def after(self, request: Request, value: object) -> object:
            log(request.name, value)
            return value

    venice = Venice(interceptors=[Timing()])

Pictures in bodies and the check of models are interceptors that `Venice` brings along.
"""

from __future__ import annotations

import inspect
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar, Final

from attrs import frozen

from venice_client._core.errors import RequestValidationError
from venice_client._core.request.call import Request


class Interceptor:
    """
    Changes or refuses requests, and maps what calls give. Subclass it and override what is needed.

    All interceptors of a client run in their order before a request is sent, and in reverse order after its response
    was decoded: once a call, however often the request is sent. What they raise ends the call.
    """

    operations: ClassVar[frozenset[str] | None] = None
    """
    The operations that it is for: `frozenset({"POST /chat/completions"})`. None is all, and every other path.

    An operation that moved is known by its former addresses too: see `Request.calls`.
    """

    keywords: ClassVar[Mapping[str, Mapping[str, Any]]] = {}  # the values are annotations of any kind
    """
    Keywords of its own, by operation: `{"POST /chat/completions": {"e2ee": bool}}`.

    The method of the operation then takes the keyword, and its value stands in `request.keywords`. All other unknown
    keywords are refused.
    """

    def before(self, request: Request) -> None:
        """
        Read or change a request that is not built yet: `arguments`, `body`, `media_type`, `headers`.

        Raise to refuse it: nothing is sent then.
        """

    async def abefore(self, request: Request) -> None:
        """Do the same for AsyncVenice. Override it where something has to be awaited."""
        self.before(request)

    def is_active(self, request: Request) -> bool:  # noqa: ARG002  # for subclasses
        """Return whether `after`, `event` and `end` run for a request: called when its response came."""
        return True

    def after(self, request: Request, value: Any) -> Any:  # noqa: ARG002  # the value is what the operation gives
        """
        Return the value that the call is to give instead of `value`: a model, text, bytes, or a `Stream`.

        It runs when the value is decoded. The value of a raw response is decoded when `parsed` is read, where nothing
        can be awaited, so this is a plain function in AsyncVenice too.
        """
        return value

    def event(self, request: Request, event: Any) -> Any:  # noqa: ARG002  # the event is of the operation's type
        """Return the event that a stream is to give instead of `event`; None drops it."""
        return event

    def end(self, request: Request) -> None:
        """Run after the last event of a complete stream. Raise where the stream is not what it should be."""


_PLAIN: Final = ("before", "is_active", "after", "event", "end")


def check_interceptors(value: Any) -> tuple[Interceptor, ...]:
    """Check the option `interceptors`."""
    items = tuple(value) if isinstance(value, Sequence) and not isinstance(value, str | bytes) else None
    if items is None:
        raise RequestValidationError(
            [f"interceptors must be a list of venice_client.types.Interceptor, got {type(value).__name__}"]
        )
    for item in items:
        if not isinstance(item, Interceptor):
            kind = item.__name__ if isinstance(item, type) else type(item).__name__
            hint = ": pass an instance of the class" if isinstance(item, type) else ""
            rule = "must hold instances of venice_client.types.Interceptor"
            raise RequestValidationError([f"interceptors {rule}, got {kind}{hint}"])
        for name in _PLAIN:
            if inspect.iscoroutinefunction(getattr(item, name)):  # it would not be awaited: the call would skip it
                text = f"{type(item).__name__}.{name} must be a plain function, got a coroutine function"
                raise RequestValidationError([text + (": await in abefore" if name == "before" else "")])
    return items


@frozen
class Chain:
    """The interceptors of one operation by what they do, and the keywords that they declare for it."""

    before: tuple[Interceptor, ...]
    after: tuple[Interceptor, ...]
    """The last one first."""
    events: tuple[Interceptor, ...]
    """The last one first. An event that one of them may have changed is encoded again."""
    keywords: Mapping[str, Any]  # the values are annotations of any kind

    @classmethod
    def of(cls, interceptors: Sequence[Interceptor], names: Collection[str]) -> Chain:
        """Return the chain of an operation by its address of today and former ones; "" is any other path."""
        own = [item for item in interceptors if item.operations is None or not item.operations.isdisjoint(names)]
        return cls(
            tuple(item for item in own if _overrides(item, "before", "abefore")),
            tuple(item for item in reversed(own) if _overrides(item, "after")),
            tuple(item for item in reversed(own) if _overrides(item, "event", "end")),
            {keyword: kind for item in own for name in names for keyword, kind in item.keywords.get(name, {}).items()},
        )


def _overrides(interceptor: Interceptor, *methods: str) -> bool:
    return any(getattr(type(interceptor), name) is not getattr(Interceptor, name) for name in methods)
