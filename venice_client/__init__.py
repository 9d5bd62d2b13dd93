"""
A complete, typed client of the Venice.ai API, sync and async.

    from venice_client import Venice

    venice = Venice()
    venice.images.edit("photo.jpg", "make the sky a sunset").save("sunset.png")

Importing this package imports no endpoint and no model: each is loaded when it is first touched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from venice_client._core.lazy import lazy_attributes

__version__ = "0.1.0"

_MODULES = {
    **dict.fromkeys(["AsyncVenice", "Venice"], "client"),
    **dict.fromkeys(
        [
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
        ],
        "_core.errors",
    ),
    "AsyncStream": "_core.streaming.stream",
    "Attempt": "_core.retry.policy",
    "FailureBudget": "_core.retry.budget",
    "BinaryContent": "_core.response.binary",
    "ImageInput": "images.explicit_input",
    "ImageResult": "images.results",
    "ImageResults": "images.results",
    **dict.fromkeys(["MapResult", "SaveError", "UnknownOutcomeError"], "batch.result"),
    "Capabilities": "capabilities.catalog",
    "Meta": "_core.metadata",
    **dict.fromkeys(["AsyncAudioJob", "AsyncVideoJob", "AudioJob", "VideoJob"], "jobs.job"),
    **dict.fromkeys(["AudioResult", "VideoResult"], "jobs.result"),
    "JobStatus": "jobs.polling",
    "Response": "_core.response.response",
    "Signer": "_core.auth",
    "Stream": "_core.streaming.stream",
    "UNSET": "_core.schema.sentinel",
    "Unset": "_core.schema.sentinel",
    **dict.fromkeys(["DamagedResultWarning", "UnknownFieldWarning", "UnknownValueWarning"], "_core.warnings"),
    **dict.fromkeys(["VeniceDeprecationWarning", "VeniceWarning"], "_core.warnings"),
}

_PACKAGES = ("chat", "errors", "models", "subtitles", "tee", "types", "wallets")
"""What callers import from below, and may also read: `venice_client.chat.tool`."""

if TYPE_CHECKING:
    from venice_client import chat as chat
    from venice_client import errors as errors
    from venice_client import models as models
    from venice_client import subtitles as subtitles
    from venice_client import tee as tee
    from venice_client import types as types
    from venice_client import wallets as wallets
    from venice_client._core.auth import Signer as Signer
    from venice_client._core.errors import *  # noqa: F403  # what its `__all__` lists
    from venice_client._core.metadata import Meta as Meta
    from venice_client._core.response.binary import BinaryContent as BinaryContent
    from venice_client._core.response.response import Response as Response
    from venice_client._core.retry.budget import FailureBudget as FailureBudget
    from venice_client._core.retry.policy import Attempt as Attempt
    from venice_client._core.schema.sentinel import UNSET as UNSET
    from venice_client._core.schema.sentinel import Unset as Unset
    from venice_client._core.streaming.stream import AsyncStream as AsyncStream
    from venice_client._core.streaming.stream import Stream as Stream
    from venice_client._core.warnings import DamagedResultWarning as DamagedResultWarning
    from venice_client._core.warnings import UnknownFieldWarning as UnknownFieldWarning
    from venice_client._core.warnings import UnknownValueWarning as UnknownValueWarning
    from venice_client._core.warnings import VeniceDeprecationWarning as VeniceDeprecationWarning
    from venice_client._core.warnings import VeniceWarning as VeniceWarning
    from venice_client.batch.result import MapResult as MapResult
    from venice_client.batch.result import SaveError as SaveError
    from venice_client.batch.result import UnknownOutcomeError as UnknownOutcomeError
    from venice_client.capabilities.catalog import Capabilities as Capabilities
    from venice_client.client import AsyncVenice as AsyncVenice
    from venice_client.client import Venice as Venice
    from venice_client.images.explicit_input import ImageInput as ImageInput
    from venice_client.images.results import ImageResult as ImageResult
    from venice_client.images.results import ImageResults as ImageResults
    from venice_client.jobs.job import AsyncAudioJob as AsyncAudioJob
    from venice_client.jobs.job import AsyncVideoJob as AsyncVideoJob
    from venice_client.jobs.job import AudioJob as AudioJob
    from venice_client.jobs.job import VideoJob as VideoJob
    from venice_client.jobs.polling import JobStatus as JobStatus
    from venice_client.jobs.result import AudioResult as AudioResult
    from venice_client.jobs.result import VideoResult as VideoResult
else:
    __getattr__, __dir__ = lazy_attributes(__name__, _MODULES, packages=_PACKAGES)

__all__ = sorted([*_MODULES, "__version__"])  # noqa: PLE0605  # made of strings alone
