"""The lines of places in a description as it was given: any YAML or JSON text, with its own order and comments."""

from __future__ import annotations

from typing import Any

import yaml

from generator.source.yaml_reader import LOADER
from generator.spec.pointers import parts


class Lines:
    """The lines of one text."""

    def __init__(self, data: bytes) -> None:
        self._root: Any = yaml.compose(data, Loader=LOADER)

    def of(self, pointer: str) -> int:
        """
        Return the line of a JSON pointer, from 1: that of its key, or of the next place above that the text has.

        Parameters are counted in the order of a contract: by `in`, `name` and `$ref`.
        """
        node, line, outer = self._root, 1, ""
        for part in parts(pointer):
            found = _below(node, part, outer)
            if found is None:
                break
            line, node = found
            outer = part
        return line


def _below(node: Any, part: str, outer: str) -> tuple[int, Any] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == part:
                return key.start_mark.line + 1, value
    elif isinstance(node, yaml.SequenceNode) and part.isdecimal() and int(part) < len(node.value):
        items = sorted(node.value, key=_identity) if outer == "parameters" else node.value
        item = items[int(part)]
        return item.start_mark.line + 1, item
    return None


def _identity(node: Any) -> tuple[str, ...]:
    pairs = {key.value: value.value for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}
    return tuple(str(pairs.get(name, "")) for name in ("in", "name", "$ref"))
