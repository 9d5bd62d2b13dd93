"""An enclave is trusted when every step of its proof holds, and refused with an error of its own when one fails."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from tests.client.tee.enclave import MODEL, Enclave
from tests.client.tee.intel import NOW, SIZES, Intel
from venice_client import RequestValidationError, Venice
from venice_client.tee import errors
from venice_client.tee.attestation import Attestation, check_attestation, load_measurements

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
        ("quote is no text", errors.QuoteError),
        ("debug", errors.DebugEnclaveError),
        ("key not bound", errors.KeyNotBoundError),
        ("swapped key", errors.KeyNotBoundError),
        ("other address", errors.KeyNotBoundError),
        ("no address", errors.KeyNotBoundError),
        ("key off the curve", errors.KeyNotBoundError),
        ("server says invalid", errors.ServerVerificationError),
        ("server says unbound", errors.ServerVerificationError),
        ("other GPU nonce", errors.GPUEvidenceError),
        ("GPU evidence is no JSON", errors.GPUEvidenceError),
        ("no object", errors.AttestationError),
    ],
)
def test_each_failed_step_has_an_error_of_its_own(
    enclave: Enclave, fault: str, error: type[errors.AttestationError]
) -> None:
    with pytest.raises(error) as raised:
        attest(enclave, fault)
    assert type(raised.value) is error
    assert type(pickle.loads(pickle.dumps(raised.value))) is error


@pytest.mark.parametrize(
    "form", ["", "quote as base64", "key in upper case with 0x", "key without 04", "key under its other name"]
)
def test_every_form_in_which_servers_write_keys_and_quotes_is_read(enclave: Enclave, form: str) -> None:
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


def test_the_quote_verifies_with_its_collateral_and_lifts_the_level(
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


@pytest.mark.parametrize("field", [name for name in SIZES if name != "td_attributes"])
def test_a_quote_with_one_changed_field_does_not_verify(enclave: Enclave, intel: Intel, field: str) -> None:
    found = attest(enclave)
    offset = 48 + sum(size for name, size in list(SIZES.items())[: list(SIZES).index(field)])
    changed = bytearray(found.quote.raw)
    changed[offset] ^= 1
    from attrs import evolve

    tampered = evolve(found, quote=evolve(found.quote, raw=bytes(changed)))
    with pytest.raises(errors.QuoteSignatureError):
        tampered.verify(collateral=intel.collateral(), root_ca=intel.root_der, now=MOMENT)


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


def test_an_unaccepted_firmware_status_is_refused_and_can_be_accepted(enclave: Enclave, intel: Intel) -> None:
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


def test_what_cannot_be_collateral_is_refused_by_name(enclave: Enclave) -> None:
    for collateral in (None, 5, "{}", "no JSON"):
        with pytest.raises(RequestValidationError, match="collateral"):
            attest(enclave).verify(collateral=collateral)


def test_the_client_sends_a_new_nonce_of_32_bytes_each_time(enclave: Enclave) -> None:
    from venice_client.tee.resource import Tee

    with Venice("a-key", base_url=enclave.url) as venice:
        nonces = {Tee(venice).attest(model=MODEL).nonce for _ in range(3)}
        with pytest.raises(RequestValidationError, match="64 hex digits"):
            Tee(venice).attest(model=MODEL, nonce="ab")
    assert len(nonces) == 3
    assert all(len(nonce) == 64 for nonce in nonces)


def test_the_signer_of_an_answer_is_compared_with_the_attested_address(enclave: Enclave) -> None:
    from venice_client.tee.resource import Tee

    with Venice("a-key", base_url=enclave.url) as venice:
        tee = Tee(venice)
        for form in ("", "signature as an object"):
            enclave.fault = form
            assert tee.signature(model=MODEL, request_id="chat-1").verify(signing_address=enclave.address)
        for fault in ("other signer", "malformed signature"):
            enclave.fault = fault
            with pytest.raises(errors.ResponseSignatureError):
                tee.signature(model=MODEL, request_id="chat-1").verify(signing_address=enclave.address)
