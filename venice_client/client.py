"""`Venice` and `AsyncVenice`: the generated resources with the hand-written facade on top, and nothing else."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from venice_client._core.interceptors import Interceptor
from venice_client.api.resources import AsyncResources, SyncResources
from venice_client.images.interceptor import PictureInterceptor
from venice_client.tee.interceptor import EncryptionInterceptor

if TYPE_CHECKING:
    from venice_client.capabilities.resource import AsyncModels, Models
    from venice_client.chat.resource import AsyncChat, AsyncResponses, Chat, Responses
    from venice_client.images.resource import AsyncImages, Images
    from venice_client.jobs.audio import AsyncAudio, Audio
    from venice_client.jobs.video import AsyncVideo, Video
    from venice_client.tee.resource import AsyncTee, Tee
    from venice_client.wallets.resource import X402, AsyncX402


class Venice(SyncResources):
    """
    A client of the Venice.ai API.

        venice = Venice()  # VENICE_API_KEY, VENICE_BASE_URL
        venice.images.edit("photo.jpg", "make the sky a sunset").save("sunset.png")

    It is safe to share among threads, and a context manager; connections are made on first use. Every option is checked
    here: a wrong one raises RequestValidationError.

    Args of the constructor, all optional:
        api_key: The key (default: VENICE_API_KEY). A callable or a `Signer` is called once per attempt.
        auth: Another name for credentials that are not a str: a callable that returns a key or headers, or a `Signer`.
        base_url: Where the API is, str or `httpx.URL` (default: VENICE_BASE_URL, or https://api.venice.ai/api/v1).
        timeout: Seconds to wait for a response (default: 600 for paid calls, 60 for others): for its beginning, for
            each further piece, and for the whole of a body that is not streamed. An `httpx.Timeout` limits connect,
            read, write and pool apart. Over httpx, headers that arrive piece by piece are limited between two pieces
            only; over aiohttp all headers together are limited.
        max_retries: How often a call is sent again, where that is safe (2).
        retry_paid: Also send a paid call again when it may have been carried out: it may be charged twice (False).
        max_retry_wait: Longest wait, in seconds, that a server may request before it is an error instead (60).
            The client's own waits are not longer either.
        on_attempt: Called with an `Attempt` after each attempt.
        failure_budget: The vendor blocks an account for 30 seconds after more than 20 failed requests in 30 seconds. By
            default calls wait when 19 have failed, and raise TooManyFailuresError only where their timeout does not
            allow the wait. A `FailureBudget` is shared by several clients of one account; None sends at once.
        default_headers: Headers of every request; `extra_headers` of a call replace them.
        default_query: Query parameters of every request; arguments and `extra_query` of a call replace them.
        interceptors: Run once for every call, before it is sent and after its response is decoded: see `Interceptor`.
        http_client: An `httpx.Client` or `httpx2.Client`, with its proxies, certificates, hooks and timeout (the
            library's default of 5 seconds does not count).
        transport: The library to use: "httpx" (the default) or "httpx2".
        verify: How TLS certificates are checked: True (against SSL_CERT_FILE, SSL_CERT_DIR or certifi), False (not at
            all), the path of a file or folder with certificates, or an `ssl.SSLContext`.
        proxy: URL of a proxy for every request: http, https, socks5 or socks5h (SOCKS needs `httpx[socks]`).
        trust_env: Read HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY, SSL_CERT_FILE and SSL_CERT_DIR (True).
        validate: Check requests against the contract before they are sent (True).
        strict: Raise on responses that depart from the contract (False).
        local_files: Whether a str or a path given as a picture may open a file (True). Set it to False where strings
            come from strangers.
        check_models: Fetch the list of models once, and refuse what the chosen model cannot do before it is paid for
            (False). "strict" also refuses models that are not in the list.
        e2ee: Encrypt all chats to the model's attested enclave (False): True, a verified `tee.Attestation`, or a
            `tee.E2EE` that says how strictly enclaves are checked. `create(e2ee=...)` overrides it for a call.
    """

    def _own_interceptors(self) -> tuple[Interceptor, ...]:
        return _own_interceptors(check_models=bool(self.config.check_models))

    @cached_property
    def chat(self) -> Chat:
        """Answer conversations: `chat.completions`."""
        from venice_client.chat.resource import Chat

        return Chat(self)

    @cached_property
    def responses(self) -> Responses:
        """Answer conversations in the form of OpenAI's responses."""
        from venice_client.chat.resource import Responses

        return Responses(self)

    @cached_property
    def images(self) -> Images:
        """Make and change pictures, given in any form."""
        from venice_client.images.resource import Images

        return Images(self)

    @cached_property
    def models(self) -> Models:
        """List models, and report what each can do."""
        from venice_client.capabilities.resource import Models

        return Models(self)

    @cached_property
    def video(self) -> Video:
        """Make videos, and wait for them."""
        from venice_client.jobs.video import Video

        return Video(self)

    @cached_property
    def audio(self) -> Audio:
        """Speech, transcriptions, music and sounds."""
        from venice_client.jobs.audio import Audio

        return Audio(self)

    @cached_property
    def tee(self) -> Tee:
        """Attestations of enclaves, and signatures of their answers."""
        from venice_client.tee.resource import Tee

        return Tee(self)

    @cached_property
    def x402(self) -> X402:
        """Pay with a wallet: top up, balance, transactions."""
        from venice_client.wallets.resource import X402

        return X402(self)


class AsyncVenice(AsyncResources):
    """
    The same client, to be awaited.

    `http_client` is an `httpx.AsyncClient`, an `httpx2.AsyncClient` or an `aiohttp.ClientSession`; `transport` may be
    "aiohttp", which takes a tenth of the CPU when many calls are made at once.

        async with AsyncVenice() as venice:
            sunset = await venice.images.edit("photo.jpg", "make the sky a sunset")
    """

    def _own_interceptors(self) -> tuple[Interceptor, ...]:
        return _own_interceptors(check_models=bool(self.config.check_models))

    @cached_property
    def chat(self) -> AsyncChat:
        """Answer conversations: `chat.completions`."""
        from venice_client.chat.resource import AsyncChat

        return AsyncChat(self)

    @cached_property
    def responses(self) -> AsyncResponses:
        """Answer conversations in the form of OpenAI's responses."""
        from venice_client.chat.resource import AsyncResponses

        return AsyncResponses(self)

    @cached_property
    def images(self) -> AsyncImages:
        """Make and change pictures, given in any form."""
        from venice_client.images.resource import AsyncImages

        return AsyncImages(self)

    @cached_property
    def models(self) -> AsyncModels:
        """List models, and report what each can do."""
        from venice_client.capabilities.resource import AsyncModels

        return AsyncModels(self)

    @cached_property
    def video(self) -> AsyncVideo:
        """Make videos, and wait for them."""
        from venice_client.jobs.video import AsyncVideo

        return AsyncVideo(self)

    @cached_property
    def audio(self) -> AsyncAudio:
        """Speech, transcriptions, music and sounds."""
        from venice_client.jobs.audio import AsyncAudio

        return AsyncAudio(self)

    @cached_property
    def tee(self) -> AsyncTee:
        """Attestations of enclaves, and signatures of their answers."""
        from venice_client.tee.resource import AsyncTee

        return AsyncTee(self)

    @cached_property
    def x402(self) -> AsyncX402:
        """Pay with a wallet: top up, balance, transactions."""
        from venice_client.wallets.resource import AsyncX402

        return AsyncX402(self)


def _own_interceptors(*, check_models: bool) -> tuple[Interceptor, ...]:
    """Return what both clients run for each call. The check reads a body before its pictures are replaced."""
    if not check_models:
        return (EncryptionInterceptor(), PictureInterceptor())
    from venice_client.capabilities.interceptor import CapabilityInterceptor

    return (CapabilityInterceptor(), EncryptionInterceptor(), PictureInterceptor())
