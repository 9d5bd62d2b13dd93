"""An enclave is trusted if every step of its attestation succeeds; each failed step raises its own error."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.client.tee.enclave import MODEL, Enclave
from tests.client.tee.intel import NOW, SIZES, Intel
from venice_client import RequestValidationError, Venice
from venice_client.tee import errors
from venice_client.tee.attestation import Attestation, check_attestation, load_measurements
from venice_client.tee.collateral import verify_quote
from venice_client.tee.quote import decode_quote, read_quote

MOMENT = NOW.timestamp()
NONCE = "5a" * 32


def attest(enclave: Enclave, fault: str = "") -> Attestation:
    enclave.fault = fault
    _, answer = enclave.attestation({"model": MODEL, "nonce": NONCE})
    return check_attestation(answer, model=MODEL, nonce=NONCE)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("not verified", errors.NotVerifiedError),
        ("verified as text", errors.NotVerifiedError),
        ("verified missing", errors.NotVerifiedError),
        ("wrong nonce", errors.NonceMismatchError),
        ("nonce missing", errors.NonceMismatchError),
        ("nonce not in quote", errors.NonceMismatchError),
        ("other model", errors.ModelMismatchError),
        ("no quote", errors.QuoteError),
        ("short quote", errors.QuoteError),
        ("SGX quote", errors.QuoteError),
        ("quote is not text", errors.QuoteError),
        ("debug", errors.DebugEnclaveError),
        ("key not bound", errors.KeyNotBoundError),
        ("swapped key", errors.KeyNotBoundError),
        ("other address", errors.KeyNotBoundError),
        ("no address", errors.KeyNotBoundError),
        ("key off the curve", errors.KeyNotBoundError),
        ("server says invalid", errors.ServerVerificationError),
        ("server says unbound", errors.ServerVerificationError),
        ("other GPU nonce", errors.GPUEvidenceError),
        ("GPU evidence is not JSON", errors.GPUEvidenceError),
        ("no object", errors.AttestationError),
    ],
)
def test_each_failed_step_raises_its_own_error(
    enclave: Enclave, fault: str, error: type[errors.AttestationError]
) -> None:
    with pytest.raises(error) as raised:
        attest(enclave, fault)
    assert type(raised.value) is error
    assert type(pickle.loads(pickle.dumps(raised.value))) is error


@pytest.mark.parametrize(
    "form", ["", "quote as base64", "key in upper case with 0x", "key without 04", "key under its other name"]
)
def test_every_encoding_of_keys_and_quotes_is_read(enclave: Enclave, form: str) -> None:
    found = attest(enclave, form)
    assert (found.level, found.signing_address, found.nonce) == ("server-verified", enclave.address, NONCE)
    assert found.measurements.mrtd == "07" * 48
    assert found.measurements.rtmr3 == "09" * 48


def test_a_model_without_a_key_is_attested_and_never_key_bound(enclave: Enclave, intel: Intel) -> None:
    _, answer = enclave.attestation({"model": MODEL, "nonce": NONCE})
    del answer["signing_key"], answer["signing_address"]
    found = check_attestation(answer, model=MODEL, nonce=NONCE)
    assert found.public_key is None
    verified = found.verify(collateral=intel.collateral(), root_ca=intel.root_der, now=MOMENT)
    assert verified.level == "quote-verified"


def test_verifying_the_quote_with_its_collateral_raises_the_level(
    enclave: Enclave, intel: Intel, tmp_path: Path
) -> None:
    found = attest(enclave)
    with pytest.raises(errors.AttestationLevelError):
        found.require("key-bound")
    file = tmp_path / "collateral.json"
    file.write_text(intel.collateral())
    for collateral in (intel.collateral(), json.loads(intel.collateral()), file):
        verified = found.verify(collateral=collateral, root_ca=intel.root_der, now=MOMENT)
        assert (verified.level, verified.tcb_status) == ("key-bound", "UpToDate")
        assert verified.require("key-bound") is verified


def regions(raw: bytes) -> dict[str, tuple[int, int]]:
    """Return the fields of a quote of version 4 or 5 by name: where each begins, and its size in bytes."""
    sizes = {"version": 2, "key type": 2, "TEE type": 4, "reserved": 4, "QE vendor": 16, "user data": 20}
    body = dict(SIZES)
    if raw[0] == 5:
        sizes |= {"body type": 2, "body size": 4}
        body |= {"tee_tcb_svn2": 16, "mrservicetd": 48} if raw[48] == 3 else {}
        rest = int.from_bytes(raw[50:54], "little") - sum(body.values())
        body |= {"rest of the body": rest} if rest else {}
    sizes |= body
    sizes |= {"signature length": 4, "signature": 64, "attestation key": 64, "certification type": 2}
    sizes |= {"certification size": 4, "QE report": 384, "QE signature": 64, "QE data size": 2}
    start = sum(sizes.values())
    sizes |= {"QE data": int.from_bytes(raw[start - 2 : start], "little"), "chain type": 2, "chain size": 4}
    start = sum(sizes.values())
    sizes |= {"certificates": int.from_bytes(raw[start - 4 : start], "little")}
    starts = [sum(list(sizes.values())[:number]) for number in range(len(sizes))]
    return {name: (start, size) for (name, size), start in zip(sizes.items(), starts, strict=True)}


def accepted_changes(raw: bytes, **options: Any) -> list[str]:
    """Change each byte of a quote in turn; return the fields in which a change was accepted."""
    found = set()
    for name, (start, size) in regions(raw).items():
        for position in range(start, start + size):
            if raw[position] in b"\r\n\0" and name == "certificates":
                continue  # the ends of lines say nothing
            changed = raw[:position] + bytes([raw[position] ^ 1]) + raw[position + 1 :]
            with contextlib.suppress(errors.QuoteError, errors.QuoteSignatureError):
                verify_quote(read_quote(changed).raw, accept_tcb=("UpToDate",), **options)
                found.add(name)
    return sorted(found)


@pytest.mark.slow
def test_a_quote_with_one_changed_byte_does_not_verify(intel: Intel) -> None:
    raw = intel.quote(report_data=b"\x01" * 64)
    options: dict[str, Any] = {"collateral": intel.collateral(), "root_ca": intel.root_der, "now": int(MOMENT)}
    assert verify_quote(raw, accept_tcb=("UpToDate",), **options).status == "UpToDate"
    assert sum(regions(raw)["certificates"]) == len(raw)
    assert accepted_changes(raw, **options) == []
    for bad in (raw[:-1], raw + b"\x01", raw[:700]):
        with pytest.raises(errors.QuoteError):
            read_quote(bad)
    assert read_quote(raw + bytes(64)).certificates == read_quote(raw).certificates


@pytest.mark.slow
@pytest.mark.skipif(
    "VENICE_TDX_QUOTE" not in os.environ, reason="VENICE_TDX_QUOTE names no real quote: see CONTRIBUTING.md"
)
def test_a_quote_of_real_hardware_verifies_and_with_one_changed_byte_does_not() -> None:
    path = Path(os.environ["VENICE_TDX_QUOTE"])
    raw = path.read_bytes()
    raw = decode_quote(raw.decode()) if path.suffix == ".hex" else raw
    collateral = json.loads(path.with_name(f"{path.stem}_collateral.json").read_text())
    issued = max(json.loads(collateral[name])["issueDate"] for name in ("tcb_info", "qe_identity"))
    options: dict[str, Any] = {
        "collateral": collateral, "root_ca": None, "now": int(datetime.fromisoformat(issued).timestamp()) + 3600
    }  # fmt: skip
    assert verify_quote(raw, accept_tcb=("UpToDate",), **options).status == "UpToDate"
    assert accepted_changes(raw, **options) == []
    unread = "pck_crl_issuer_chain"  # the chain of the quote ends in the same issuer
    for name in collateral.keys() - {unread, "pck_certificate_chain"}:
        text = collateral[name]
        changed = text.replace("A", "B", 1) if "chain" in name else text[:-1] + ("0" if text[-1] != "0" else "1")
        with pytest.raises((errors.QuoteSignatureError, RequestValidationError)):
            verify_quote(raw, accept_tcb=("UpToDate",), **{**options, "collateral": {**collateral, name: changed}})
        left = {key: value for key, value in collateral.items() if key != name}
        with pytest.raises(RequestValidationError, match="collateral"):
            verify_quote(raw, accept_tcb=("UpToDate",), **{**options, "collateral": left})


def test_the_certificate_chain_of_the_quote_is_verified_not_that_of_the_collateral(intel: Intel) -> None:
    raw = intel.quote()
    certificates = read_quote(raw).certificates.decode()
    collateral = json.dumps({**json.loads(intel.collateral()), "pck_certificate_chain": certificates})
    options: dict[str, Any] = {"collateral": collateral, "root_ca": intel.root_der, "now": int(MOMENT)}
    assert verify_quote(raw, accept_tcb=("UpToDate",), **options).status == "UpToDate"
    start, _ = regions(raw)["certificates"]
    changed = raw[: start + 500] + bytes([raw[start + 500] ^ 1]) + raw[start + 501 :]
    with pytest.raises(errors.QuoteSignatureError):
        verify_quote(changed, accept_tcb=("UpToDate",), **options)


@pytest.mark.parametrize(
    "options",
    [{"now": MOMENT + 60 * 86400}, {"now": MOMENT - 60 * 86400}, {"root_ca": None}],
    ids=["late", "early", "root"],
)
def test_expired_collateral_and_another_root_are_refused(
    enclave: Enclave, intel: Intel, options: dict[str, Any]
) -> None:
    given = {"collateral": intel.collateral(), "root_ca": intel.root_der, "now": MOMENT, **options}
    with pytest.raises(errors.QuoteSignatureError):
        attest(enclave).verify(**given)


def test_a_firmware_status_is_refused_unless_it_is_accepted(enclave: Enclave, intel: Intel) -> None:
    collateral = intel.collateral(status="SWHardeningNeeded", advisories=("INTEL-SA-00001",))
    options: dict[str, Any] = {"collateral": collateral, "root_ca": intel.root_der, "now": MOMENT}
    with pytest.raises(errors.TCBStatusError) as raised:
        attest(enclave).verify(**options)
    assert (raised.value.status, raised.value.advisories) == ("SWHardeningNeeded", ("INTEL-SA-00001",))
    accepted = attest(enclave).verify(**options, accept_tcb=("UpToDate", "SWHardeningNeeded"))
    assert accepted.advisories == ("INTEL-SA-00001",)


def test_measurements_are_compared_with_those_of_a_file(enclave: Enclave, intel: Intel, tmp_path: Path) -> None:
    file = tmp_path / "pinned.json"
    file.write_text(json.dumps({"mrtd": "07" * 48, "rtmr3": ["AB" * 48, "0x" + "09" * 48]}))
    options: dict[str, Any] = {"collateral": intel.collateral(), "root_ca": intel.root_der, "now": MOMENT}
    found = attest(enclave).verify(**options, measurements=load_measurements(file))
    assert found.level == "key-bound"
    with pytest.raises(errors.MeasurementError, match="mrtd"):
        attest(enclave).verify(**options, measurements={"mrtd": "00" * 48})
    with pytest.raises(RequestValidationError, match="not a measurement"):
        attest(enclave).verify(**options, measurements={"mrdt": "00" * 48})


def test_invalid_collateral_is_refused(enclave: Enclave) -> None:
    for collateral in (None, 5, "{}", "no JSON"):
        with pytest.raises(RequestValidationError, match="collateral"):
            attest(enclave).verify(collateral=collateral)


def test_each_attestation_has_a_new_nonce_of_32_bytes(enclave: Enclave) -> None:
    from venice_client.tee.resource import Tee

    with Venice("a-key", base_url=enclave.url) as venice:
        nonces = {Tee(venice).attest(model=MODEL).nonce for _ in range(3)}
        with pytest.raises(RequestValidationError, match="64 hex digits"):
            Tee(venice).attest(model=MODEL, nonce="ab")
    assert len(nonces) == 3
    assert all(len(nonce) == 64 for nonce in nonces)


def test_the_signer_of_a_response_must_be_the_attested_address(enclave: Enclave) -> None:
    from venice_client.tee.resource import Tee

    with Venice("a-key", base_url=enclave.url) as venice:
        tee = Tee(venice)
        for form in ("", "signature as an object"):
            enclave.fault = form
            signature = tee.signature(model=MODEL, request_id="chat-1")
            assert signature.verify(signing_address=enclave.address)
        with pytest.raises(errors.ResponseSignatureError, match="the attestation has no key"):
            signature.verify(signing_address=None)
        for fault in ("other signer", "malformed signature"):
            enclave.fault = fault
            with pytest.raises(errors.ResponseSignatureError):
                tee.signature(model=MODEL, request_id="chat-1").verify(signing_address=enclave.address)
