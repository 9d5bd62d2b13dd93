"""
The error tree of this library.

    VeniceError
    ├── VeniceAPIError                  a response other than 2xx
    │   ├── BadRequestError             400
    │   ├── AuthenticationError         401
    │   ├── PaymentRequiredError        402
    │   ├── PermissionDeniedError       403
    │   ├── NotFoundError               404
    │   ├── ConflictError               409
    │   ├── GoneError                   410
    │   ├── PayloadTooLargeError        413
    │   ├── UnsupportedMediaTypeError   415
    │   ├── UnprocessableEntityError    422
    │   ├── RateLimitError              429
    │   └── ServerError                 5xx
    ├── VeniceConnectionError           no response: DNS, TCP, TLS, a reset
    │   └── VeniceTimeoutError          no response in time
    ├── TooManyFailuresError            not sent, because the vendor would block the account
    ├── ResponseDecodeError             a 2xx response that cannot be decoded
    ├── JobFailedError                  the server reports that an ordered video or music failed
    ├── StreamInterrupted               a stream that ended early
    │   └── StreamTimeoutError          a stream without an event in time (also a VeniceTimeoutError)
    ├── RequestValidationError          the arguments are invalid (also a ValueError)
    │   └── ArgumentError               an unknown or missing argument (also a TypeError)
    ├── MissingAPIKeyError              no key was given (also a ValueError)
    └── OperationUnavailableError       the installed contract lacks the operation

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
