"""
The cryptography of encrypted chats: ECDH on secp256k1, HKDF-SHA256, AES-256-GCM, Keccak-256.

A message is the lower-case hex of: an ephemeral public key (65 bytes, uncompressed), a nonce (12), the ciphertext,
and its tag (16). The AES key is HKDF-SHA256 (no salt, info `ecdsa_encryption`, 32 bytes) of the raw X coordinate that
ECDH gives. Source: the vendor's guide to end-to-end encryption.

Both libraries come with the extra `e2ee` and are imported by the first call.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any, Final, NoReturn

from venice_client._core.errors import RequestValidationError
from venice_client.tee.errors import DecryptionError, KeyNotBoundError, KeyReuseError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey

INFO: Final = b"ecdsa_encryption"
_KEY: Final = 65
_NONCE: Final = 12
_TAG: Final = 16
SHORTEST: Final = 2 * (_KEY + _NONCE + _TAG)
"""Hex digits of an encrypted empty text."""
_HEX = re.compile(r"[0-9a-f]+")


def _libraries() -> tuple[Any, Any, Any, Any]:
    try:
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF
    except ImportError as error:
        problem = "e2ee: the package 'cryptography' is not installed: pip install 'venice-client[e2ee]'"
        raise RequestValidationError([problem]) from error
    return ec, hashes, HKDF, AESGCM


def keccak256(data: bytes) -> bytes:
    """Return the Keccak-256 digest (32 bytes), which is not SHA3-256."""
    try:
        from Crypto.Hash import keccak
    except ImportError as error:
        problem = "e2ee: the package 'pycryptodome' is not installed: pip install 'venice-client[e2ee]'"
        raise RequestValidationError([problem]) from error
    digest: bytes = keccak.new(digest_bits=256, data=data).digest()
    return digest


def address_of(public_key: bytes) -> str:
    """Return the Ethereum address (`0x` and 40 hex digits, lower case) of an uncompressed public key (65 bytes)."""
    return "0x" + keccak256(public_key[1:])[-20:].hex()


def read_public_key(text: object) -> bytes:
    """
    Return an uncompressed secp256k1 public key (65 bytes) from hex, with or without `0x` and the leading `04`.

    Raises KeyNotBoundError where it is not a point of the curve.
    """
    digits = text.strip().lower().removeprefix("0x") if isinstance(text, str) else ""
    if len(digits) == 2 * (_KEY - 1):
        digits = "04" + digits
    if len(digits) != 2 * _KEY or not digits.startswith("04") or not _HEX.fullmatch(digits):
        raise KeyNotBoundError("the enclave's public key must be 130 hex digits that begin with 04")
    raw = bytes.fromhex(digits)
    _point(raw)
    return raw


def encrypt(text: str, public_key: bytes) -> str:
    """Encrypt a text to a public key under a new ephemeral key; return the message in lower-case hex."""
    ec, _, _, aesgcm = _libraries()
    ephemeral = ec.generate_private_key(ec.SECP256K1())
    nonce = secrets.token_bytes(_NONCE)
    sealed = aesgcm(_shared_key(ephemeral, _point(public_key))).encrypt(nonce, text.encode(), None)
    message = _encode(ephemeral.public_key()) + nonce + bytes(sealed)
    return message.hex()


class SessionKey:
    """
    The key pair of one request: the server encrypts the answer to it.

    It stays in memory: it has no repr of its content and cannot be pickled or copied. Python cannot wipe memory, so
    the key is only dropped.
    """

    __slots__ = ("_private", "_seen", "public_key")

    def __init__(self) -> None:
        ec = _libraries()[0]
        self._private = ec.generate_private_key(ec.SECP256K1())
        self._seen: set[bytes] = set()
        self.public_key: str = _encode(self._private.public_key()).hex()
        """130 hex digits, as the header X-Venice-TEE-Client-Pub-Key carries them."""

    def decrypt(self, message: str) -> str:
        """
        Decrypt one part of the answer.

        Raises DecryptionError where it is malformed, changed or cut, and KeyReuseError where its key was used before.
        """
        if len(message) < SHORTEST or len(message) % 2 or not _HEX.fullmatch(message):
            raise DecryptionError("a part of the encrypted answer is not lower-case hex of at least 93 bytes")
        raw = bytes.fromhex(message)
        key = raw[:_KEY]
        if key in self._seen:
            raise KeyReuseError("the server encrypted two parts of the answer under the same key")
        self._seen.add(key)
        text, problem = _open(self._private, raw)
        if text is None:
            raise DecryptionError(f"a part of the encrypted answer {problem}")
        return text

    def __repr__(self) -> str:
        return "SessionKey(***)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a session key cannot be pickled or copied")

    def __deepcopy__(self, memo: object) -> NoReturn:
        raise TypeError("a session key cannot be pickled or copied")


def _open(private: EllipticCurvePrivateKey, raw: bytes) -> tuple[str | None, str]:
    """Return the decrypted text, or None and the problem. It raises nothing, so that no traceback shows its key."""
    _, _, _, aesgcm = _libraries()
    try:
        secret = _shared_key(private, _point(raw[:_KEY]))
    except KeyNotBoundError:
        return None, "begins with no public key"
    try:
        return aesgcm(secret).decrypt(raw[_KEY : _KEY + _NONCE], raw[_KEY + _NONCE :], None).decode(), ""
    except UnicodeDecodeError:
        return None, "is not UTF-8"
    except Exception as error:
        if type(error).__name__ != "InvalidTag":
            raise
        return None, "was changed or cut: its tag does not fit"


def _point(raw: bytes) -> EllipticCurvePublicKey:
    ec = _libraries()[0]
    try:
        point: EllipticCurvePublicKey = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256K1(), raw)
    except ValueError:
        raise KeyNotBoundError("the public key is not a point of the curve secp256k1") from None
    return point


def _encode(public: EllipticCurvePublicKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _shared_key(private: EllipticCurvePrivateKey, public: EllipticCurvePublicKey) -> bytes:
    ec, hashes, hkdf, _ = _libraries()
    shared = private.exchange(ec.ECDH(), public)
    key: bytes = hkdf(algorithm=hashes.SHA256(), length=32, salt=None, info=INFO).derive(shared)
    return key
