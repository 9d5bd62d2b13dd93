"""The interceptor of POST /responses: the text of a response in one step, and events that read by attribute."""

from __future__ import annotations

from typing import Any, ClassVar

from venice_client._core.interceptors import Interceptor
from venice_client._core.request.call import Request


class ResponseInterceptor(Interceptor):
    """Gives responses `output_text`, and their events objects that read by attribute."""

    operations: ClassVar[frozenset[str] | None] = frozenset({"POST /responses"})

    def after(self, request: Request, value: Any) -> Any:  # noqa: ARG002  # a response or a stream
        """Return the response with its text."""
        from venice_client.chat.parsed import TextResponse
        from venice_client.models import ResponsesResponse

        if type(value) is not ResponsesResponse:
            return value
        found = TextResponse.from_dict(value.to_dict())
        found._answer = value._answer  # noqa: SLF001  # the same response
        return found

    def event(self, request: Request, event: Any) -> Any:  # noqa: ARG002  # of the operation's type
        """Return the event with its objects."""
        from venice_client.chat.parsed import StreamedEvent
        from venice_client.models import ResponseStreamEvent

        return StreamedEvent.from_dict(event.to_dict()) if type(event) is ResponseStreamEvent else event
