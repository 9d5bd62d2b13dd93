"""What the tests of validation share: the problems of a value as texts, and enums of a caller."""

from __future__ import annotations

import enum
from typing import Any

from venice_client._core.schema.check import find_violations
from venice_client._core.schema.shapes import Shape


def reported(shape: Shape, value: Any) -> list[str]:
    return [f"{item.where}: {item.says}" for item in find_violations(shape, value)]


class Colour(enum.Enum):
    RED = "red"
    PINK = "pink"


class Many(enum.IntEnum):
    SIXTY = 60
