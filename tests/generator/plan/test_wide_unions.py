"""Unions of thousands of branches: no branch is compared with each of the others, so that they cost linear time."""

from __future__ import annotations

from typing import Any

from generator.plan.all_of import Known
from generator.plan.normal_form import distinct, normal

WIDTH = 2_000


class Watched(dict[str, Any]):
    """A schema that counts comparisons."""

    compared = 0

    def __eq__(self, other: object) -> bool:
        Watched.compared += 1
        return super().__eq__(other)

    __hash__ = None


def test_each_value_is_kept_once_in_order_and_none_is_compared_with_another() -> None:
    Watched.compared = 0
    schemas = [Watched(type="string", pattern=f"^{number}$") for number in range(WIDTH)]
    assert [one["pattern"] for one in distinct([*schemas, *reversed(schemas)])] == [one["pattern"] for one in schemas]
    assert Watched.compared == 0


def test_values_that_python_calls_equal_and_json_does_not_are_all_kept() -> None:
    values: list[Any] = [1, True, "1", 0, False, {"a": 1, "b": 2}, {"b": 2, "a": 1}]
    assert [*map(repr, distinct(values))] == ["1", "True", "'1'", "0", "False", "{'a': 1, 'b': 2}"]


def test_enums_of_one_type_become_one_enum_with_all_values_in_order() -> None:
    branches = [{"type": "string", "enum": [f"v{number}", "v0"]} for number in range(WIDTH)]
    found = normal({"anyOf": [*branches, {"type": "integer", "enum": [1]}]}, Known({}))
    assert found == {
        "anyOf": [
            {"type": "string", "enum": [f"v{number}" for number in range(WIDTH)]},
            {"type": "integer", "enum": [1]},
        ]
    }
