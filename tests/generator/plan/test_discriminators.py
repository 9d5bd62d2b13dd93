"""A discriminator of the description chooses the class of an object, whatever the final names of the classes are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Document = dict[str, Any]
COMPONENTS = "#/components/schemas/"
KIND = {"kind": {"type": "string"}, "name": {"type": "string"}}
SCHEMAS: Document = {
    "Cat": {"type": "object", "properties": KIND},
    "Dog": {"type": "object", "properties": {**KIND, "tail": {"type": "integer"}}},
    "mean dog": {"type": "object", "properties": {**KIND, "teeth": {"type": "integer"}}},
}


def union(**discriminator: Any) -> Document:
    branches = [{"$ref": COMPONENTS + name} for name in SCHEMAS]
    found: Document = {"oneOf": branches, "nullable": True}
    return {**found, "discriminator": {"propertyName": "kind", **discriminator}} if discriminator else found


CODE = """
from venice_client import models
fields = models.Box.from_dict({name: {"kind": kind, "name": "x"} for name, kind in given["values"].items()})
print(json.dumps({name: type(getattr(fields, name)).__name__ for name in given["values"]}))
"""


@pytest.fixture
def chosen(
    contract_of: Callable[..., Document], client_of: Callable[[Document], Path], run_on: Callable[..., Any]
) -> Callable[..., dict[str, str]]:
    def choose(schema: Document, **values: str) -> dict[str, str]:
        box = {"type": "object", "properties": dict.fromkeys(values, schema)}
        body = {"content": {"application/json": {"schema": {"$ref": COMPONENTS + "Box"}}}}
        folder = client_of(contract_of({**SCHEMAS, "Box": box}, requestBody=body))
        found: dict[str, str] = run_on(folder, CODE, values=values)
        return found

    return choose


def test_without_a_mapping_the_component_name_chooses(chosen: Callable[..., dict[str, str]]) -> None:
    found = chosen(union(mapping=None), a="Dog", b="Cat", c="mean dog")
    assert found == {"a": "Dog", "b": "Cat", "c": "MeanDog"}


def test_a_mapping_chooses_and_missing_values_are_chosen_by_component_name(
    chosen: Callable[..., dict[str, str]],
) -> None:
    mapping = {"woof": f"{COMPONENTS}Dog", "howl": "mean dog", "Cat": f"{COMPONENTS}Dog"}
    found = chosen(union(mapping=mapping), a="woof", b="howl", c="Cat", d="Dog")
    assert found == {"a": "Dog", "b": "MeanDog", "c": "Dog", "d": "Dog"}


@pytest.mark.parametrize(
    "mapping",
    ["x", {"woof": 5}, {"woof": f"{COMPONENTS}Box"}, {"woof": "https://x.test/Dog"}, {"__import__('os')": "Dog"}],
)
def test_an_invalid_mapping_is_ignored(chosen: Callable[..., dict[str, str]], mapping: Any) -> None:
    assert chosen(union(mapping=mapping), a="Dog", b="woof")["a"] == "Dog"
