"""The facts of a description: all are kept, in canonical order, and no sentence."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml
from ruamel.yaml import YAML

from generator.errors import UnreadableError
from generator.files import digest
from generator.source.document import read
from generator.spec.contract import PROSE, facts, operations
from generator.spec.pin import pin_text
from tests.contracts import NEWEST, contract

Document = dict[str, Any]
REAL = ["2025-06-12", "2025-07-08", "2025-12-04", "2026-04-09.4d60e15f", "2026-08-05.ce2bfa60", "2026-08-22"]
MAPS = {"properties", "patternProperties", "schemas", "paths", "responses", "headers", "content", "requestBodies",
        "parameters", "securitySchemes", "variables", "encoding"}  # fmt: skip
DATA = {"enum", "const", "default", "security", "discriminator"}
SENTENCE = "A sentence of some length that must not be found in any file of this project."


def keys(value: Any, *, names: bool = False) -> Iterator[str]:
    """Every key of a contract that is a keyword of OpenAPI, and not a name or data of the API."""
    if isinstance(value, dict):
        for key, item in value.items():
            if not names:
                yield key
            if names or key not in DATA:
                yield from keys(item, names=not names and key in MAPS)
    elif isinstance(value, list):
        for item in value:
            yield from keys(item)


def with_prose(value: Any, *, names: bool = False) -> Any:
    """Put a sentence and an example into every object of OpenAPI."""
    if isinstance(value, list):
        return [with_prose(item) for item in value]
    if not isinstance(value, dict):
        return value
    result = {
        key: item if key in DATA and not names else with_prose(item, names=not names and key in MAPS)
        for key, item in value.items()
    }
    return result if names else {**result, "description": SENTENCE, "example": {"description": SENTENCE}}


def reversed_(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: reversed_(value[key]) for key in reversed(value)}
    return [reversed_(item) for item in value] if isinstance(value, list) else value


def equal_in_order(first: Any, second: Any) -> bool:
    return pin_text(first) == pin_text(second)


@pytest.mark.slow
@pytest.mark.parametrize("start", REAL)
def test_facts_of_a_published_description_have_no_prose_and_are_canonical(start: str) -> None:
    document = contract(start)
    found = facts(with_prose(document))
    assert equal_in_order(found.contract, document)
    assert PROSE.isdisjoint(keys(found.contract))
    again = facts(found.contract)
    assert equal_in_order(again.contract, found.contract)
    assert again.prose == {}
    assert again.unknown == ()
    assert equal_in_order(
        facts(reversed_(found.contract) | {"tags": found.contract["tags"]}).contract, found.contract
    ) or any(key in str(found.contract) for key in ("anyOf", "enum"))
    text = pin_text(found.contract)
    assert SENTENCE not in text
    assert SENTENCE in found.prose.values()
    assert all(isinstance(one, str) for one in found.prose.values())


@pytest.mark.slow
def test_every_yaml_parser_reads_a_pin_alike() -> None:
    real = contract(NEWEST)
    text = pin_text(real)
    assert yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) == real
    assert read(text.encode()) == real
    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 2)
    small = {**real, "paths": dict(list(real["paths"].items())[:8]), "components": {}}
    assert reader.load(io.StringIO(pin_text(small))) == small


def test_the_text_of_a_pin_keeps_what_yaml_1_1_misreads(contract_of: Callable[..., Document]) -> None:
    values = [
        "16:9",
        "off",
        "no",
        "1e3",
        "0x10",
        "012",
        "1_000",
        "2025-07-08",
        "~",
        "null",
        "=",
        "<<",
        ".inf",
        "\u2028",
    ]
    contract = facts(contract_of({"V": {"type": "string", "enum": values}})).contract
    text = pin_text(contract)
    assert yaml.safe_load(text) == read(text.encode()) == contract


def test_unknown_keys_are_dropped_and_reported(contract_of: Callable[..., Document]) -> None:
    document = contract_of(
        {"Thing": {"type": "object", "x-new": 1, "properties": {"a": "no schema"}}},
        **{"x-rate": 5, "responses": {"200": {"links": {}}}, "parameters": {"not": "a list"}},
    )
    document["components"]["examples"] = {"a": "prose"}
    document["webhooks"] = {}
    found = facts(document)
    assert found.unknown == (
        "/components/schemas/Thing/properties/a",
        "/components/schemas/Thing/x-new",
        "/paths/~1things/post/parameters",
        "/paths/~1things/post/responses/200/links",
        "/paths/~1things/post/x-rate",
        "/webhooks",
    )
    assert set(found.prose) == {"/components/examples"}
    assert found.contract["components"]["schemas"] == {"Thing": {"type": "object", "properties": {}}}


def test_properties_named_like_prose_keys_are_kept(contract_of: Callable[..., Document]) -> None:
    properties = {name: {"type": "string", "title": "Prose", "description": "Prose."} for name in sorted(PROSE)}
    document = contract_of(
        {"title": {"type": "object", "properties": properties, "default": {"title": 1}, "enum": [{"example": 2}]}},
        responses={"200": {"description": "Prose.", "headers": {"summary": {"schema": {}}}}},
        **{"x-payment-info": {"price": 1, "description": "Prose."}},
    )
    found = facts(document)
    kept = found.contract["components"]["schemas"]["title"]
    assert list(kept["properties"]) == sorted(PROSE)
    assert all(schema == {"type": "string"} for schema in kept["properties"].values())
    assert kept["default"] == {"title": 1}
    assert kept["enum"] == [{"example": 2}]
    operation = found.contract["paths"]["/things"]["post"]
    assert operation["responses"]["200"] == {"headers": {"summary": {"schema": {}}}}
    assert operation["x-payment-info"] == {"price": 1}
    assert "Prose" not in pin_text(found.contract)
    assert found.prose["/paths/~1things/post/responses/200/description"] == "Prose."


def test_the_order_of_names_parameters_and_required_has_no_effect(contract_of: Callable[..., Document]) -> None:
    def document(step: int) -> Document:
        names = ["b", "a", "c"][::step]
        return contract_of(
            {name: {"required": names, "properties": {key: {} for key in names}} for name in names},
            parameters=[{"name": name, "in": place} for name in names for place in ("query", "header")[::step]],
        )

    assert equal_in_order(facts(document(1)).contract, facts(reversed_(document(-1))).contract)


def test_media_types_have_one_spelling(contract_of: Callable[..., Document]) -> None:
    document = contract_of()
    names = ["Application/JSON; Charset=UTF-8", "application/json", "image/PNG", "text/plain;v=1"]
    content = {name: {"schema": {"title": name, "minLength": at}} for at, name in enumerate(names)}
    document["paths"]["/things"]["post"]["responses"] = {"200": {"description": "", "content": content}}
    found = facts(document).contract["paths"]["/things"]["post"]["responses"]["200"]["content"]
    assert {name: media["schema"]["minLength"] for name, media in found.items()} == {
        "application/json": 0,
        "image/png": 2,
        "text/plain; v=1": 3,
    }
    assert facts(facts(document).contract).contract == facts(document).contract


def test_the_order_of_enums_branches_and_security_is_kept(contract_of: Callable[..., Document]) -> None:
    schema = {"enum": ["b", "a"], "anyOf": [{"type": "string"}, {"type": "integer"}]}
    found = facts(contract_of({"V": schema}, security=[{"b": []}, {"a": []}])).contract
    assert found["components"]["schemas"]["V"] == schema
    assert found["paths"]["/things"]["post"]["security"] == [{"b": []}, {"a": []}]


def test_a_description_without_an_operation_is_refused() -> None:
    with pytest.raises(UnreadableError, match="no operation under any"):
        facts({"openapi": "3.0.0", "paths": {"/a": {"parameters": []}}})


def test_operations_are_found_by_method_and_path(contract_of: Callable[..., Document]) -> None:
    document = contract_of()
    document["paths"]["/things"] |= {"get": {}, "parameters": [], "summary": "x"}
    assert sorted(operations(document)) == [("get", "/things"), ("post", "/things")]
    assert digest("é") == digest("é".encode())
