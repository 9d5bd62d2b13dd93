"""
An enclave behind the vendor's gateway, on loopback: attestation, encrypted chat, signatures, and faults on demand.

It uses `cryptography` on its own, and nothing of the client. It records every byte that it receives.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from Crypto.Hash import keccak
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from eth_account import Account
from eth_account.messages import encode_defunct

from tests.client.tee.intel import Intel

MODEL = "e2ee-test-model"
CURVE = ec.SECP256K1()


def public_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def derive(private: ec.EllipticCurvePrivateKey, public: bytes) -> bytes:
    shared = private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, public))
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"ecdsa_encryption").derive(shared)


class Enclave:
    """A server with one model; `fault` names the fault of the next responses."""

    def __init__(self, intel: Intel) -> None:
        self.intel = intel
        self.key = ec.generate_private_key(CURVE)
        self.fault = ""
        self.received: list[bytes] = []
        """Every request, head and body."""
        self.chats: list[dict[str, Any]] = []
        """The decrypted bodies of chat requests."""
        self.reply = ["Hello", " ", "world", "\n", "ü€😀"]
        self.reasoning = ["think", "ing"]
        self._reused = ec.generate_private_key(CURVE)
        enclave = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_args: Any) -> None:
                pass

            def do_GET(self) -> None:
                enclave.received.append(f"{self.requestline}\r\n{self.headers}".encode())
                url = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(url.query).items()}
                if url.path.endswith("/tee/attestation"):
                    status, body = enclave.attestation(query)
                elif url.path.endswith("/tee/signature"):
                    status, body = 200, enclave.signature(query)
                else:
                    status, body = 404, {"error": "no such path"}
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                enclave.received.append(f"{self.requestline}\r\n{self.headers}".encode() + body)
                events = enclave.chat(json.loads(body), {name.lower(): value for name, value in self.headers.items()})
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("x-venice-tee", "true")
                self.send_header("Connection", "close")
                self.end_headers()
                for event in events:
                    self.wfile.write(f"data: {event}\n\n".encode())
                    self.wfile.flush()
                self.close_connection = True

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/api/v1"

    @property
    def address(self) -> str:
        return "0x" + keccak.new(digest_bits=256, data=public_bytes(self.key)[1:]).digest()[-20:].hex()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def attestation(self, query: dict[str, str]) -> tuple[int, Any]:
        """Answer GET /tee/attestation, with the fault that is set."""
        nonce, model = query.get("nonce", ""), query["model"]
        if self.fault == "attestation 502":
            return 502, {"error": "Nonce must be exactly 32 bytes"}
        raw_nonce = bytes.fromhex(nonce)
        in_quote = secrets.token_bytes(32) if self.fault == "nonce not in quote" else raw_nonce
        address = bytes.fromhex(self.address[2:])
        if self.fault == "key not bound":
            address = secrets.token_bytes(20)
        fields = {"report_data": address + bytes(12) + in_quote, "mrtd": b"\x07" * 48, "rtmr3": b"\x09" * 48}
        if self.fault == "debug":
            fields["td_attributes"] = bytes.fromhex("0100001000000000")
        quote = self.intel.quote(**fields)
        key = public_bytes(ec.generate_private_key(CURVE) if self.fault == "swapped key" else self.key).hex()
        answer: dict[str, Any] = {
            "verified": True,
            "nonce": nonce,
            "model": model,
            "signing_key": key,
            "signing_address": self.address,
            "signing_algo": "ecdsa",
            "intel_quote": quote.hex(),
            "nvidia_payload": json.dumps({"nonce": nonce, "evidence_list": [], "arch": "HOPPER"}),
            "tee_provider": "test",
            "server_verification": {
                "tdx": {"valid": True, "signatureValid": True, "certificateChainValid": True},
                "nvidia": {"valid": True},
                "signingAddressBinding": {"bound": True},
                "nonceBinding": {"bound": True, "method": "raw"},
            },
        }
        match self.fault:
            case "not verified":
                answer["verified"] = False
            case "verified as text":
                answer["verified"] = "true"
            case "verified missing":
                del answer["verified"]
            case "wrong nonce":
                answer["nonce"] = secrets.token_hex(32)
            case "nonce missing":
                del answer["nonce"]
            case "other model":
                answer["model"] = "another-model"
            case "no quote":
                del answer["intel_quote"]
            case "short quote":
                answer["intel_quote"] = quote[:600].hex()
            case "SGX quote":
                answer["intel_quote"] = (quote[:4] + bytes(4) + quote[8:]).hex()
            case "quote as base64":
                answer["intel_quote"] = base64.b64encode(quote).decode()
            case "quote is not text":
                answer["intel_quote"] = 5
            case "other address":
                answer["signing_address"] = "0x" + secrets.token_hex(20)
            case "no address":
                del answer["signing_address"]
            case "no key":
                del answer["signing_key"]
            case "key off the curve":
                answer["signing_key"] = "04" + "11" * 64
            case "key in upper case with 0x":
                answer["signing_key"] = "0x" + key.upper()
            case "key without 04":
                answer["signing_key"] = key[2:]
            case "key under its other name":
                answer["signing_public_key"] = answer.pop("signing_key")
            case "server says invalid":
                answer["server_verification"]["tdx"]["signatureValid"] = False
            case "server says unbound":
                answer["server_verification"]["signingAddressBinding"]["bound"] = False
            case "other GPU nonce":
                answer["nvidia_payload"] = json.dumps({"nonce": secrets.token_hex(32), "evidence_list": []})
            case "GPU evidence is not JSON":
                answer["nvidia_payload"] = "{"
            case "no object":
                return 200, []
        return 200, answer

    def signature(self, query: dict[str, str]) -> dict[str, Any]:
        """Answer GET /tee/signature."""
        text = "a" * 64 + ":" + "b" * 64
        key = ec.generate_private_key(CURVE) if self.fault == "other signer" else self.key
        private = key.private_numbers().private_value.to_bytes(32, "big")
        signed = "0x" + bytes(Account.from_key(private).sign_message(encode_defunct(text=text)).signature).hex()
        if self.fault == "malformed signature":
            signed = "0x1234"
        value: Any = {"value": signed} if self.fault == "signature as an object" else signed
        return {"text": text, "signature": value, "signing_address": self.address, "request_id": query["request_id"]}

    def chat(self, body: dict[str, Any], headers: dict[str, str]) -> list[str]:
        """Answer POST /chat/completions: decrypt, and encrypt a reply piece by piece."""
        names = ("x-venice-tee-client-pub-key", "x-venice-tee-model-pub-key", "x-venice-tee-signing-algo")
        if not all(name in headers for name in names):
            return [*self._plain("In plaintext, as no header requests encryption."), "[DONE]"]
        decrypted = []
        for message in body["messages"]:
            raw = bytes.fromhex(message["content"])
            text = AESGCM(derive(self.key, raw[:65])).decrypt(raw[65:77], raw[77:], None).decode()
            decrypted.append({**message, "content": text})
        self.chats.append({**body, "messages": decrypted})
        client = bytes.fromhex(headers["x-venice-tee-client-pub-key"])
        pieces = [("reasoning_content", text) for text in self.reasoning] + [("content", text) for text in self.reply]
        events = [self._event({"role": "assistant", "content": ""})]
        for number, (name, text) in enumerate(pieces):
            events.append(self._event({name: self._seal(text, client, number)}))
        if self.fault == "error event":
            return [*events, json.dumps({"error": {"message": "the enclave failed", "code": 500}})]
        if self.fault != "no finish reason":
            events.append(self._event({}, finish="stop"))
        return events if self.fault == "no DONE" else [*events, "[DONE]"]

    def _plain(self, text: str) -> list[str]:
        return [self._event({"role": "assistant", "content": text}), self._event({}, finish="stop")]

    def _seal(self, text: str, client: bytes, number: int) -> str:
        if text.isspace() and self.fault != "encrypted blanks":
            return text
        ephemeral = self._reused if self.fault == "reused key" else ec.generate_private_key(CURVE)
        nonce = secrets.token_bytes(12)
        sealed = public_bytes(ephemeral) + nonce + AESGCM(derive(ephemeral, client)).encrypt(nonce, text.encode(), None)
        if number == 2:
            match self.fault:
                case "tampered":
                    sealed = sealed[:-1] + bytes([sealed[-1] ^ 1])
                case "truncated":
                    sealed = sealed[:-5]
                case "plaintext":
                    return "injected text"
                case "upper case":
                    return sealed.hex().upper()
                case "long plaintext hex":
                    return "ab" * 100
                case "short hex":
                    return "ab" * 20
        return sealed.hex()

    @staticmethod
    def _event(delta: dict[str, Any], finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        chunk = {"id": "chat-1", "object": "chat.completion.chunk", "created": 1, "model": MODEL, "choices": [choice]}
        return json.dumps(chunk)
