"""
The types of public signatures, for annotations and `isinstance`.

    from venice_client.types import Interceptor, PictureInput

    def retouch(picture: PictureInput) -> None: ...
"""

from venice_client._core.auth import AsyncAuth, Auth, Credential, Signer
from venice_client._core.config import Config
from venice_client._core.interceptors import Interceptor
from venice_client._core.metadata import Balance, Limit, Meta, RateLimits
from venice_client._core.pagination import AsyncPages, Pages
from venice_client._core.request.call import (
    ArrayImage,
    AsyncFile,
    CallOptions,
    DateInput,
    ExplicitInput,
    FileContent,
    FileInput,
    Mode,
    PictureInput,
    PictureResult,
    PillowImage,
    Request,
)
from venice_client._core.request.options import URL, TimeLimits, Timeout
from venice_client._core.response.binary import BinaryContent
from venice_client._core.response.body_reader import AsyncUnreadResponse, UnreadResponse
from venice_client._core.response.response import Response
from venice_client._core.retry.budget import FailureBudget
from venice_client._core.retry.policy import Attempt
from venice_client._core.schema.model import Model
from venice_client._core.schema.operation import Operation, Parameter
from venice_client._core.schema.sentinel import UNSET, Unset
from venice_client._core.streaming.stream import AsyncStream, Stream
from venice_client._core.transport.base import AsyncHTTPClient, HTTPClient, SyncTransportName, TransportName
from venice_client.images.embed import Progress
from venice_client.images.explicit_input import ImageInput

__all__ = [
    "UNSET",
    "URL",
    "ArrayImage",
    "AsyncAuth",
    "AsyncFile",
    "AsyncHTTPClient",
    "AsyncPages",
    "AsyncStream",
    "AsyncUnreadResponse",
    "Attempt",
    "Auth",
    "Balance",
    "BinaryContent",
    "CallOptions",
    "Config",
    "Credential",
    "DateInput",
    "ExplicitInput",
    "FailureBudget",
    "FileContent",
    "FileInput",
    "HTTPClient",
    "ImageInput",
    "Interceptor",
    "Limit",
    "Meta",
    "Mode",
    "Model",
    "Operation",
    "Pages",
    "Parameter",
    "PictureInput",
    "PictureResult",
    "PillowImage",
    "Progress",
    "RateLimits",
    "Request",
    "Response",
    "Signer",
    "Stream",
    "SyncTransportName",
    "TimeLimits",
    "Timeout",
    "TransportName",
    "UnreadResponse",
    "Unset",
]
