"""Names of classes stay what they are from one description to the next."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.errors import GeneratorError
from generator.plan import Prepared, prepare
from generator.plan.class_names import classes_text, load_classes, remembering

Document = dict[str, Any]
Make = Callable[..., Document]

LEVEL = {"type": "string", "enum": ["low", "high"]}
WIDER = {"type": "string", "enum": ["low", "high", "most"]}


def api(**operations: Document) -> Document:
    """A contract with a POST for each name, whose body has the given properties."""

    def as_json(schema: Document) -> Document:
        return {"content": {"application/json": {"schema": schema}}}

    return {
        "paths": {
            f"/{name}": {
                "post": {
                    "operationId": name,
                    "tags": ["Things"],
                    "requestBody": as_json({"type": "object", "properties": properties}),
                    "responses": {"200": as_json({"type": "string"})},
                }
            }
            for name, properties in operations.items()
        },
        "components": {"schemas": {}},
    }


def made(contract: Document, before: Prepared | None = None) -> Prepared:
    """Prepare a contract for a client that has the names it got before."""
    return prepare(remembering(contract, before.classes if before else {}))


def argument(prepared: Prepared, method: str, name: str) -> str:
    """What the type of an argument is called."""
    (schema,) = (
        item.schemas[0]
        for operation in prepared.plan.operations
        for item in operation.arguments
        if operation.function == method and item.name == name
    )
    return str(schema["$ref"]).rpartition("/")[2]


def test_a_new_operation_with_a_shorter_name_renames_nothing() -> None:
    old = made(api(make_larger={"level": LEVEL}))
    grown = api(make_larger={"level": LEVEL}, do={"level": LEVEL})
    assert argument(made(grown), "make_larger", "level") == "ThingsDoRequestLevel", "what it would be without a memory"
    new = made(grown, old)
    assert argument(new, "make_larger", "level") == argument(new, "do", "level") == "ThingsMakeLargerRequestLevel"


def test_a_shape_that_changes_keeps_the_name_of_its_place() -> None:
    old = made(api(make_larger={"level": LEVEL}))
    new = made(api(make_larger={"level": WIDER}, do={"level": WIDER}), old)
    assert argument(new, "do", "level") == "ThingsMakeLargerRequestLevel"


def test_a_place_that_takes_another_known_shape_leaves_that_shape_its_name() -> None:
    old = made(api(make={"level": LEVEL}, shape={"level": WIDER}))
    new = made(api(make={"level": WIDER}, shape={"level": WIDER}, again={"level": LEVEL}), old)
    assert argument(new, "shape", "level") == argument(new, "make", "level") == "ThingsShapeRequestLevel"


def test_a_component_that_comes_to_equal_a_class_takes_nothing_from_it() -> None:
    thing = {"type": "object", "properties": {name: {"type": "string"} for name in "abc"}}
    old = made(api(make={"thing": thing}))
    contract = api(make={"thing": thing})
    contract["components"]["schemas"]["Thing"] = thing
    assert argument(made(contract), "make", "thing") == "Thing"
    assert argument(made(contract, old), "make", "thing") == "ThingsMakeRequestThing"


def test_a_title_wins_over_what_is_remembered() -> None:
    old = made(api(make={"level": LEVEL}))
    new = made(api(make={"level": {**LEVEL, "title": "Strength"}}), old)
    assert argument(new, "make", "level") == "Strength"
    assert "Strength" not in new.classes
    assert argument(made(api(make={"level": LEVEL}), new), "make", "level") == "ThingsMakeRequestLevel"


def test_only_a_name_that_a_shape_could_have_is_taken() -> None:
    shape = made(api(make={"level": LEVEL})).classes["ThingsMakeRequestLevel"]
    strange = prepare(remembering(api(make={"level": LEVEL}), {"os.system('x')": shape, "Strange": shape}))
    assert argument(strange, "make", "level") == "ThingsMakeRequestLevel"


def test_names_made_with_a_memory_are_those_that_the_next_memory_gives() -> None:
    old = made(api(make={"level": LEVEL, "level_": WIDER}, shape={"size": LEVEL}))
    new = made(api(make={"level": WIDER, "level_": LEVEL}, shape={"size": WIDER}, do={"size": LEVEL}), old)
    again = made(api(make={"level": WIDER, "level_": LEVEL}, shape={"size": WIDER}, do={"size": LEVEL}), new)
    assert (again.classes, again.document) == (new.classes, new.document)


def test_the_file_reads_as_it_was_written_and_may_be_missing(tmp_path: Path) -> None:
    path = tmp_path / "names.toml"
    assert load_classes(path) == {}
    path.write_text(classes_text({"B": "2", "A": "1"}))
    assert list(load_classes(path).items()) == [("A", "1"), ("B", "2")]


@pytest.mark.parametrize("text", ["A = ", "A = 1", "[A]\nb = 'c'"])
def test_a_broken_file_is_told_of(text: str, tmp_path: Path) -> None:
    path = tmp_path / "names.toml"
    path.write_text(text)
    with pytest.raises(GeneratorError, match=r"spec/names\.toml .*take it from the last commit"):
        load_classes(path)
