"""The cryptography of encrypted chats, against published vectors and another implementation."""

from __future__ import annotations

import copy
import pickle

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.client.tee.enclave import CURVE, derive, public_bytes
from venice_client.tee import errors
from venice_client.tee.crypto import SHORTEST, SessionKey, address_of, encrypt, keccak256, read_public_key


def test_keccak_and_addresses_match_known_values() -> None:
    assert keccak256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert keccak256(b"abc").hex() == "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"
    one = ec.derive_private_key(1, CURVE)
    assert address_of(public_bytes(one)) == "0x7e5f4552091a69125d5dfcb7b8c2659029395bdf"


def test_the_key_derivation_matches_a_known_value() -> None:
    # ECDH of the private keys 1 and 2 is the X coordinate of 2G; HKDF of it as RFC 5869 defines it, computed by hand.
    import hashlib
    import hmac

    secret = int("c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5", 16).to_bytes(32, "big")
    extracted = hmac.new(bytes(32), secret, hashlib.sha256).digest()
    expected = hmac.new(extracted, b"ecdsa_encryption\x01", hashlib.sha256).digest()
    from venice_client.tee import crypto

    two = ec.derive_private_key(2, CURVE).public_key()
    assert crypto._shared_key(ec.derive_private_key(1, CURVE), two) == expected


@settings(max_examples=30, deadline=None)
@given(text=st.text(max_size=200))
def test_encrypted_text_is_decrypted_by_another_implementation_and_back(text: str) -> None:
    model = ec.generate_private_key(CURVE)
    raw = bytes.fromhex(encrypt(text, public_bytes(model)))
    assert AESGCM(derive(model, raw[:65])).decrypt(raw[65:77], raw[77:], None).decode() == text
    session = SessionKey()
    assert session.decrypt(encrypt(text, bytes.fromhex(session.public_key))) == text


def test_every_message_is_encrypted_with_a_new_key_and_nonce() -> None:
    model = public_bytes(ec.generate_private_key(CURVE))
    messages = {encrypt("the same", model) for _ in range(20)}
    assert len({message[:130] for message in messages}) == 20
    assert len({message[130:154] for message in messages}) == 20


def test_a_changed_truncated_or_foreign_message_is_not_decrypted() -> None:
    session = SessionKey()
    message = encrypt("secret", bytes.fromhex(session.public_key))
    bad = [message[:-2], message[2:], message.upper(), message + "0", "zz" * 100, "", "ab" * 92, "00" * 120]
    for position in (131, 160, len(message) - 1):
        flipped = "0" if message[position] != "0" else "1"
        bad.append(message[:position] + flipped + message[position + 1 :])
    for text in bad:
        with pytest.raises(errors.E2EEError):
            SessionKey().decrypt(text)
        with pytest.raises(errors.E2EEError):
            session.decrypt(text)
    assert len(message) >= SHORTEST


def test_a_server_key_that_is_used_twice_is_refused() -> None:
    session = SessionKey()
    message = encrypt("a", bytes.fromhex(session.public_key))
    assert session.decrypt(message) == "a"
    with pytest.raises(errors.KeyReuseError):
        session.decrypt(message)


def test_a_session_key_cannot_be_shown_pickled_or_copied() -> None:
    session = SessionKey()
    secret = format(session._private.private_numbers().private_value, "x")
    assert secret not in repr(session) + str(session) + repr(vars(type(session)))
    for spread in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="cannot be"):
            spread(session)


def test_the_traceback_of_a_failed_decryption_shows_no_key() -> None:
    session = SessionKey()
    message = encrypt("secret", bytes.fromhex(session.public_key))
    bad = message[:-1] + ("0" if message[-1] != "0" else "1")
    private = session._private.private_numbers().private_value.to_bytes(32, "big")
    shared = derive(session._private, bytes.fromhex(bad)[:65])
    with pytest.raises(errors.DecryptionError) as raised:
        session.decrypt(bad)
    assert raised.value.__context__ is None
    shown, entry = "", raised.value.__traceback__
    while (entry := entry.tb_next if entry else None) is not None:
        shown += repr(entry.tb_frame.f_locals)
    assert "SessionKey(***)" in shown
    assert not [key for key in (private, shared) if key.hex() in shown or repr(key)[2:-1] in shown]


def test_public_keys_must_be_points_of_the_curve() -> None:
    point = public_bytes(ec.generate_private_key(CURVE))
    for text in (point.hex(), "0x" + point.hex().upper(), point[1:].hex()):
        assert read_public_key(text) == point
    for bad in ("", "04" + "00" * 64, "02" + point[1:33].hex(), point.hex()[:-2], None, 5, "zz" * 65):
        with pytest.raises(errors.KeyNotBoundError):
            read_public_key(bad)
