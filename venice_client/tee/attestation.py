"""
An attestation: what an enclave proves about itself, checked step by step. Each failed or missing step raises.

The steps follow the vendor's guide and dstack's vllm-proxy: REPORTDATA of the quote is the address of the signing key
(20 bytes), 12 zero bytes, and the nonce (32 bytes).
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from attrs import evolve, field, frozen

from venice_client._core.errors import RequestValidationError
from venice_client.tee.collateral import load_collateral, load_collateral_now, service_of, verify_quote
from venice_client.tee.crypto import address_of, read_public_key
from venice_client.tee.errors import (
    AttestationError,
    AttestationLevelError,
    DebugEnclaveError,
    GPUEvidenceError,
    KeyNotBoundError,
    MeasurementError,
    ModelMismatchError,
    NonceMismatchError,
    NotVerifiedError,
    ServerVerificationError,
)
from venice_client.tee.quote import Measurements, Quote, decode_quote, read_quote

Level: TypeAlias = Literal["server-verified", "quote-verified", "key-bound"]
"""What an attestation proves, the weakest first: see `Attestation.level`."""
LEVELS: Final[tuple[Level, ...]] = ("server-verified", "quote-verified", "key-bound")

Pinned: TypeAlias = Mapping[str, str | Sequence[str]]
"""Accepted values (hex) by the name of a measurement, such as `{"mrtd": "ab..", "rtmr3": ["cd..", "ef.."]}`."""


def check_level(level: Any) -> None:
    """Raise RequestValidationError for what is not a level."""
    if level not in LEVELS:
        raise RequestValidationError([f"require must be one of {', '.join(LEVELS)}, got {level!r:.80}"])


@frozen
class Attestation:
    """
    The checked attestation of one model's enclave. `venice.tee.attest(model=...)` makes it.

    What no level proves: that the measured software is the expected one (pin `measurements` for that), and that the GPU
    is in the same machine. NVIDIA's evidence is passed on in `nvidia_payload` and its signatures are not verified.
    """

    model: str
    nonce: str
    """64 hex digits that were sent with this request for an attestation."""
    level: Level
    """
    "server-verified": Venice reports a genuine enclave, and key, nonce and quote fit together. "quote-verified":
    Intel's signature of the quote verifies. "key-bound": it does, and the key to encrypt to stands in the quote.
    """
    signing_address: str | None
    """The address (`0x`, 40 hex digits) of the enclave's key, computed from the key; None for a model without a key."""
    public_key: bytes | None = field(repr=False)
    """The enclave's key, 65 bytes; None for a model without a key."""
    measurements: Measurements = field(repr=False)
    quote: Quote = field(repr=False)
    nvidia_payload: str | None = field(repr=False)
    """NVIDIA's evidence as JSON text, not verified."""
    raw: Mapping[str, Any] = field(repr=False)
    """The server's answer as it came."""
    tcb_status: str | None = None
    """Intel's word for the platform's firmware, such as "UpToDate"; None before `verify`."""
    advisories: tuple[str, ...] = ()
    """Intel's advisories that apply to the platform."""

    def verify(
        self,
        *,
        collateral: object = None,
        root_ca: bytes | None = None,
        now: float | None = None,
        measurements: Pinned | None = None,
        accept_tcb: Sequence[str] = ("UpToDate",),
    ) -> Attestation:
        """
        Verify Intel's signature of the quote and return the attestation with its higher level.

        Args:
            collateral: Intel's certificates, revocation lists and TCB data: JSON text, a mapping, a path to a JSON
                file, or a `dcap_qvl.QuoteCollateralV3`; these work offline. "intel" loads it from Intel's service, an
                https URL from another one.
            root_ca: The root certificate (DER) instead of Intel's SGX root.
            now: Unix time to check validity at, instead of the clock's.
            measurements: Accepted values by name; see `Pinned`. `load_measurements` reads them from a file.
            accept_tcb: Accepted firmware statuses; "SWHardeningNeeded" and "ConfigurationAndSWHardeningNeeded" can be
                added, with `advisories` to look at.

        Raises:
            QuoteSignatureError: A signature, certificate or validity period does not hold.
            TCBStatusError: The firmware status is not in `accept_tcb`.
            MeasurementError: A measurement is not among the accepted values.
            RequestValidationError: `collateral` is missing or cannot be read.
        """
        if url := service_of(collateral):
            collateral = load_collateral_now(self.quote.raw, url)
        return self._verified(collateral, root_ca, now, measurements, accept_tcb)

    async def averify(
        self,
        *,
        collateral: object = None,
        root_ca: bytes | None = None,
        now: float | None = None,
        measurements: Pinned | None = None,
        accept_tcb: Sequence[str] = ("UpToDate",),
    ) -> Attestation:
        """Verify the quote in async code, which matters where collateral is loaded: see `verify`."""
        if url := service_of(collateral):
            collateral = await load_collateral(self.quote.raw, url)
        return self._verified(collateral, root_ca, now, measurements, accept_tcb)

    def _verified(
        self,
        collateral: object,
        root_ca: bytes | None,
        now: float | None,
        measurements: Pinned | None,
        accept_tcb: Sequence[str],
    ) -> Attestation:
        checked = verify_quote(
            self.quote.raw,
            collateral,
            root_ca=root_ca,
            now=int(time.time() if now is None else now),
            accept_tcb=accept_tcb,
        )
        if measurements is not None:
            check_measurements(self.measurements, measurements)
        return evolve(
            self,
            level="key-bound" if self.public_key is not None else "quote-verified",
            tcb_status=checked.status,
            advisories=checked.advisories,
        )

    def require(self, level: Level) -> Attestation:
        """Return the attestation itself. Raises AttestationLevelError where its level is below the given one."""
        check_level(level)
        if LEVELS.index(self.level) < LEVELS.index(level):
            raise AttestationLevelError(
                f"the attestation of {self.model!r} is {self.level}, and {level} is required:"
                " call .verify(collateral=...) on it"
            )
        return self


def check_attestation(answer: object, *, model: str, nonce: str) -> Attestation:
    """
    Check what the server sent and return it as an attestation of level "server-verified".

    Raises a subclass of AttestationError for the first step that fails, or whose field is missing.
    """
    if not isinstance(answer, Mapping):
        raise AttestationError(f"the attestation must be a JSON object, got {type(answer).__name__}")
    if answer.get("verified") is not True:
        raise NotVerifiedError(f"the server does not report the enclave of {model!r} as verified")
    if not _same_hex(answer.get("nonce"), nonce):
        raise NonceMismatchError("the attestation does not carry the nonce that was sent")
    if answer.get("model") != model:
        raise ModelMismatchError(f"the attestation must be for {model!r}, got {str(answer.get('model'))[:80]!r}")
    quote = read_quote(decode_quote(answer.get("intel_quote")))
    if quote.is_debug:
        raise DebugEnclaveError("the enclave runs in debug mode: its memory can be read from outside")
    public_key, address = _key(answer)
    _check_report_data(quote, address, nonce, answer)
    _check_server_verification(answer.get("server_verification"))
    payload = _check_nvidia(answer.get("nvidia_payload"), nonce)
    return Attestation(
        model=model,
        nonce=nonce,
        level="server-verified",
        signing_address=address,
        public_key=public_key,
        measurements=quote.measurements,
        quote=quote,
        nvidia_payload=payload,
        raw=answer,
    )


def check_measurements(found: Measurements, pinned: Pinned) -> None:
    """Compare measurements with the accepted values. Raises MeasurementError, or RequestValidationError for a name."""
    for name, accepted in pinned.items():
        value = getattr(found, name, None) if name in Measurements.__annotations__ else None
        if value is None:
            known = ", ".join(Measurements.__annotations__)
            raise RequestValidationError([f"measurements: {name!r} is not a measurement; there are {known}"])
        values = [accepted] if isinstance(accepted, str) else list(accepted)
        if not any(_same_hex(value, item) for item in values):
            raise MeasurementError(f"{name} of the enclave is {value}, which is not among the accepted values")


def load_measurements(path: str | os.PathLike[str]) -> dict[str, str | list[str]]:
    """Read pinned measurements from a JSON file: an object of a hex text, or a list of these, by name."""
    content = json.loads(Path(path).read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise RequestValidationError(["measurements: the file must hold a JSON object"])
    return content


def _key(answer: Mapping[str, Any]) -> tuple[bytes | None, str | None]:
    """Return the enclave's key and the address computed from it, which must be the one that the server names."""
    text = answer.get("signing_key") or answer.get("signing_public_key")
    stated = answer.get("signing_address")
    if text is None and stated is None:
        return None, None
    if text is None:
        return None, _stated_address(stated)
    key = read_public_key(text)
    address = address_of(key)
    if _stated_address(stated) != address:
        raise KeyNotBoundError("signing_address is not the address of the signing key")
    return key, address


def _stated_address(stated: object) -> str:
    address = stated.strip().lower() if isinstance(stated, str) else ""
    if len(address) != 42 or not address.startswith("0x"):
        raise KeyNotBoundError("the attestation names no signing_address")
    return address


def _check_report_data(quote: Quote, address: str | None, nonce: str, answer: Mapping[str, Any]) -> None:
    data = quote.report_data
    if address is not None and (data[:20].hex() != address[2:] or any(data[20:32])):
        raise KeyNotBoundError("the signing key's address does not stand in the quote")
    accepted = [bytes.fromhex(nonce)]
    if _nonce_method(answer) == "sha256":
        import hashlib

        accepted.append(hashlib.sha256(bytes.fromhex(nonce)).digest())
    if data[32:] not in accepted:
        raise NonceMismatchError("the nonce that was sent does not stand in the quote")


def _nonce_method(answer: Mapping[str, Any]) -> object:
    verification = answer.get("server_verification")
    binding = verification.get("nonceBinding") if isinstance(verification, Mapping) else None
    return binding.get("method") if isinstance(binding, Mapping) else None


def _check_server_verification(found: object) -> None:
    """Refuse what the server itself calls invalid. That it calls something valid proves nothing and is not used."""
    if found is None:
        return
    if not isinstance(found, Mapping):
        raise ServerVerificationError("server_verification must be a JSON object")
    for name, value in found.items():
        if value is False:
            raise ServerVerificationError(f"the server's own verification failed: {str(name)[:80]}")
        if isinstance(value, Mapping):
            _check_server_verification(value)


def _check_nvidia(payload: object, nonce: str) -> str | None:
    if payload is None:
        return None
    try:
        content = json.loads(payload) if isinstance(payload, str) else payload
    except ValueError:
        content = None
    if not isinstance(content, Mapping):
        raise GPUEvidenceError("nvidia_payload must be a JSON object, as text")
    if not _same_hex(content.get("nonce"), nonce):
        raise GPUEvidenceError("NVIDIA's evidence does not carry the nonce that was sent")
    return payload if isinstance(payload, str) else json.dumps(payload)


def _same_hex(found: object, expected: object) -> bool:
    if not isinstance(found, str) or not isinstance(expected, str):
        return False
    return found.strip().lower().removeprefix("0x") == expected.strip().lower().removeprefix("0x") != ""
