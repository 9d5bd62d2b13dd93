"""
What a call gives back: the decoded value with the answer that it came in.

The value of a raw response is decoded when it is first asked for. How it is decoded is not this module's business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from attrs import frozen

if TYPE_CHECKING:
    from venice_client._core.metadata import Meta

T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")


class Later:
    """A value that is still to be made."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make


@frozen(slots=False, repr=False)
class Response(Generic[T_co]):
    """An answer of the API. `parsed` is what the contract declares for its status and media type."""

    status_code: int
    headers: Mapping[str, str]
    """The answer's headers; their names compare without regard to case."""
    content: bytes
    """The body as it came; empty for a stream."""
    _parsed: Any

    @property
    def parsed(self) -> T_co:
        """The value. Of a raw response it is decoded now, which raises ResponseDecodeError where that cannot be."""
        value: Any = self._parsed
        if isinstance(value, Later):
            value = value.make()
            object.__setattr__(self, "_parsed", value)  # the same value, in another form
        result: T_co = value
        return result

    def map(self, convert: Callable[[Response[T_co]], U]) -> Response[U]:
        """Return the same answer with another value, made of this one when it is asked for."""
        return Response(self.status_code, self.headers, self.content, Later(lambda: convert(self)))

    @property
    def meta(self) -> Meta:
        """What the headers tell: rate limits, balance, the model, what was found in the content."""
        from venice_client._core.metadata import Meta

        return Meta(self.status_code, self.headers)

    @property
    def media_type(self) -> str:
        """The media type that the answer itself names, in lower case and without parameters."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    @property
    def request_id(self) -> str | None:
        """The id under which the vendor can find the request (the header CF-RAY)."""
        return self.headers.get("cf-ray")

    def __repr__(self) -> str:
        later = isinstance(self._parsed, Later)
        return f"Response(status_code={self.status_code}, parsed={'...' if later else repr(self._parsed)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Response, (self.status_code, self.headers, self.content, self.parsed)
