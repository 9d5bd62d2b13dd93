"""
A small Intel for tests: a root, a platform's certificate, collateral, and signed TDX quotes.

The layouts are those of Intel's DCAP documentation. Every key is made by the test, so quotes verify under this root
only.
"""

from __future__ import annotations

import hashlib
import json
import struct
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import NameOID

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SGX = "1.2.840.113741.1.13.1"
FMSPC = bytes.fromhex("00906ed50000")
SIZES = {
    "tee_tcb_svn": 16, "mrseam": 48, "mrsignerseam": 48, "seam_attributes": 8, "td_attributes": 8, "xfam": 8,
    "mrtd": 48, "mrconfigid": 48, "mrowner": 48, "mrownerconfig": 48, "rtmr0": 48, "rtmr1": 48, "rtmr2": 48,
    "rtmr3": 48,
    "report_data": 64,
}  # fmt: skip
"""The fields of a TD report in their order, with their sizes in bytes."""


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = (
        bytes([size])
        if size < 128
        else bytes([0x80 | (size.bit_length() + 7) // 8]) + size.to_bytes((size.bit_length() + 7) // 8, "big")
    )
    return bytes([tag]) + length + content


def _oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    out = bytearray([first * 40 + second])
    for number in rest:
        part = [number & 0x7F]
        while number := number >> 7:
            part.append(0x80 | number & 0x7F)
        out += bytes(reversed(part))
    return _der(6, bytes(out))


def _entry(oid: str, value: bytes) -> bytes:
    return _der(0x30, _oid(oid) + value)


def _integer(value: int) -> bytes:
    return _der(2, bytes([value]) if value < 128 else b"\0" + bytes([value]))


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, common),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Intel Corporation"),
        ]
    )


def raw_signature(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    """Sign data with ECDSA P-256 and return r and s, 32 bytes each."""
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


class Intel:
    """One root with all that is below it, made once."""

    def __init__(self) -> None:
        self.root_key, self.ca_key, self.tcb_key, self.pck_key = (
            ec.generate_private_key(ec.SECP256R1()) for _ in "1234"
        )
        self.attestation_key = ec.generate_private_key(ec.SECP256R1())
        self.root = self._certificate("Intel SGX Root CA", self.root_key, None, self.root_key, ca=True)
        self.ca = self._certificate("Intel SGX PCK Platform CA", self.ca_key, self.root, self.root_key, ca=True)
        self.tcb = self._certificate("Intel SGX TCB Signing", self.tcb_key, self.root, self.root_key)
        self.pck = self._certificate("Intel SGX PCK Certificate", self.pck_key, self.ca, self.ca_key, sgx=True)

    @property
    def root_der(self) -> bytes:
        """The root certificate."""
        return self.root.public_bytes(serialization.Encoding.DER)

    def quote(self, **fields: bytes) -> bytes:
        """Return a signed quote of version 4; `fields` are parts of the TD report, zeros by default."""
        fields = {"td_attributes": bytes.fromhex("0000001000000000"), **fields}  # SEPT_VE_DISABLE
        report = b"".join(fields.get(name, bytes(size)).ljust(size, b"\0") for name, size in SIZES.items())
        header = struct.pack("<HHIHH", 4, 2, 0x81, 0, 0) + bytes.fromhex("939a7233f79c4ca9940a0db3957f0607") + bytes(20)
        public = self.attestation_key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )[1:]
        auth = bytes(32)
        qe = bytearray(384)
        qe[320:352] = hashlib.sha256(public + auth).digest()
        chain = b"".join(item.public_bytes(serialization.Encoding.PEM) for item in (self.pck, self.ca, self.root))
        certified = (
            bytes(qe) + raw_signature(self.pck_key, bytes(qe))
            + struct.pack("<H", len(auth)) + auth
            + struct.pack("<HI", 5, len(chain)) + chain
        )  # fmt: skip
        signed = (
            raw_signature(self.attestation_key, header + report)
            + public
            + struct.pack("<HI", 6, len(certified))
            + certified
        )
        return header + report + struct.pack("<I", len(signed)) + signed

    def collateral(self, *, status: str = "UpToDate", advisories: tuple[str, ...] = ()) -> str:
        """Return collateral for the quotes, as JSON text."""
        tcb_info = json.dumps(self._tcb_info(status, advisories), separators=(",", ":"))
        identity = json.dumps(self._qe_identity(), separators=(",", ":"))
        signing = (
            self.tcb.public_bytes(serialization.Encoding.PEM) + self.root.public_bytes(serialization.Encoding.PEM)
        ).decode()
        pck = (
            self.ca.public_bytes(serialization.Encoding.PEM) + self.root.public_bytes(serialization.Encoding.PEM)
        ).decode()
        return json.dumps(
            {
                "pck_crl_issuer_chain": pck,
                "root_ca_crl": self._crl(self.root, self.root_key).hex(),
                "pck_crl": self._crl(self.ca, self.ca_key).hex(),
                "tcb_info_issuer_chain": signing,
                "tcb_info": tcb_info,
                "tcb_info_signature": raw_signature(self.tcb_key, tcb_info.encode()).hex(),
                "qe_identity_issuer_chain": signing,
                "qe_identity": identity,
                "qe_identity_signature": raw_signature(self.tcb_key, identity.encode()).hex(),
            }
        )

    def _certificate(
        self,
        common: str,
        key: ec.EllipticCurvePrivateKey,
        issuer: x509.Certificate | None,
        issuer_key: ec.EllipticCurvePrivateKey,
        *,
        ca: bool = False,
        sgx: bool = False,
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(common))
            .issuer_name(issuer.subject if issuer else _name(common))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - timedelta(days=365))
            .not_valid_after(NOW + timedelta(days=3650))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=1 if ca else None), critical=True)
            .add_extension(
                x509.KeyUsage(
                    digital_signature=not ca, content_commitment=False, key_encipherment=False, data_encipherment=False,
                    key_agreement=False, key_cert_sign=ca, crl_sign=ca, encipher_only=False, decipher_only=False,
                ),
                critical=True,
            )
        )  # fmt: skip
        if sgx:
            builder = builder.add_extension(
                x509.UnrecognizedExtension(x509.ObjectIdentifier(SGX), self._sgx_extension()), critical=False
            )
        return builder.sign(issuer_key, hashes.SHA256())

    @staticmethod
    def _sgx_extension() -> bytes:
        svns = b"".join(_entry(f"{SGX}.2.{number}", _integer(1)) for number in range(1, 17))
        tcb = svns + _entry(f"{SGX}.2.17", _integer(13)) + _entry(f"{SGX}.2.18", _der(4, b"\x01" * 16))
        return _der(
            0x30,
            _entry(f"{SGX}.1", _der(4, bytes(16)))
            + _entry(f"{SGX}.2", _der(0x30, tcb))
            + _entry(f"{SGX}.3", _der(4, bytes(2)))
            + _entry(f"{SGX}.4", _der(4, FMSPC))
            + _entry(f"{SGX}.5", _der(10, b"\x01")),
        )

    @staticmethod
    def _crl(issuer: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> bytes:
        return (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.subject)
            .last_update(NOW - timedelta(days=1))
            .next_update(NOW + timedelta(days=30))
            .add_extension(x509.CRLNumber(1), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
            .public_bytes(serialization.Encoding.DER)
        )

    @staticmethod
    def _dates() -> dict[str, Any]:
        return {
            "issueDate": (NOW - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "nextUpdate": (NOW + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "tcbEvaluationDataNumber": 17,
        }

    def _tcb_info(self, status: str, advisories: tuple[str, ...]) -> dict[str, Any]:
        zero = [{"svn": 0} for _ in range(16)]
        level: dict[str, Any] = {
            "tcb": {"sgxtcbcomponents": zero, "pcesvn": 0, "tdxtcbcomponents": zero},
            "tcbDate": "2025-01-01T00:00:00Z",
            "tcbStatus": status,
            "advisoryIDs": list(advisories),
        }
        module = {"mrsigner": "00" * 48, "attributes": "00" * 8, "attributesMask": "FF" * 8}
        return {
            "id": "TDX", "version": 3, **self._dates(), "fmspc": FMSPC.hex().upper(), "pceId": "0000", "tcbType": 0,
            "tdxModule": module, "tdxModuleIdentities": [], "tcbLevels": [level],
        }  # fmt: skip

    def _qe_identity(self) -> dict[str, Any]:
        return {
            "id": "TD_QE", "version": 2, **self._dates(), "miscselect": "00000000", "miscselectMask": "FFFFFFFF",
            "attributes": "00" * 16, "attributesMask": "00" * 16, "mrsigner": "00" * 32, "isvprodid": 0,
            "tcbLevels": [{"tcb": {"isvsvn": 0}, "tcbDate": "2025-01-01T00:00:00Z", "tcbStatus": "UpToDate"}],
        }  # fmt: skip
