"""
Changes that the vendor could make to a contract without taking anything from callers, one function a kind.

A kind changes a contract in place at a random position, and returns whether it found one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import count
from random import Random
from typing import Any

from generator.spec.contract import operations

Document = dict[str, Any]
Kind = Callable[[Document, Random], bool]
SCHEMAS = "#/components/schemas/"
STRING = {"type": "string"}


def part_of(contract: Document, random: Random, size: int) -> Document:
    """Return a copy of a contract with so many of its paths, and the components that they refer to."""
    whole: Document = json.loads(json.dumps(contract))
    chosen = random.sample(sorted(whole["paths"]), size)
    paths = {path: item for path, item in whole["paths"].items() if path in chosen}
    schemas, found, waiting = whole["components"]["schemas"], set[str](), [paths]
    while waiting:
        for schema in _schemas(waiting.pop()):
            name = str(schema.get("$ref", "")).removeprefix(SCHEMAS)
            if name in schemas and name not in found:
                found.add(name)
                waiting.append(schemas[name])
    kept = {name: schema for name, schema in schemas.items() if name in found}
    return {**whole, "paths": paths, "components": {**whole["components"], "schemas": kept}}


def _schemas(value: Any) -> Iterator[Document]:
    """Yield all mappings in a value, itself first."""
    waiting = [value]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            yield here
            waiting += here.values()
        elif isinstance(here, list):
            waiting += here


def _objects(contract: Document) -> list[Document]:
    """Return the objects of a contract that have properties, wherever they stand."""
    return [schema for schema in _schemas(contract) if _is_object(schema)]


def _is_object(schema: Any) -> bool:
    return (
        isinstance(schema, dict) and schema.get("type") == "object" and isinstance(schema.get("properties"), dict)
        and bool(schema["properties"])
        and not {"allOf", "anyOf", "oneOf"} & schema.keys()
    )  # fmt: skip


def _holders(contract: Document) -> list[Document]:
    """Return the media types whose schema is an object that is written out."""
    return [one for one in _schemas(contract["paths"]) if _is_object(one.get("schema")) and "in" not in one]


def _called(contract: Document, names: dict[str, str]) -> None:
    schemas = contract["components"]["schemas"]
    contract["components"]["schemas"] = dict(sorted((names.get(name, name), one) for name, one in schemas.items()))
    for schema in _schemas(contract):
        name = str(schema.get("$ref", "")).removeprefix(SCHEMAS)
        if name in names:
            schema["$ref"] = SCHEMAS + names[name]


def _free(name: str, contract: Document) -> str:
    return next(
        free for free in (f"{name}{number}" for number in count(1)) if free not in contract["components"]["schemas"]
    )


def rename_component(contract: Document, random: Random) -> bool:
    names = sorted(contract["components"]["schemas"])
    if names:
        _called(contract, {random.choice(names): _free("Renamed", contract)})
    return bool(names)


def rename_all_components(contract: Document, random: Random) -> bool:
    names = sorted(contract["components"]["schemas"])
    _called(contract, dict(zip(names, random.sample(names, len(names)), strict=True)))
    return len(names) > 1


def swap_components(contract: Document, random: Random) -> bool:
    names = sorted(contract["components"]["schemas"])
    if len(names) > 1:
        one, other = random.sample(names, 2)
        _called(contract, {one: other, other: one})
    return len(names) > 1


def rename_operation_id(contract: Document, random: Random) -> bool:
    random.choice(list(operations(contract).values()))["operationId"] = "renamed"
    return True


def swap_operation_ids(contract: Document, random: Random) -> bool:
    one, other = random.sample(list(operations(contract).values()), 2)
    if "operationId" not in one or "operationId" not in other:
        return False
    one["operationId"], other["operationId"] = other["operationId"], one["operationId"]
    return True


def move_path(contract: Document, random: Random) -> bool:
    path = random.choice(sorted(contract["paths"]))
    if len(path.split("/")) < 3 or any("operationId" not in one for one in contract["paths"][path].values()):
        return False
    contract["paths"][random.choice([f"/v2{path}", f"{path}/now", f"/a/b{path}"])] = contract["paths"].pop(path)
    return True


def move_path_and_rename_id(contract: Document, random: Random) -> bool:
    path = random.choice(sorted(contract["paths"]))
    for operation in contract["paths"][path].values():
        operation["operationId"] = "renamed"
    contract["paths"][f"/v2{path}"] = contract["paths"].pop(path)
    return len(contract["paths"][f"/v2{path}"]) == 1


def move_path_and_rename_components(contract: Document, random: Random) -> bool:
    return move_path(contract, random) and rename_all_components(contract, random)


def _add_parameter(contract: Document, random: Random, *, required: bool) -> None:
    operation = random.choice(list(operations(contract).values()))
    operation["parameters"] = [
        *operation.get("parameters", ()),
        {"in": random.choice(["query", "header"]), "name": "aNewOne", "required": required, "schema": STRING},
    ]


def add_optional_parameter(contract: Document, random: Random) -> bool:
    _add_parameter(contract, random, required=False)
    return True


def add_required_parameter(contract: Document, random: Random) -> bool:
    _add_parameter(contract, random, required=True)
    return True


def add_case_twin(contract: Document, random: Random) -> bool:
    """Add a property whose name gives the same name in Python as that of another."""
    schema = random.choice(_objects(contract))
    name = random.choice(sorted(schema["properties"]))
    first, *more = name.replace("-", "_").split("_")
    twin = first + "".join(map(str.title, more)) if more else f"{name[0].swapcase()}{name[1:]}"
    if twin in schema["properties"]:
        return False
    schema["properties"][twin] = STRING
    return True


def add_operation_of_a_taken_name(contract: Document, random: Random) -> bool:
    (method, path), operation = random.choice(list(operations(contract).items()))
    contract["paths"][f"{path}/twin"] = {
        method: {**{key: value for key, value in operation.items() if key in ("operationId", "tags")}, "responses": {}}
    }
    return "{" not in path


def add_operations_before_all_others(contract: Document, random: Random) -> bool:
    """Add operations that use the components of others, and come first in every order."""
    names = sorted(contract["components"]["schemas"])
    for name in random.sample(names, min(3, len(names))):
        media = {"application/json": {"schema": {"$ref": SCHEMAS + name}}}
        operation = {"operationId": f"a{name}", "tags": ["A"], "requestBody": {"content": media}, "responses": {}}
        contract["paths"] = {f"/a/{name}": {"post": operation}, **contract["paths"]}
    return bool(names)


def split_component(contract: Document, random: Random) -> bool:
    """Give one of the places that refer to a component a component of its own, with one property more."""
    names = [name for name, schema in contract["components"]["schemas"].items() if _is_object(schema)]
    if not names:
        return False
    name = random.choice(sorted(names))
    users = [one for one in _schemas(contract) if one.get("$ref") == SCHEMAS + name]
    if len(users) < 2:
        return False
    part = json.loads(json.dumps(contract["components"]["schemas"][name]))
    part["properties"]["aNewOne"] = STRING
    random.choice(users)["$ref"] = SCHEMAS + _free("Part", contract)
    contract["components"]["schemas"][_free("Part", contract)] = part
    return True


def extract_component(contract: Document, random: Random) -> bool:
    """Move a schema that is written out into a component."""
    holders = _holders(contract)
    if holders:
        holder = random.choice(holders)
        name = _free("Extracted", contract)
        contract["components"]["schemas"][name] = holder["schema"]
        holder["schema"] = {"$ref": SCHEMAS + name}
    return bool(holders)


def inline_component(contract: Document, random: Random) -> bool:
    """Write a component out where it is referred to."""
    schemas = contract["components"]["schemas"]
    names = [name for name in schemas if not any(SCHEMAS + name == one.get("$ref") for one in _schemas(schemas))]
    if names:
        name = random.choice(sorted(names))
        schema = schemas.pop(name)
        for one in [one for one in _schemas(contract["paths"]) if one.get("$ref") == SCHEMAS + name]:
            one.clear()
            one.update(json.loads(json.dumps(schema)))
    return bool(names)


def wrap_reference(contract: Document, random: Random) -> bool:
    users = [one for one in _schemas(contract) if str(one.get("$ref")).startswith(SCHEMAS)]
    if users:
        one = random.choice(users)
        one["allOf"] = [{"$ref": one.pop("$ref")}]
    return bool(users)


def change_status_of_success(contract: Document, random: Random) -> bool:
    """Give the successes of operations another status."""
    listed = [one for one in operations(contract).values() if "200" in one["responses"]]
    status = random.choice(["201", "202", "2XX"])
    for one in listed:
        one["responses"][status] = one["responses"].pop("200")
    return bool(listed)


def extract_responses_and_bodies(contract: Document, _random: Random) -> bool:
    """Make all responses and bodies components."""
    for number, one in enumerate(operations(contract).values()):
        for status in one["responses"]:
            name = f"R{number}x{status}"
            contract["components"].setdefault("responses", {})[name] = one["responses"][status]
            one["responses"][status] = {"$ref": f"#/components/responses/{name}"}
        if "requestBody" in one:
            contract["components"].setdefault("requestBodies", {})[f"B{number}"] = one["requestBody"]
            one["requestBody"] = {"$ref": f"#/components/requestBodies/B{number}"}
    return True


def write_single_values_as_constants(contract: Document, _random: Random) -> bool:
    """Write enums of one value as OpenAPI 3.1 does."""
    found = [one for one in _schemas(contract) if isinstance(one.get("enum"), list) and len(one["enum"]) == 1]
    for one in found:
        one["const"] = one.pop("enum")[0]
    return bool(found)


def name_no_prices(contract: Document, _random: Random) -> bool:
    """Drop the vendor's extension, and the status that says that a call must be paid for."""
    for one in operations(contract).values():
        one.pop("x-payment-info", None)
        one["responses"].pop("402", None)
    return True


def wrap_in_only_branch(contract: Document, random: Random) -> bool:
    """Write the schemas of bodies, responses and properties as the only branch of a union."""
    key = random.choice(["allOf", "anyOf", "oneOf"])
    holders: list[Document] = [schema["properties"] for schema in _objects(contract)]
    holders += [one for one in _schemas(contract["paths"]) if isinstance(one.get("schema"), dict) and "in" not in one]
    for holder in holders:
        for name in ("schema",) if isinstance(holder.get("schema"), dict) and len(holder) < 3 else tuple(holder):
            if not {"allOf", "anyOf", "oneOf", "enum"} & holder[name].keys():
                holder[name] = {key: [holder[name]]}
    return bool(holders)


def reverse_branches(contract: Document, random: Random) -> bool:
    unions = [one[key] for one in _schemas(contract) for key in ("anyOf", "oneOf") if isinstance(one.get(key), list)]
    if unions:
        random.choice(unions).reverse()
    return bool(unions)


def rename_tag(contract: Document, random: Random) -> bool:
    tags = sorted({tag for one in operations(contract).values() for tag in one.get("tags", ())})
    if tags:
        was = random.choice(tags)
        for one in operations(contract).values():
            one["tags"] = ["Renamed" if tag == was else tag for tag in one.get("tags", ())]
    return bool(tags)


def add_properties_that_make_two_objects_equal(contract: Document, random: Random) -> bool:
    """Give two objects the properties of both."""
    listed = [one for one in _objects(contract) if len(one["properties"]) < 12]
    if len(listed) < 2:
        return False
    one, other = random.sample(listed, 2)
    if any(other["properties"].get(name, schema) != schema for name, schema in one["properties"].items()):
        return False
    both = {**other["properties"], **one["properties"]}
    for schema in (one, other):
        schema["properties"] = json.loads(json.dumps(both))
        schema["required"] = []
        schema["additionalProperties"] = one.get("additionalProperties", True)
    return True


NEUTRAL: tuple[Kind, ...] = (
    rename_component, rename_all_components, swap_components, rename_operation_id, swap_operation_ids, move_path,
    move_path_and_rename_id, move_path_and_rename_components, add_operation_of_a_taken_name,
    add_operations_before_all_others, extract_component, inline_component, wrap_reference, rename_tag,
    change_status_of_success, extract_responses_and_bodies, write_single_values_as_constants, wrap_in_only_branch,
)  # fmt: skip
"""Kinds that change nothing of what was there."""
KINDS: tuple[Kind, ...] = (
    *NEUTRAL, add_optional_parameter, add_required_parameter, add_case_twin, split_component, reverse_branches,
    add_properties_that_make_two_objects_equal,
)  # fmt: skip
