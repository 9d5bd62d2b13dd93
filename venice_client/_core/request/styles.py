"""
Write parameters by the styles of OpenAPI: form, spaceDelimited, pipeDelimited and deepObject in a query, simple, label
and matrix in a path, simple in a header, form in a cookie.

Each takes a single value, a list, or an object; with `explode`, every item or property stands by itself. The rules are
those of RFC 6570, which OpenAPI refers to.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from venice_client._core.request.body import text_of
from venice_client._core.schema.model import Model
from venice_client._core.schema.operation import Parameter
from venice_client._core.schema.sentinel import UNSET

_SEPARATORS = {"spaceDelimited": " ", "pipeDelimited": "|"}


def query_pairs(parameter: Parameter, value: Any) -> list[tuple[str, str]]:
    """Return the names and texts of a parameter in a query; they are not encoded yet."""
    wire, items = parameter.wire, _items(value)
    if items is None:
        return [(wire, text_of(value))]
    if isinstance(items, dict):
        if parameter.style == "deepObject":
            return [(f"{wire}[{name}]", text) for name, text in items.items()]
        if parameter.explode and parameter.style not in _SEPARATORS:
            return list(items.items())
        items = [text for pair in items.items() for text in pair]
    elif parameter.explode:
        return [(wire, text) for text in items]
    return [(wire, _SEPARATORS.get(parameter.style, ",").join(items))] if items else []


def joined(value: Any, *, explode: bool) -> str:
    """Return the text of a parameter in a header or a cookie; it is not encoded yet."""
    items = _items(value)
    if items is None:
        return text_of(value)
    return ",".join(_flat(items, explode=explode))


def path_text(parameter: Parameter, value: Any) -> str:
    """Return the text of a parameter in a path, encoded except for the delimiters of its style."""
    items = _items(value)
    if parameter.style == "matrix":
        return _matrix(parameter, value, items)
    start = "." if parameter.style == "label" else ""
    if items is None:
        return start + quote(text_of(value), safe="")
    separator = "." if start and parameter.explode else ","
    return start + separator.join(_flat(_quoted(items), explode=parameter.explode)) if items else ""


def _matrix(parameter: Parameter, value: Any, items: dict[str, str] | list[str] | None) -> str:
    wire = quote(parameter.wire, safe="")
    if items is None:
        return f";{wire}={quote(text_of(value), safe='')}"
    encoded = _quoted(items)
    if not parameter.explode:
        return f";{wire}={','.join(_flat(encoded, explode=False))}"
    if isinstance(encoded, dict):
        return "".join(f";{name}={text}" for name, text in encoded.items())
    return "".join(f";{wire}={text}" for text in encoded)


def _items(value: Any) -> dict[str, str] | list[str] | None:
    """Return the texts of an object or a list, without absent ones; None for a single value."""
    if isinstance(value, Model):
        value = value.to_dict()
    if isinstance(value, Mapping):
        return {str(name): text_of(item) for name, item in value.items() if item is not None and item is not UNSET}
    if isinstance(value, list | tuple):
        return [text_of(item) for item in value if item is not None and item is not UNSET]
    return None


def _flat(items: dict[str, str] | list[str], *, explode: bool) -> list[str]:
    if isinstance(items, list):
        return items
    if explode:
        return [f"{name}={text}" for name, text in items.items()]
    return [text for pair in items.items() for text in pair]


def _quoted(items: dict[str, str] | list[str]) -> dict[str, str] | list[str]:
    if isinstance(items, list):
        return [quote(text, safe="") for text in items]
    return {quote(name, safe=""): quote(text, safe="") for name, text in items.items()}
