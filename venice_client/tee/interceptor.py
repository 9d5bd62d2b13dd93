"""The keyword `e2ee` of chats. Cryptography is imported by the first call that is encrypted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final
from urllib.parse import unquote

from venice_client._core.interceptors import Interceptor
from venice_client._core.request.call import Request

CHAT: Final = "POST /chat/completions"
RESPONSES: Final = "POST /responses"
_STATE: Final = "e2ee"


class EncryptionInterceptor(Interceptor):
    """
    Encrypts chats that ask for it, or all chats of a client: `e2ee` of the call, or of the client.

    A client that encrypts all chats refuses a conversation that is sent in another way.
    """

    operations: ClassVar[frozenset[str] | None] = frozenset({CHAT, RESPONSES, ""})
    keywords: ClassVar[Mapping[str, Mapping[str, Any]]] = {CHAT: {"e2ee": object}}

    def before(self, request: Request) -> None:
        """Attest the model's enclave and encrypt the messages to it. Raises before anything is sent."""
        if setting := _setting(request):
            from venice_client._core.client import run_blocking
            from venice_client.tee.e2ee import encrypt_request

            request.state[_STATE] = run_blocking(encrypt_request(request, setting))

    async def abefore(self, request: Request) -> None:
        """Do the same for AsyncVenice."""
        if setting := _setting(request):
            from venice_client.tee.e2ee import encrypt_request

            request.state[_STATE] = await encrypt_request(request, setting)

    def is_active(self, request: Request) -> bool:
        """Return whether the messages were encrypted."""
        return _STATE in request.state

    def event(self, request: Request, event: Any) -> Any:
        """Decrypt a chunk."""
        from venice_client.tee.e2ee import decrypt_event

        return decrypt_event(request.state[_STATE], event)

    def end(self, request: Request) -> None:
        """Refuse an answer without a finish reason."""
        from venice_client.tee.e2ee import check_end

        check_end(request.state[_STATE])

    def after(self, request: Request, value: Any) -> Any:
        """Refuse a value that did not come encrypted."""
        from venice_client.tee.e2ee import check_value

        return check_value(request.state[_STATE], value)


def _setting(request: Request) -> object:
    """Return what the call says of `e2ee`, else what its client does; None where it is off."""
    setting = request.keywords.get("e2ee")
    setting = request.client.config.e2ee if setting is None else setting
    if not setting:
        return None
    if request.operation is None or not request.calls(CHAT):
        _refuse_conversation(request)
        return None
    from venice_client.tee.e2ee import check_option

    return check_option(setting)


def _refuse_conversation(request: Request) -> None:
    path = "/".join(filter(None, unquote(f"/{request.path}").lower().split("/")))
    operations = request.client._operations  # noqa: SLF001  # of its client
    addresses = {address for one in (CHAT, RESPONSES) for address in (one, operations.address(one))}
    known = tuple(address.partition(" ")[2] for address in addresses)
    if request.operation is not None or f"/{path}".endswith(known):  # the interceptor is for conversations alone
        from venice_client.tee.errors import E2EEUnsupportedError

        reason = "only chat.completions can be encrypted, and the client has e2ee: with_options(e2ee=False) sends it"
        raise E2EEUnsupportedError([f"{request.name}: {reason} readable"])
