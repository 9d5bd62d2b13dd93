"""`venice.tee`: attestations of enclaves and signatures of answers. Neither path is in the API's description."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from venice_client._core.base_client import BaseClient
from venice_client._core.client import AsyncClient, SyncClient, awaited, run_blocking
from venice_client._core.errors import RequestValidationError
from venice_client._core.resource import AsyncResource, Resource
from venice_client.tee.attestation import Attestation, Level, check_attestation, check_level
from venice_client.tee.errors import ResponseSignatureError

_NONCE = re.compile(r"[0-9a-f]{64}")


@frozen
class ResponseSignature:
    """
    The signature of one answer, as the server gives it.

    `verify` proves which key signed it. The content of the answer is not bound: the gateway writes it anew, so the
    hashes in `text` cannot be computed from the bytes that a client receives.
    """

    model: str
    request_id: str
    text: str
    signature: str = field(repr=False)
    """65 bytes (r, s, v) as hex."""
    signing_address: str | None
    """The address that the server names; the one that counts comes from an attestation."""
    raw: Mapping[str, Any] = field(repr=False)

    def verify(self, *, signing_address: str | None) -> str:
        """
        Recover the signer (EIP-191) and compare it with an attested address; return the address.

        Args:
            signing_address: `Attestation.signing_address` of the model's enclave; None, of an enclave without a key,
                is refused.

        Raises:
            ResponseSignatureError: Another key signed, the signature is malformed, or no key was attested.
        """
        if signing_address is None:
            raise ResponseSignatureError("signing_address must be an attested address: the attestation has no key")
        from venice_client.wallets.evm import recover

        signer = recover(self.text, self.signature)
        if signer is None:
            raise ResponseSignatureError("the signature of the answer is malformed: no signer can be recovered")
        if signer.lower() != signing_address.strip().lower():
            raise ResponseSignatureError(f"the answer must be signed by {signing_address}, got {signer}")
        return signer


def _attestation_query(model: str, nonce: str | None) -> dict[str, str]:
    _check_text("model", model)
    nonce = secrets.token_hex(32) if nonce is None else nonce
    _check_text("nonce", nonce)
    nonce = nonce.strip().lower().removeprefix("0x")
    if not _NONCE.fullmatch(nonce):
        raise RequestValidationError(["nonce must be 64 hex digits (32 bytes)"])
    return {"model": model, "nonce": nonce, "signing_algo": "ecdsa"}


def _check_text(name: str, value: Any) -> None:
    if not isinstance(value, str) or not value:
        raise RequestValidationError([f"{name} must be a text, got {value!r:.80}"])


async def _attest(client: SyncClient | AsyncClient, model: str, nonce: str | None, require: Level) -> Attestation:
    query = _attestation_query(model, nonce)
    check_level(require)
    answer = await awaited(client, client.request("GET", "/tee/attestation", query=query))
    attestation = check_attestation(answer.parsed, model=model, nonce=query["nonce"])
    if require != "server-verified":
        attestation = await verified(client, attestation, collateral="intel")
    return attestation.require(require)


async def verified(client: BaseClient, attestation: Attestation, **arguments: Any) -> Attestation:
    """Return an attestation, verified. Only an async client waits for collateral in its event loop."""
    return await attestation.averify(**arguments) if client.is_async else attestation.verify(**arguments)


async def _signature(client: SyncClient | AsyncClient, model: str, request_id: str) -> ResponseSignature:
    query = {"model": model, "request_id": request_id}
    for name, value in query.items():
        _check_text(name, value)
    answer = await awaited(client, client.request("GET", "/tee/signature", query=query))
    found = answer.parsed
    if not isinstance(found, Mapping):
        raise ResponseSignatureError("the signature must be a JSON object")
    signature = found.get("signature")
    if isinstance(signature, Mapping):
        signature = signature.get("value")
    text = found.get("text")
    if not isinstance(signature, str) or not isinstance(text, str):
        raise ResponseSignatureError("the server's answer has no text with a signature")
    stated = found.get("signing_address")
    return ResponseSignature(model, request_id, text, signature, stated if isinstance(stated, str) else None, found)


class Tee(Resource):
    """Trusted execution environments: which enclave runs a model, and who signed an answer."""

    def attest(self, *, model: str, nonce: str | None = None, require: Level = "server-verified") -> Attestation:
        """
        Ask the enclave of a model to prove itself, and check the proof as far as it can be offline.

        Args:
            model: The id of a model with `supportsTeeAttestation`.
            nonce: 64 hex digits; random ones by default, which keeps an old proof from being replayed.
            require: The least level. "quote-verified" and "key-bound" verify the quote with collateral that is loaded
                from Intel's service; `.verify` on the result takes collateral that you have.

        Raises:
            AttestationError: One of its subclasses, for the first check that fails.
        """
        return run_blocking(_attest(self._client, model, nonce, require))

    def signature(self, *, model: str, request_id: str) -> ResponseSignature:
        """
        Return the enclave's signature of an answer.

        Args:
            model: The model that answered.
            request_id: The `id` of the completion.
        """
        return run_blocking(_signature(self._client, model, request_id))


class AsyncTee(AsyncResource):
    """The same for AsyncVenice."""

    async def attest(self, *, model: str, nonce: str | None = None, require: Level = "server-verified") -> Attestation:
        """Ask the enclave of a model to prove itself, and check the proof: see `Tee.attest`."""
        return await _attest(self._client, model, nonce, require)

    async def signature(self, *, model: str, request_id: str) -> ResponseSignature:
        """Return the enclave's signature of an answer: see `Tee.signature`."""
        return await _signature(self._client, model, request_id)
