"""
A complete, typed client of the Venice.ai API, sync and async.

    from venice_client import Venice

    venice = Venice()
    venice.images.edit("photo.jpg", "make the sky a sunset").save("sunset.png")

Importing this package imports no endpoint and no model: each is loaded when it is first touched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from venice_client.core.lazy import lazy_attributes

__version__ = "0.1.0"

_MODULES = {
    **dict.fromkeys(["AsyncVenice", "Venice"], "client"),
    **dict.fromkeys(
        [
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
        ],
        "core.errors",
    ),
    "AsyncStream": "core.streaming",
    "Attempt": "core.retry",
    "BinaryContent": "core.content",
    "ImageInput": "images.inputs",
    "ImageResult": "images.result",
    "ImageResults": "images.results",
    "MapResult": "images.many.outcome",
    "Abilities": "abilities.listing",
    "Meta": "core.metadata",
    **dict.fromkeys(["AsyncAudioJob", "AsyncVideoJob", "AudioJob", "VideoJob"], "jobs.works"),
    **dict.fromkeys(["AudioResult", "VideoResult"], "jobs.result"),
    "JobStatus": "jobs.polling",
    "Response": "core.response",
    "Signer": "core.auth",
    "Stream": "core.streaming",
    "UNSET": "core.sentinel",
    "Unset": "core.sentinel",
    **dict.fromkeys(["UnknownFieldWarning", "UnknownValueWarning", "VeniceWarning"], "core.warnings"),
    "VeniceDeprecationWarning": "core.deprecation",
}

if TYPE_CHECKING:
    from venice_client.abilities.listing import Abilities as Abilities
    from venice_client.client import AsyncVenice as AsyncVenice
    from venice_client.client import Venice as Venice
    from venice_client.core.auth import Signer as Signer
    from venice_client.core.content import BinaryContent as BinaryContent
    from venice_client.core.deprecation import VeniceDeprecationWarning as VeniceDeprecationWarning
    from venice_client.core.errors import AuthenticationError as AuthenticationError
    from venice_client.core.errors import BadRequestError as BadRequestError
    from venice_client.core.errors import ConflictError as ConflictError
    from venice_client.core.errors import GoneError as GoneError
    from venice_client.core.errors import JobFailedError as JobFailedError
    from venice_client.core.errors import MissingAPIKeyError as MissingAPIKeyError
    from venice_client.core.errors import NotFoundError as NotFoundError
    from venice_client.core.errors import OperationUnavailableError as OperationUnavailableError
    from venice_client.core.errors import PayloadTooLargeError as PayloadTooLargeError
    from venice_client.core.errors import PaymentRequiredError as PaymentRequiredError
    from venice_client.core.errors import PermissionDeniedError as PermissionDeniedError
    from venice_client.core.errors import RateLimitError as RateLimitError
    from venice_client.core.errors import RequestValidationError as RequestValidationError
    from venice_client.core.errors import ResponseDecodeError as ResponseDecodeError
    from venice_client.core.errors import ServerError as ServerError
    from venice_client.core.errors import StreamInterrupted as StreamInterrupted
    from venice_client.core.errors import StreamTimeoutError as StreamTimeoutError
    from venice_client.core.errors import TooManyFailuresError as TooManyFailuresError
    from venice_client.core.errors import UnprocessableEntityError as UnprocessableEntityError
    from venice_client.core.errors import UnsupportedMediaTypeError as UnsupportedMediaTypeError
    from venice_client.core.errors import VeniceAPIError as VeniceAPIError
    from venice_client.core.errors import VeniceConnectionError as VeniceConnectionError
    from venice_client.core.errors import VeniceError as VeniceError
    from venice_client.core.errors import VeniceTimeoutError as VeniceTimeoutError
    from venice_client.core.metadata import Meta as Meta
    from venice_client.core.response import Response as Response
    from venice_client.core.retry import Attempt as Attempt
    from venice_client.core.sentinel import UNSET as UNSET
    from venice_client.core.sentinel import Unset as Unset
    from venice_client.core.streaming import AsyncStream as AsyncStream
    from venice_client.core.streaming import Stream as Stream
    from venice_client.core.warnings import UnknownFieldWarning as UnknownFieldWarning
    from venice_client.core.warnings import UnknownValueWarning as UnknownValueWarning
    from venice_client.core.warnings import VeniceWarning as VeniceWarning
    from venice_client.images.inputs import ImageInput as ImageInput
    from venice_client.images.many.outcome import MapResult as MapResult
    from venice_client.images.result import ImageResult as ImageResult
    from venice_client.images.results import ImageResults as ImageResults
    from venice_client.jobs.polling import JobStatus as JobStatus
    from venice_client.jobs.result import AudioResult as AudioResult
    from venice_client.jobs.result import VideoResult as VideoResult
    from venice_client.jobs.works import AsyncAudioJob as AsyncAudioJob
    from venice_client.jobs.works import AsyncVideoJob as AsyncVideoJob
    from venice_client.jobs.works import AudioJob as AudioJob
    from venice_client.jobs.works import VideoJob as VideoJob
else:
    __getattr__ = lazy_attributes(__name__, _MODULES)

__all__ = sorted([*_MODULES, "__version__"])  # noqa: PLE0605  # made of strings alone
