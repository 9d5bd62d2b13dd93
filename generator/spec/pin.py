"""
The pinned contract and its lock: what the client in this tree was made from.

`spec/swagger.yaml` is the facts, in canonical YAML. `spec/swagger.lock.toml` says where they came from, by hashes, and
which tools made the client; it holds the vendor's sentences as hashes by JSON pointer, and its statements (about
limits, refusal, obligation, an end or money) as hashes of their own, so that a change of prose is reported, and how
much it matters, without the prose being kept. There is no clock in it: the same input gives the same bytes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from generator.errors import GeneratorError, UnreadableError
from generator.files import ROOT, content, digest
from generator.source.document import read, read_bytes
from generator.source.yaml_writer import dump
from generator.spec.contract import Facts, version_of
from generator.spec.statements import is_example, prose_entry

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
    "# Hashes of the vendor's prose and examples, by place. Each + is followed by the hash of one statement in it:\n"
    "# about limits, refusal, obligation, an end, money or a default.\n"
)


@frozen
class Pin:
    """The pinned contract with its lock."""

    contract: dict[str, Any]
    source: str
    version: str
    prose: dict[str, tuple[str, ...]] = field(repr=False)
    """By JSON pointer: a hash of the vendor's text, and of each of its statements."""


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
            "version": version_of(facts.contract),
            "sha256": digest(data),
        },
        "contract": {"sha256": digest(pin_text(facts.contract))},
        "tools": {name: _version(name) for name in TOOLS},
    }
    entries = {key: "+".join(entry) for key, entry in prose_entries(facts.prose).items()}
    return f"{_LOCK_HEADER}{tomli_w.dumps(about)}\n{_PROSE_HEADER}{tomli_w.dumps({'prose': entries})}"


def prose_entries(prose: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return what the lock holds of sentences: hashes of each text and of its statements."""
    return {where: prose_entry(text, is_example=is_example(where)) for where, text in prose.items()}


def load_pin() -> Pin:
    """Read the pin and its lock. Raises GeneratorError where the two do not belong together."""
    source = f"spec/{PINNED.name}"
    try:
        return parse_pin(read_bytes(PINNED), content(LOCK) or b"", source=source)
    except UnreadableError as error:
        raise UnreadableError(f"{source} cannot be read: {error.what}. Take it from the last commit.") from error


def parse_pin(pinned: bytes, lock: bytes, *, source: str) -> Pin:
    """Return the pin that two files hold; `source` names the first in messages."""
    contract = read(pinned, source=source)
    try:
        held = tomllib.loads(lock.decode())
        sha256, url, version = held["contract"]["sha256"], str(held["source"]["url"]), str(held["source"]["version"])
        prose = {str(key): tuple(value.split("+")) for key, value in held["prose"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        cause = f"it lacks {error}" if isinstance(error, KeyError) else error
        raise GeneratorError(f"spec/{LOCK.name} cannot be read ({cause}): take it from the last commit.") from error
    if digest(pinned) != sha256:
        raise GeneratorError(
            f"spec/{PINNED.name} is not the file that spec/{LOCK.name} was written with: one of them was edited by"
            " hand. Corrections belong into spec/overlay.yaml; take both files from the last commit."
        )
    return Pin(contract=contract, source=url, version=version, prose=prose)


def _version(name: str) -> str:
    from importlib.metadata import version

    return version(name)
