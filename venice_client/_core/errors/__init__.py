"""
The error tree of this library; `venice_client.errors` draws it.

Errors pickle and copy with all their fields. They hold what the server sent and the operation's method and
path, never the headers or the body of the request. Nothing here sends, retries, or decides whether to
retry.
"""

from venice_client._core.errors.base import VeniceError
from venice_client._core.errors.connection import (
    StreamInterrupted,
    StreamTimeoutError,
    VeniceConnectionError,
    VeniceTimeoutError,
)
from venice_client._core.errors.not_sent import (
    ArgumentError,
    MissingAPIKeyError,
    OperationUnavailableError,
    RequestValidationError,
    TooManyFailuresError,
)
from venice_client._core.errors.response import (
    AuthenticationError,
    BadRequestError,
    ConflictError,
    GoneError,
    JobFailedError,
    NotFoundError,
    PayloadTooLargeError,
    PaymentRequiredError,
    PermissionDeniedError,
    RateLimitError,
    ResponseDecodeError,
    ServerError,
    UnprocessableEntityError,
    UnsupportedMediaTypeError,
    VeniceAPIError,
)

__all__ = [
    "ArgumentError",
    "AuthenticationError",
    "BadRequestError",
    "ConflictError",
    "GoneError",
    "JobFailedError",
    "MissingAPIKeyError",
    "NotFoundError",
    "OperationUnavailableError",
    "PayloadTooLargeError",
    "PaymentRequiredError",
    "PermissionDeniedError",
    "RateLimitError",
    "RequestValidationError",
    "ResponseDecodeError",
    "ServerError",
    "StreamInterrupted",
    "StreamTimeoutError",
    "TooManyFailuresError",
    "UnprocessableEntityError",
    "UnsupportedMediaTypeError",
    "VeniceAPIError",
    "VeniceConnectionError",
    "VeniceError",
    "VeniceTimeoutError",
]

for _name in __all__:
    globals()[_name].__module__ = "venice_client.errors"  # where users find them, and what tracebacks show
