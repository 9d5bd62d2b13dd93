"""
Fields of a response's JSON, of the kind that they should have.

A response may depart from the contract: a field of another kind reads as one that is absent, and nothing raises.
"""

from __future__ import annotations

from typing import Any

from venice_client._core.schema.model import Model
from venice_client.chat.errors import InvalidOutputError


def object_of(response: object) -> dict[str, Any]:
    """Return the object that a response is. Raises InvalidOutputError where it is another value."""
    if not isinstance(response, Model):
        text = response if isinstance(response, str) else repr(response)
        raise InvalidOutputError(f"the response must be a JSON object, got {text:.80}", text=text, completion=response)
    return response.to_dict()


def object_at(raw: object, name: str) -> dict[str, Any]:
    """Return the object in a field; {} where there is none."""
    found = raw.get(name) if isinstance(raw, dict) else None
    return found if isinstance(found, dict) else {}


def items_at(raw: object, name: str) -> list[Any]:
    """Return the list in a field; [] where there is none."""
    found = raw.get(name) if isinstance(raw, dict) else None
    return found if isinstance(found, list) else []


def objects_at(raw: object, name: str) -> list[dict[str, Any]]:
    """Return the objects of the list in a field."""
    return [item for item in items_at(raw, name) if isinstance(item, dict)]


def text_at(raw: object, name: str) -> str:
    """Return the text in a field; "" where there is none."""
    found = raw.get(name) if isinstance(raw, dict) else None
    return found if isinstance(found, str) else ""
