"""
The pinned contract and its lock: what the client in this tree was made from.

`spec/swagger.yaml` is the facts, in canonical YAML. `spec/swagger.lock.toml` says where they came from, by hashes, and
which tools made the client; it holds the vendor's sentences as hashes by JSON pointer, those that speak of limits,
obligation or an end once more by themselves, so that a change of prose is told of, and how much it matters, without
the prose being kept. There is no clock in it: the same input gives the same bytes.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from generator.errors import GeneratorError
from generator.install.staging import ROOT
from generator.source.document import dump, read_file
from generator.spec.contract import Facts

SPEC = ROOT / "spec"
PINNED = SPEC / "swagger.yaml"
LOCK = SPEC / "swagger.lock.toml"
OVERLAY = SPEC / "overlay.yaml"
ACCEPTED = SPEC / "accepted.toml"
TOOLS = ("openapi-python-client", "ruff")

_HEADER = (
    "# The contract of the Venice.ai API that this client was made from: facts only, no sentence of the vendor.\n"
    "# Written by `python -m generator bump`. Corrections and names belong into overlay.yaml.\n"
)
_LOCK_HEADER = "# Written by `python -m generator bump` together with swagger.yaml: do not edit.\n"
_PROSE_HEADER = (
    "# Hashes of the vendor's prose and examples, by place. Behind a +, one more, of what in it speaks of limits,\n"
    "# obligation, deprecation or sunset; without a + nothing does.\n"
)
FIRST_LINE = _HEADER.count("\n") + 1
"""The line of the pinned file that the contract starts in."""


@frozen
class Pin:
    """The pinned contract with its lock."""

    contract: dict[str, Any]
    source: str
    version: str
    prose: dict[str, tuple[str, str]] = field(repr=False)
    """By JSON pointer, hashes of the vendor's sentences, and of those that speak of limits or an end (or nothing)."""


def pin_text(contract: Mapping[str, Any]) -> str:
    """Return the text of spec/swagger.yaml for a contract."""
    try:
        return _HEADER + dump(contract)
    except ValueError as error:
        raise GeneratorError(f"The description cannot be pinned: {error}.") from error


def lock_text(facts: Facts, *, source: str, data: bytes) -> str:
    """Return the text of spec/swagger.lock.toml for what was fetched."""
    import tomli_w  # a comparison writes no lock

    about = {
        "source": {
            "url": source,
            "version": str(facts.contract.get("info", {}).get("version", "")),
            "sha256": digest(data),
        },
        "contract": {"sha256": digest(pin_text(facts.contract))},
        "tools": {name: _version(name) for name in TOOLS},
    }
    entries = {key: "+".join(filter(None, entry)) for key, entry in prose_entries(facts.prose).items()}
    return f"{_LOCK_HEADER}{tomli_w.dumps(about)}\n{_PROSE_HEADER}{tomli_w.dumps({'prose': entries})}"


def prose_entries(prose: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return what the lock holds of sentences: hashes long enough to tell a change, too short to be of other use."""
    from generator.drift.judge.prose import entry  # the pin alone is read without it

    return {pointer: entry(pointer, text) for pointer, text in prose.items()}


def hashed(prose: Mapping[str, str | tuple[str, object]]) -> dict[str, str]:
    """Return prose as it is compared: texts as they are, and of entries the hash of all of the text."""
    return {pointer: one if isinstance(one, str) else one[0] for pointer, one in prose.items()}


def load_pin() -> Pin:
    """Read the pin and its lock. Raises GeneratorError where the two do not belong together."""
    contract = read_file(PINNED)
    try:
        lock = tomllib.loads(LOCK.read_text(encoding="utf-8"))
        pinned, source = str(lock["contract"]["sha256"]), lock["source"]
        prose = {str(key): _entry(value) for key, value in lock["prose"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise GeneratorError(
            f"spec/{LOCK.name} cannot be read ({error}): take it from the last commit, or pin again with bump."
        ) from error
    if digest(PINNED.read_bytes()) != pinned:
        raise GeneratorError(
            f"spec/{PINNED.name} is not the file that spec/{LOCK.name} was written with: one of them was edited by"
            " hand. Corrections belong into spec/overlay.yaml; take both files from the last commit."
        )
    return Pin(contract=contract, source=str(source["url"]), version=str(source["version"]), prose=prose)


def _entry(text: str) -> tuple[str, str]:
    whole, _, matters = text.partition("+")
    return whole, matters


def _version(name: str) -> str:
    from importlib.metadata import version

    return version(name)


def digest(value: bytes | str) -> str:
    """Return the SHA-256 of bytes or of text in UTF-8, in hexadecimal."""
    return hashlib.sha256(value.encode() if isinstance(value, str) else value).hexdigest()
