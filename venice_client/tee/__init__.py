"""
Trusted execution environments: attestations of enclaves, and end-to-end encrypted chat.

    venice.tee.attest(model="e2ee-...")                                       # who runs the model
    venice.chat.completions.create(model="e2ee-...", messages=[...], e2ee=True)

Encryption needs the extra `e2ee`, verifying quotes the extra `attest`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from venice_client._core.lazy import lazy_attributes

_ERRORS = [
    "AttestationError", "AttestationLevelError", "DebugEnclaveError", "DecryptionError", "E2EEError",
    "E2EEUnsupportedError", "GPUEvidenceError", "IncompleteAnswerError", "KeyNotBoundError", "KeyReuseError",
    "MeasurementError", "ModelMismatchError", "NonceMismatchError", "NotVerifiedError", "PlaintextError", "QuoteError",
    "QuoteSignatureError", "ResponseSignatureError", "ServerVerificationError", "TCBStatusError",
]  # fmt: skip
_MODULES = {
    **dict.fromkeys(["Attestation", "load_measurements"], "attestation"),
    "E2EE": "e2ee",
    "Measurements": "quote",
    **dict.fromkeys(["AsyncTee", "ResponseSignature", "Tee"], "resource"),
    **dict.fromkeys(_ERRORS, "errors"),
}

if TYPE_CHECKING:
    from venice_client.tee.attestation import Attestation as Attestation
    from venice_client.tee.attestation import load_measurements as load_measurements
    from venice_client.tee.e2ee import E2EE as E2EE
    from venice_client.tee.errors import AttestationError as AttestationError
    from venice_client.tee.errors import AttestationLevelError as AttestationLevelError
    from venice_client.tee.errors import DebugEnclaveError as DebugEnclaveError
    from venice_client.tee.errors import DecryptionError as DecryptionError
    from venice_client.tee.errors import E2EEError as E2EEError
    from venice_client.tee.errors import E2EEUnsupportedError as E2EEUnsupportedError
    from venice_client.tee.errors import GPUEvidenceError as GPUEvidenceError
    from venice_client.tee.errors import IncompleteAnswerError as IncompleteAnswerError
    from venice_client.tee.errors import KeyNotBoundError as KeyNotBoundError
    from venice_client.tee.errors import KeyReuseError as KeyReuseError
    from venice_client.tee.errors import MeasurementError as MeasurementError
    from venice_client.tee.errors import ModelMismatchError as ModelMismatchError
    from venice_client.tee.errors import NonceMismatchError as NonceMismatchError
    from venice_client.tee.errors import NotVerifiedError as NotVerifiedError
    from venice_client.tee.errors import PlaintextError as PlaintextError
    from venice_client.tee.errors import QuoteError as QuoteError
    from venice_client.tee.errors import QuoteSignatureError as QuoteSignatureError
    from venice_client.tee.errors import ResponseSignatureError as ResponseSignatureError
    from venice_client.tee.errors import ServerVerificationError as ServerVerificationError
    from venice_client.tee.errors import TCBStatusError as TCBStatusError
    from venice_client.tee.quote import Measurements as Measurements
    from venice_client.tee.resource import AsyncTee as AsyncTee
    from venice_client.tee.resource import ResponseSignature as ResponseSignature
    from venice_client.tee.resource import Tee as Tee
else:
    __getattr__, __dir__ = lazy_attributes(__name__, _MODULES)

__all__ = sorted(_MODULES)  # noqa: PLE0605  # made of strings alone
