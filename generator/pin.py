"""
The pinned contract and its lock: what the client in this tree was made from.

`spec/swagger.yaml` is the facts, in canonical YAML. `spec/swagger.lock.toml` says where they came from, by hashes, and
which tools made the client; it holds the vendor's sentences as hashes by JSON pointer, so that a change of prose is
told of without the prose being kept. There is no clock in it: the same input gives the same bytes.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import tomli_w
from attrs import field, frozen

from generator.contract import Facts, digest
from generator.document import dump, read_file
from generator.errors import GeneratorError
from generator.tree import ROOT

SPEC = ROOT / "spec"
PINNED = SPEC / "swagger.yaml"
LOCK = SPEC / "swagger.lock.toml"
OVERLAY = SPEC / "overlay.yaml"
TOOLS = ("openapi-python-client", "ruff")

_HEADER = (
    "# The contract of the Venice.ai API that this client was made from: facts only, no sentence of the vendor.\n"
    "# Written by `python -m generator bump`. Corrections and names belong into overlay.yaml.\n"
)
_LOCK_HEADER = "# Written by `python -m generator bump` together with swagger.yaml: do not edit.\n"


@frozen
class Pin:
    """The pinned contract with its lock."""

    contract: dict[str, Any]
    source: str
    version: str
    prose: dict[str, str] = field(repr=False)
    """Hashes of the vendor's sentences, by JSON pointer."""


def pin_text(contract: Mapping[str, Any]) -> str:
    """Return the text of spec/swagger.yaml for a contract."""
    try:
        return _HEADER + dump(contract)
    except ValueError as error:
        raise GeneratorError(f"The description cannot be pinned: {error}.") from error


def lock_text(facts: Facts, *, source: str, data: bytes) -> str:
    """Return the text of spec/swagger.lock.toml for what was fetched."""
    return _LOCK_HEADER + tomli_w.dumps(
        {
            "source": {
                "url": source,
                "version": str(facts.contract.get("info", {}).get("version", "")),
                "sha256": digest(data),
            },
            "contract": {"sha256": digest(pin_text(facts.contract))},
            "tools": {name: version(name) for name in TOOLS},
            "prose": prose_hashes(facts.prose),
        }
    )


def prose_hashes(prose: Mapping[str, str]) -> dict[str, str]:
    """Return short hashes of sentences: long enough to tell a change, too short to be of other use."""
    return {pointer: digest(text)[:12] for pointer, text in prose.items()}


def load_pin() -> Pin:
    """Read the pin and its lock. Raises GeneratorError where the two do not belong together."""
    contract = read_file(PINNED)
    try:
        lock = tomllib.loads(LOCK.read_text(encoding="utf-8"))
        pinned, source = str(lock["contract"]["sha256"]), lock["source"]
        prose = {str(key): str(value) for key, value in lock["prose"].items()}
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


@contextlib.contextmanager
def written(texts: Mapping[Path, str]) -> Iterator[None]:
    """
    Write files in two steps: beside their places before the block runs, into their places after it.

    A block that raises, or a disk that is full, leaves every file as it was.
    """
    waiting: list[tuple[Path, Path]] = []
    try:
        for path, text in texts.items():
            handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
            waiting.append((Path(name), path))
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            Path(name).chmod(0o644)
        yield
        for temporary, path in waiting:
            temporary.replace(path)
    finally:
        for temporary, _ in waiting:
            temporary.unlink(missing_ok=True)
