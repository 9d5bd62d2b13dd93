"""
Restore the component schemas that the overlay uses and that a contract writes out where it used to refer to them.

Such a component is known by a place in a body or a response that is it: "audio.queue 402 application/json/oneOf/1".
Places that are equal refer to it too. Components that were used in other components alone are not found again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from generator.spec.canonical import copied
from generator.spec.component_references import SCHEMAS, component_of, schemas_of
from generator.spec.contract import operations, place_of_status
from generator.spec.identity import Address
from generator.spec.pointers import pointer

Addresses = Mapping[str, Address]
"""By name, where operations are."""


def written_out(
    pin: Mapping[str, Any], before: Addresses, contract: Mapping[str, Any], now: Addresses, used: Collection[str]
) -> dict[str, str]:
    """Return the place of each component that the pin has and the contract writes out; `used` are names in the pin."""
    gone = {name for name in used if name in schemas_of(pin) and name not in schemas_of(contract)}
    if not gone:
        return {}
    inline = {place: holder[key] for place, holder, key in _values(contract, now)}
    found: dict[str, str] = {}
    for place, holder, key in _values(pin, before):
        name = component_of(holder[key])
        if name in gone and inline.get(place) and not component_of(inline[place]):
            found.setdefault(name, place)
    return found


def named_again(contract: Mapping[str, Any], now: Addresses, places: Mapping[str, str]) -> dict[str, str]:
    """Return the components that stand at the places of written-out ones, by name: the keys of these."""
    if not places:
        return {}
    values = {place: component_of(holder[key]) for place, holder, key in _values(contract, now)}
    return {values[place]: key for key, place in places.items() if values.get(place)}


def with_restored(contract: dict[str, Any], places: Mapping[str, str], found: Addresses) -> dict[str, Any]:
    """Return a contract with the components of these places."""
    if not places:
        return contract
    document: dict[str, Any] = copied(contract)
    schemas = document["components"]["schemas"]
    for name, place in places.items():
        values = list(_values(document, found))
        schema = next((holder[key] for at, holder, key in values if at == place), None)
        if isinstance(schema, dict) and schema and not component_of(schema) and name not in schemas:
            schemas[name] = schema
            for _, holder, key in values:
                if holder[key] == schema:
                    holder[key] = {"$ref": SCHEMAS + name}
    return document


def _values(contract: Mapping[str, Any], found: Addresses) -> Iterator[tuple[str, Any, Any]]:
    """Yield what is in the schemas of bodies and responses: its place, what holds it, and its key there."""
    listed = operations(contract)
    for name, address in sorted(found.items()):
        operation = listed.get(address, {})
        responses = operation.get("responses", {})
        answers = {place_of_status(responses, status): response for status, response in responses.items()}
        held = {"body": operation.get("requestBody"), **answers}
        for role, value in held.items():
            content = value.get("content", {}) if isinstance(value, dict) else {}
            for media_type, media in content.items():
                waiting: list[tuple[str, Any, Any]] = [(f"{name} {role} {media_type}", media, "schema")]
                while waiting:
                    place, holder, key = waiting.pop()
                    inner = holder.get(key) if isinstance(holder, dict) else holder[key]
                    if isinstance(inner, dict):
                        yield place, holder, key
                        waiting += [(f"{place}{pointer((one,))}", inner, one) for one in inner]
                    elif isinstance(inner, list):
                        waiting += [(f"{place}/{index}", inner, index) for index in range(len(inner))]
