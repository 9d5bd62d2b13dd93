"""
The errors that this library raises on purpose.

    VeniceError
    ├── VeniceAPIError                  an answer that is not 2xx
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
    ├── ResponseDecodeError             a 2xx answer that can't be read
    ├── JobFailedError                  a video or a piece of music that was ordered will not come
    ├── StreamInterrupted               a stream that ended too early
    │   └── StreamTimeoutError          a stream that fell silent (also a VeniceTimeoutError)
    ├── RequestValidationError          what was passed can't be sent (also a ValueError)
    │   └── ArgumentError               an argument that a method does not have, or needs (also a TypeError)
    ├── MissingAPIKeyError              no key was given (also a ValueError)
    └── OperationUnavailableError       the installed contract lacks the operation

`error.may_have_been_charged` says whether a failed call may have been carried out and charged.

Errors of one feature stand with it, and all are VeniceErrors: `venice_client.chat.errors` (typed output and tools),
`tee.errors` (attestation and encryption), `wallets.errors` (top-ups), and `SaveError` and `UnknownOutcomeError` of
`images.map` in `venice_client`.
"""

from venice_client._core.errors import *  # noqa: F403  # what its `__all__` lists
from venice_client._core.errors import __all__  # noqa: F401  # the names of the wildcard above
