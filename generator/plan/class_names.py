"""
Remembers what classes are called: `spec/names.toml`, written together with the client that has these names.

A class without a title is called after its place, and the shortest of its places has the say. So a new operation with a
schema of equal shape could rename a class that people already import. What is remembered wins over what is shorter.
Nothing but a choice among the names that a shape could have comes of this file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from generator.errors import GeneratorError
from generator.spec.pin import SPEC

NAMES = SPEC / "names.toml"
_HEADER = (
    "# The names of classes that are called after their places, each with a hash of its shape: they keep them.\n"
    "# Written by `python -m generator generate` and `bump`. To rename a class, give it a title in overlay.yaml.\n"
)


def load_classes(path: Path = NAMES) -> dict[str, str]:
    """Return the remembered names with the hashes of their shapes; none where there is no such file yet."""
    try:
        classes = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise GeneratorError(f"spec/{path.name} cannot be read ({error}): take it from the last commit.") from error
    if not all(isinstance(value, str) for value in classes.values()):
        raise GeneratorError(f"spec/{path.name} holds what is no name with a hash: take it from the last commit.")
    return classes


def classes_text(classes: Mapping[str, str]) -> str:
    """Return the text of spec/names.toml."""
    import tomli_w  # a comparison writes no names

    return _HEADER + tomli_w.dumps(dict(sorted(classes.items())))


def remembering(contract: Mapping[str, Any], classes: Mapping[str, str]) -> dict[str, Any]:
    """Return a contract that is ready for the overlay: with a place for schemas of its own, and with known names."""
    components = dict(contract.get("components", {}))
    components.setdefault("schemas", {})
    return {**contract, "components": components, "x-python-classes": dict(classes)}
