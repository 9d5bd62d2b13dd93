"""
Errors of attestation and end-to-end encryption, one class for each check that can fail.

    VeniceError
    ├── AttestationError                 the enclave is not proven to be genuine; nothing of a prompt was sent
    │   ├── NotVerifiedError             the server does not say that the enclave was verified
    │   ├── NonceMismatchError           the attestation answers another nonce
    │   ├── ModelMismatchError           the attestation is for another model
    │   ├── QuoteError                   the TDX quote is missing or malformed
    │   ├── DebugEnclaveError            the enclave runs in debug mode: its memory can be read from outside
    │   ├── KeyNotBoundError             the signing key is not the one in the quote
    │   ├── ServerVerificationError      a part of the server's own verification failed
    │   ├── GPUEvidenceError             NVIDIA's evidence answers another nonce
    │   ├── QuoteSignatureError          Intel's signature of the quote does not verify
    │   ├── TCBStatusError               the platform's firmware status is not accepted
    │   ├── MeasurementError             a measurement differs from the pinned value
    │   └── AttestationLevelError        the level reached is below the required one
    ├── E2EEError                        an encrypted chat cannot go on
    │   ├── E2EEUnsupportedError         the request uses what encrypted chats cannot do; nothing was sent
    │   ├── PlaintextError               the server sent readable text in an encrypted answer
    │   ├── DecryptionError              a part of the answer was changed or cut
    │   ├── KeyReuseError                the server used an encryption key twice
    │   └── IncompleteAnswerError        the answer ended before it was complete
    └── ResponseSignatureError           the signature of an answer does not verify
"""

from __future__ import annotations

from venice_client._core.errors import RequestValidationError, VeniceError

__all__ = [
    "AttestationError",
    "AttestationLevelError",
    "DebugEnclaveError",
    "DecryptionError",
    "E2EEError",
    "E2EEUnsupportedError",
    "GPUEvidenceError",
    "IncompleteAnswerError",
    "KeyNotBoundError",
    "KeyReuseError",
    "MeasurementError",
    "ModelMismatchError",
    "NonceMismatchError",
    "NotVerifiedError",
    "PlaintextError",
    "QuoteError",
    "QuoteSignatureError",
    "ResponseSignatureError",
    "ServerVerificationError",
    "TCBStatusError",
]


class AttestationError(VeniceError):
    """The enclave is not proven to be genuine. Nothing of a prompt was sent."""


class NotVerifiedError(AttestationError):
    """`verified` of the attestation is missing or is not the JSON value true."""


class NonceMismatchError(AttestationError):
    """The nonce of the attestation, or of its quote, is missing or is not the one that was sent: it may be a replay."""


class ModelMismatchError(AttestationError):
    """The attestation is for another model, or names none."""


class QuoteError(AttestationError):
    """The TDX quote is missing, too short, malformed, or of another kind."""


class DebugEnclaveError(AttestationError):
    """The quote's debug bit is set: the operator of the machine can read the enclave's memory."""


class KeyNotBoundError(AttestationError):
    """The key to encrypt to is missing, malformed, or not the one whose address stands in the quote."""


class ServerVerificationError(AttestationError):
    """The server reports that a part of its own verification failed."""


class GPUEvidenceError(AttestationError):
    """NVIDIA's evidence is malformed or answers another nonce. Its signatures are not verified by this client."""


class QuoteSignatureError(AttestationError):
    """The quote's signature, certificates or collateral do not verify up to the root certificate."""


class TCBStatusError(AttestationError):
    """
    The firmware status of the platform is not in the accepted list.

    Attributes:
        status: Intel's word, such as "OutOfDate".
        advisories: Ids of Intel's advisories that apply, such as "INTEL-SA-00837".
    """

    def __init__(self, message: str, *, status: str, advisories: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.advisories = advisories


class MeasurementError(AttestationError):
    """A measurement of the enclave is not among the pinned values."""


class AttestationLevelError(AttestationError):
    """The attestation is valid, and its level is below the required one."""


class E2EEError(VeniceError):
    """An end-to-end encrypted chat cannot go on."""


class E2EEUnsupportedError(E2EEError, RequestValidationError):
    """The request uses what encrypted chats cannot do. `problems` lists everything. Nothing was sent."""


class PlaintextError(E2EEError):
    """
    The server sent readable text where encrypted text is required. The text is not shown.

    The request was sent, encrypted, and may have been charged.
    """

    may_have_been_charged = True


class DecryptionError(E2EEError):
    """A part of the answer is malformed, was changed or cut. The request may have been charged."""

    may_have_been_charged = True


class KeyReuseError(E2EEError):
    """Two parts of the answer were encrypted under the same server key. The request may have been charged."""

    may_have_been_charged = True


class IncompleteAnswerError(E2EEError):
    """
    The answer ended without a finish reason. The request may have been charged.

    Attributes:
        text: The decrypted text up to there.
    """

    may_have_been_charged = True

    def __init__(self, message: str, *, text: str = "") -> None:
        super().__init__(message)
        self.text = text


class ResponseSignatureError(VeniceError):
    """The signature of an answer is missing, malformed, or made by another key than the attested one."""
