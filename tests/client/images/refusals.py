"""The refusal of a picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from venice_client._core.errors import RequestValidationError
from venice_client.images.inputs import Picture, read


def refusal(source: Any, reader: Callable[[Any], Picture] = read) -> str:
    with pytest.raises(RequestValidationError) as caught:
        reader(source)
    assert isinstance(caught.value, ValueError)
    assert len(caught.value.problems) == 1
    return str(caught.value)
