"""What the tests of YAML share: YAML 1.2 as another reader has it, and the head of a description."""

from __future__ import annotations

import io
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor

HEAD = "openapi: 3.0.0\npaths: {/a: {}}\n"


class Constructor12(SafeConstructor):
    """Read without timestamps, which the core schema does not have and ruamel.yaml reads."""


Constructor12.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_scalar)


def read_as_1_2(text: str) -> Any:
    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 2)
    reader.Constructor = Constructor12
    return reader.load(io.StringIO(text))
