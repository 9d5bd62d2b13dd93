"""A response: the decoded value together with status, headers and body."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeAlias, TypeVar

from attrs import field, frozen

from venice_client._core.errors import ResponseDecodeError, VeniceError
from venice_client._core.response.answer import Head, undecodable
from venice_client._core.response.json import parse_json
from venice_client._core.response.text import decode_text

T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")


@frozen(slots=False, repr=False)
class Response(Head, Generic[T_co]):
    """A response of the API. `parsed` is what the contract declares for its status and media type."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes
    """The body as it came; empty for a stream."""
    _parsed: Any = None  # whatever the operation gives
    _make: Callable[[], Any] | None = field(default=None, eq=False)
    """Makes the value when it is first read."""

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            text = f"{type(self).__name__!r} object has no attribute {name!r}"
            advice = "" if name[:1] == "_" else "; the value of the response is in .parsed"
            raise AttributeError(text + advice, name=name, obj=self)

    @property
    def parsed(self) -> T_co:
        """The value, decoded when it is first read: that raises ResponseDecodeError where it cannot be decoded."""
        if self._make is not None:
            object.__setattr__(self, "_parsed", self._make())
            object.__setattr__(self, "_make", None)
        result: T_co = self._parsed
        return result

    def parse(self) -> T_co:
        """Return the value: another form of `parsed`."""
        return self.parsed

    def with_value(self, convert: Callable[[T_co], U]) -> Response[U]:
        """Return the response with another value, made of the present one when it is read."""
        return Response(self.status_code, self.headers, self.content, make=lambda: convert(self.parsed))

    @property
    def text(self) -> str:
        """The body as text."""
        return decode_text(self.content, self.headers)

    def json(self) -> Any:
        """Return the body as JSON has it. Raises ValueError where it is not JSON."""
        return parse_json(self.content)

    def __repr__(self) -> str:
        value = "..." if self._make is not None else repr(self._parsed)
        return f"Response(status_code={self.status_code}, parsed={value})"

    def __reduce__(self) -> tuple[Any, ...]:
        try:
            value, make = self.parsed, None
        except VeniceError as error:  # a copy raises it where its value is read
            value, make = None, partial(_fail, error)
        return Response, (self.status_code, self.headers, self.content, value, make)


def _fail(error: VeniceError) -> NoReturn:
    raise error


Converter: TypeAlias = Callable[[Any, Response[Any]], Any]
"""Makes what a call returns, of its decoded value and its response."""


def decode_error(response: Response[object], text: str) -> ResponseDecodeError:
    """Return the error of a success whose content is not what is required; it keeps the body."""
    return undecodable(text, response, response.content)
