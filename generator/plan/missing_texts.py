"""
Operations without words in the overlay, with a skeleton of an action to complete and paste into it.
"""

from __future__ import annotations

from attrs import frozen

from generator.plan import Version
from generator.spec.contract import operations
from generator.spec.identity import parse_address


@frozen
class MissingWords:
    """An operation without a name or a summary of the overlay."""

    operation: str
    """Its address: "POST /audio/isolate"."""
    name: str
    """Its name in Python, by rule."""
    missing: tuple[str, ...]
    """`x-python-name`, `summary`."""
    skeleton: str
    """An action for spec/overlay.yaml, in YAML."""


def without_words(version: Version) -> tuple[MissingWords, ...]:
    """Return the operations of a version that lack words, by address."""
    described = operations(version.described.document)
    found = []
    for operation in sorted(version.plan.operations, key=lambda one: one.key):
        declared = described[parse_address(operation.key)]
        missing = tuple(key for key in ("x-python-name", "summary") if not declared.get(key))
        if missing:
            found.append(MissingWords(operation.key, operation.name, missing, _skeleton(operation.key, operation.name)))
    return tuple(found)


def _skeleton(key: str, name: str) -> str:
    method, path = parse_address(key)
    quote = '"' if "'" in path else "'"
    target = f"$.paths[{quote}{path}{quote}].{method}".replace("'", "''")
    return (
        f"  - target: '{target}'\n"
        "    update:\n"
        f"      x-python-name: {name}\n"
        '      summary: ""  # one sentence, at most 100 characters\n'
        '      description: ""  # units, limits, price\n'
    )
