"""
A TDX quote as bytes: what it says about the enclave. Nothing here is proven before the signature is verified.

Layout: Intel's "TDX DCAP Quote Generation Library", quote versions 4 and 5, little-endian.
"""

from __future__ import annotations

import base64
import binascii
import struct
from typing import Final

from attrs import field, frozen

from venice_client.tee.errors import QuoteError

_HEADER: Final = 48
_TDX: Final = 0x81
_V5_TD_BODIES: Final = frozenset({2, 3, 4})
SHORTEST: Final = 632
"""Bytes of a header and a TD report; fewer bytes are not a TDX quote."""
_QE_CERTIFICATION: Final = 6
_PCK_CHAIN: Final = 5


@frozen
class Measurements:
    """Digests (lower-case hex) of what the enclave was started with, and the policy it runs under."""

    mrtd: str
    """The initial contents of the virtual machine."""
    rtmr0: str
    """The firmware's configuration."""
    rtmr1: str
    """The kernel."""
    rtmr2: str
    """The initial file system and the kernel's command line."""
    rtmr3: str
    """What the software measured while it ran."""
    mrconfigid: str
    """The configuration; on dstack `01`, the hash of the compose file, and zeros."""
    td_attributes: str
    """Eight bytes; the lowest bit of the first is debug mode."""


@frozen
class Quote:
    """The fields of a TDX quote that this client reads."""

    raw: bytes = field(repr=False)
    version: int
    report_data: bytes
    """64 bytes that the enclave chose: here the address of its key, zeros, and the nonce."""
    measurements: Measurements
    certificates: bytes = field(repr=False)
    """The PCK certificate, its issuer and usually a copy of the root, as PEM."""

    @property
    def is_debug(self) -> bool:
        """Whether the enclave's memory can be read from outside."""
        return bool(bytes.fromhex(self.measurements.td_attributes)[0] & 1)


def decode_quote(text: object) -> bytes:
    """Return the bytes of a quote in hex (with or without `0x`) or base64. Raises QuoteError."""
    if not isinstance(text, str) or not text.strip():
        raise QuoteError("the attestation has no intel_quote")
    digits = "".join(text.split())
    try:
        return bytes.fromhex(digits.removeprefix("0x"))
    except ValueError:
        pass
    try:
        return base64.b64decode(digits, validate=True)
    except binascii.Error:
        raise QuoteError("intel_quote must be hex or base64") from None


def read_quote(raw: bytes) -> Quote:
    """Read a TDX quote of version 4 or 5. Raises QuoteError where it is anything else."""
    if len(raw) < SHORTEST:
        raise QuoteError(f"a TDX quote has at least {SHORTEST} bytes, got {len(raw)}")
    version, key_type, tee = struct.unpack_from("<HHI", raw)
    if tee != _TDX:
        raise QuoteError(f"the quote must be of TDX (TEE type 0x81), got 0x{tee:x}")
    if version not in (4, 5) or key_type != 2:
        raise QuoteError(f"the quote must be of version 4 or 5 with an ECDSA P-256 key, got {version} and {key_type}")
    start, size = _HEADER, SHORTEST - _HEADER
    if version == 5:
        kind, size = struct.unpack_from("<HI", raw, _HEADER)
        start += 6
        if kind not in _V5_TD_BODIES or len(raw) < start + size or size < SHORTEST - _HEADER:
            raise QuoteError(f"the quote of version 5 holds no TD report (body type {kind}, {size} bytes)")
    certificates = _certificates(raw, start + size)

    def part(offset: int, size: int) -> bytes:
        return raw[start + offset : start + offset + size]

    return Quote(
        raw=raw,
        version=version,
        report_data=part(520, 64),
        measurements=Measurements(
            mrtd=part(136, 48).hex(),
            rtmr0=part(328, 48).hex(),
            rtmr1=part(376, 48).hex(),
            rtmr2=part(424, 48).hex(),
            rtmr3=part(472, 48).hex(),
            mrconfigid=part(184, 48).hex(),
            td_attributes=part(120, 8).hex(),
        ),
        certificates=certificates,
    )


def _certificates(raw: bytes, start: int) -> bytes:
    """
    Return the certificates. The types and lengths around them must fit: no signature covers these.

    Layout: length; signature and key (64 bytes each); type 6 and length; report of the quoting enclave (384) and its
    signature (64); length and data of its choice; type 5 and length; certificates. Zeros may follow.
    """
    try:
        (length,) = struct.unpack_from("<I", raw, start)
        kind, size = struct.unpack_from("<HI", raw, start + 132)
        (chosen,) = struct.unpack_from("<H", raw, start + 138 + 448)
        inner, chain = struct.unpack_from("<HI", raw, start + 138 + 450 + chosen)
    except struct.error:
        raise QuoteError("the quote's signature data are cut") from None
    if (kind, inner) != (_QE_CERTIFICATION, _PCK_CHAIN):
        raise QuoteError(f"the quote's certification data must be of types 6 and 5, got {kind} and {inner}")
    end = start + 4 + length
    if length != 134 + size or size != 456 + chosen + chain or end > len(raw) or any(raw[end:]):
        raise QuoteError("the lengths in the quote's signature data do not fit together")
    return raw[end - chain : end].rstrip(b"\0")
