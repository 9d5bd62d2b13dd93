"""
Intel's signature of a quote, verified by dcap-qvl (extra `attest`) up to the pinned SGX root certificate.

Collateral is what Intel publishes to verify quotes: certificate chains, revocation lists, TCB data and the identity
of the quoting enclave. It is valid for about 30 days.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from venice_client._core.errors import RequestValidationError
from venice_client.tee.errors import QuoteSignatureError, TCBStatusError
from venice_client.tee.quote import read_quote

INTEL_PCS: Final = "https://api.trustedservices.intel.com"
"""Intel's service for collateral."""
INTEL_ROOT: Final = "44a0196b2b99f889b8e149e95b807a350e7424964399e885a7cbb8ccfab674d3"
"""SHA-256 of Intel's SGX root certificate (DER)."""
_CERTIFICATE: Final = re.compile(rb"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)


@frozen
class VerifiedQuote:
    """A quote whose signature verified."""

    status: str
    advisories: tuple[str, ...]


def verify_quote(
    raw: bytes, collateral: object, *, root_ca: bytes | None, now: int, accept_tcb: Sequence[str]
) -> VerifiedQuote:
    """
    Verify a quote (bytes) with collateral at a Unix time. See `Attestation.verify` for arguments and errors.

    dcap-qvl verifies the quote's signature, the report of the quoting enclave, the certificate chain, the revocation
    lists and all validity periods, and refuses enclaves in debug mode.
    """
    library = _library()
    if collateral is None:
        raise RequestValidationError(
            ["collateral is required to verify a quote; collateral='intel' loads it from Intel's service"]
        )
    loaded = _collateral(library, collateral)
    _check_root(read_quote(raw).certificates, INTEL_ROOT if root_ca is None else hashlib.sha256(root_ca).hexdigest())
    try:
        if root_ca is None:
            report = library.verify(raw, loaded, now)
        else:
            report = library.verify_with_root_ca(raw, loaded, bytes(root_ca), now)
    except ValueError as error:
        raise QuoteSignatureError(f"the quote does not verify: {str(error)[:300]}") from None
    status, advisories = str(report.status), tuple(map(str, report.advisory_ids))
    if status not in accept_tcb:
        shown = f" (advisories: {', '.join(advisories)})" if advisories else ""
        raise TCBStatusError(
            f"the platform's firmware status must be {' or '.join(accept_tcb)}, got {status[:80]}{shown}",
            status=status,
            advisories=advisories,
        )
    return VerifiedQuote(status, advisories)


def _check_root(certificates: bytes, root: str) -> None:
    """Refuse a quote whose copy of the root is not the trusted root: dcap-qvl does not read that copy."""
    if _CERTIFICATE.sub(b"", certificates).strip():
        raise QuoteSignatureError("the quote's certificates are malformed")
    for content in _CERTIFICATE.findall(certificates)[2:]:
        try:
            found = hashlib.sha256(base64.b64decode(content)).hexdigest()
        except binascii.Error:
            found = ""
        if found != root:
            raise QuoteSignatureError("the root certificate in the quote is not the trusted one")


def service_of(collateral: object) -> str | None:
    """Return the address of the service that collateral names: "intel" or an https URL; None for collateral itself."""
    if collateral == "intel":
        return INTEL_PCS
    return collateral if isinstance(collateral, str) and collateral.startswith("https://") else None


async def load_collateral(raw: bytes, url: str) -> str:
    """
    Load the collateral of a quote (bytes) from a service that speaks the protocol of Intel's, as JSON text.

    Of the quote only the platform's model number is sent. Raises QuoteSignatureError where it cannot be loaded.
    """
    library = _library()
    try:
        loaded = await library.get_collateral(url, raw)
    except (ValueError, RuntimeError) as error:
        raise QuoteSignatureError(f"the collateral cannot be loaded from {url}: {str(error)[:300]}") from None
    text: str = loaded.to_json()
    return text


def load_collateral_now(raw: bytes, url: str) -> str:
    """Load collateral from outside of an event loop, or inside of another's: see `load_collateral`."""
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(load_collateral(raw, url))).result()


def _library() -> Any:
    try:
        import dcap_qvl
    except ImportError as error:
        problem = "verify: the package 'dcap-qvl' is not installed: pip install 'venice-client[attest]'"
        raise RequestValidationError([problem]) from error
    return dcap_qvl


def _collateral(library: Any, given: object) -> Any:
    if isinstance(given, library.QuoteCollateralV3):
        given = given.to_json()
    if isinstance(given, os.PathLike):
        given = Path(given).read_text(encoding="utf-8")
    if isinstance(given, Mapping):
        given = json.dumps(given)
    if isinstance(given, bytes):
        given = given.decode("utf-8", errors="replace")
    if not isinstance(given, str):
        expected = "JSON text, a mapping, a path to a JSON file, or a dcap_qvl.QuoteCollateralV3"
        raise RequestValidationError([f"collateral must be {expected}, got {type(given).__name__}"])
    try:
        content = json.loads(given)
        if isinstance(content, dict):
            content.pop("pck_certificate_chain", None)  # it would be verified instead of the quote's own
        return library.QuoteCollateralV3.from_json(json.dumps(content))
    except ValueError as error:
        raise RequestValidationError([f"collateral cannot be read: {str(error)[:200]}"]) from None
