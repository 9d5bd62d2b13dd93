"""
The errors that this library raises on purpose.

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

`error.may_have_been_charged` says whether a failed call may have been carried out and charged.

Errors of one feature stand with it, and all are VeniceErrors: `venice_client.chat.errors` (typed output and tools),
`tee.errors` (attestation and encryption), `wallets.errors` (top-ups), and `SaveError` and `UnknownOutcomeError` of
`images.map` in `venice_client`.
"""

from venice_client._core.errors import *  # noqa: F403  # what its `__all__` lists
from venice_client._core.errors import __all__  # noqa: F401  # the names of the wildcard above
