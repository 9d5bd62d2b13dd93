"""
The overlay's extensions: what they are called on schemas, and how their values are read.

`marks` has those of operations, `pictures` and `shortcuts` read those of schemas that hold more than a flag.
"""

from __future__ import annotations

from typing import Any, TypeVar

from msgspec import ValidationError, convert

from generator.errors import GeneratorError

Value = TypeVar("Value")

NAMES = ("title", "x-python-name", "summary", "description")
PICTURE = "x-python-picture"
"""The overlay's mark of what takes a picture; see `generator.plan.pictures`."""
LIMIT = "x-python-limit"
"""Marks a limit of spending: null is refused there, and anywhere below."""
CREDENTIAL = "x-python-secret"
"""Marks a value that gives access: the text of a model masks it."""
SHORTCUTS = "x-python-shortcuts"
"""Properties of a model that read a part of it; see `generator.plan.shortcuts`."""
VECTOR = "x-python-vector"
"""Marks a list of numbers of a response that may come as base64."""
MARKS = (PICTURE, LIMIT, CREDENTIAL, SHORTCUTS, VECTOR)
BESIDE = ("deprecated", "default", *MARKS)
"""What says something of the place that a schema stands in, not of the schema."""

KEPT = (*NAMES, *BESIDE)
"""
What may stand beside any schema: our names and words, a mark, and facts for the docstrings. No code comes of a default.
"""


def read_extension(value: Any, kind: type[Value], where: str) -> Value:
    """Return the value of an extension. Raises GeneratorError, which says where it stands, for one of another form."""
    try:
        return convert(value, kind)
    except ValidationError as error:
        raise GeneratorError(f"{where}: {error}.") from error
