"""A discriminator of the description chooses the class of an object, whatever the final names of the classes are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from generator.generate import generate

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


MAPPINGS: dict[str, Any] = {
    "Absent": None,
    "Valid": {"woof": f"{COMPONENTS}Dog", "howl": "mean dog", "Cat": f"{COMPONENTS}Dog"},
    "Text": "x",
    "Number": {"woof": 5},
    "Stranger": {"woof": f"{COMPONENTS}Box"},
    "Address": {"woof": "https://x.test/Dog"},
    "Code": {"__import__('os')": "Dog"},
}
"""A discriminator has each of these; one client has a model with a field for each."""

KINDS = ["Dog", "Cat", "mean dog", "woof", "howl"]
CODE = """
from venice_client import models
box = models.Box.from_dict({name: [{"kind": kind, "name": "x"} for kind in given["kinds"]] for name in given["names"]})
print(json.dumps({name: [type(one).__name__ for one in getattr(box, name.lower())] for name in given["names"]}))
"""
Choose = Callable[..., list[str]]


@pytest.fixture(scope="module")
def chosen(
    contract_of: Callable[..., Document], run_on: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Choose:
    """
    Return a function that gives the classes of objects of these kinds.

    A client has a list of objects for each mapping; one process reads all kinds of all lists.
    """
    lists = {name: {"type": "array", "items": union(mapping=mapping)} for name, mapping in MAPPINGS.items()}
    box = {"type": "object", "properties": lists}
    body = {"content": {"application/json": {"schema": {"$ref": COMPONENTS + "Box"}}}}
    folder = tmp_path_factory.mktemp("client")
    generate(contract_of({**SCHEMAS, "Box": box}, requestBody=body), folder / "venice_client")
    found = run_on(folder, CODE, names=list(MAPPINGS), kinds=KINDS)

    def choose(name: str, *kinds: str) -> list[str]:
        return [found[name][KINDS.index(kind)] for kind in kinds]

    return choose


@pytest.mark.slow
def test_without_a_mapping_the_component_name_chooses(chosen: Choose) -> None:
    assert chosen("Absent", "Dog", "Cat", "mean dog") == ["Dog", "Cat", "MeanDog"]


@pytest.mark.slow
def test_a_mapping_chooses_and_missing_values_are_chosen_by_component_name(chosen: Choose) -> None:
    assert chosen("Valid", "woof", "howl", "Cat", "Dog") == ["Dog", "MeanDog", "Dog", "Dog"]


@pytest.mark.parametrize("name", ["Text", "Number", "Stranger", "Address", "Code"])
def test_an_invalid_mapping_is_ignored(chosen: Choose, name: str) -> None:
    assert chosen(name, "Dog", "woof")[0] == "Dog"
