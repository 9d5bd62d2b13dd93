"""
Bumps between real versions in random order, forwards, backwards and far apart: every name that was public once stays.

Eight bumps of two walks by default, sixty of four with THOROUGH=1.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from generator.plan import Version, plan_version
from generator.plan.description import describe
from generator.plan.naming.identifiers import CLIENT_MEMBERS, RESOURCE_MEMBERS
from generator.plan.naming.lock import Names
from generator.plan.naming.lock_file import names_text, parse_names
from generator.spec.identity import pair_operations, written
from generator.spec.overlay import Overlay, load_file
from generator.spec.pin import OVERLAY
from tests.contracts import VERSIONS, contract
from tests.thorough import THOROUGH

SEEDS, BUMPS = (range(4), 60) if THOROUGH else (range(2), 8)


def names_of(version: Version) -> Iterator[tuple[str, str]]:
    """Yield the public names as pairs: method and argument, class and field; "" for itself."""
    for operation in version.plan.operations:
        yield from ((operation.name, name) for name in ("", *(argument.name for argument in operation.arguments)))
    for model in version.plan.models.values():
        yield from ((model.name, name) for name in ("", *(field.name for field in model.fields)))
    yield from ((name, "") for name in version.plan.enums)


def aliases_of(version: Version) -> Iterator[tuple[str, str]]:
    aliases = version.names.aliases
    yield from ((name, "") for name in (*aliases.operations, *aliases.classes))
    for groups in (aliases.arguments, aliases.fields):
        yield from ((owner, name) for owner, group in groups.items() for name in group)


def lost(seen: set[tuple[str, str]], version: Version) -> list[tuple[str, str]]:
    """Return the names that neither work nor have an alias; what is below a name that went is answered by its alias."""
    known = {*names_of(version), *aliases_of(version)}
    live = {owner for owner, name in names_of(version) if not name}
    return sorted(pair for pair in seen - known if not pair[1] or pair[0] in live)


def hidden(version: Version) -> Iterator[str]:
    """Yield the resources where one name hides another."""
    for resource in version.plan.resources:
        children = {child.rpartition(".")[2] for child in version.plan.children(resource)}
        functions = {one.function for one in version.plan.operations if one.resource == resource}
        if children & functions or RESOURCE_MEMBERS & (children | functions):
            yield resource
    yield from sorted(CLIENT_MEMBERS & set(version.plan.children("")))


def walk(seed: int) -> list[str]:
    """Return versions in an order that no vendor takes: neighbours, returns, and jumps over years."""
    chosen = random.Random(seed)
    at = [chosen.randrange(len(VERSIONS))]
    while len(at) <= BUMPS:
        steps = [at[-1] + 1, at[-1] - 1, chosen.randrange(len(VERSIONS)), at[-2] if len(at) > 1 else 0]
        step = chosen.choice(steps)
        if step in range(len(VERSIONS)) and step != at[-1]:
            at.append(step)
    return [VERSIONS[index] for index in at]


def renamed(old: Version, new: Version) -> list[str]:
    """Return the methods of operations that both versions have, and that are not called as before."""
    pairs, _ = pair_operations(old.contract, new.contract)
    keys = {written(one): written(other) for one, other in pairs.items()}
    today = {one.key: one.name for one in new.plan.operations}
    return [one.name for one in old.plan.operations if one.key in keys and today[keys[one.key]] != one.name]


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_no_order_of_versions_loses_a_name(seed: int) -> None:
    overlay = load_file(OVERLAY)
    seen: set[tuple[str, str]] = set()
    old = None
    for name in walk(seed):
        pinned = contract(name)
        new = plan_version(pinned, overlay, names=Names()) if old is None else plan_version(pinned, overlay, before=old)
        seen |= set(names_of(new))
        assert not lost(seen, new), name
        assert not list(hidden(new)), name
        assert old is None or not renamed(old, new), name
        # What `make stale` and `check` compare: the lock and the pin give the same client again.
        text = names_text(new.names)
        again = plan_version(pinned, overlay, names=parse_names(text))
        assert (again.plan, names_text(again.names)) == (new.plan, text), name
        # The lock moves words and corrections with their operations, and takes none away.
        alone = {action.number for action in describe(pinned, overlay, Names()).unmatched}
        assert {action.number for action in new.described.unmatched} <= alone, name
        old = new


@pytest.mark.slow
def test_a_response_keeps_its_shortcuts_where_a_component_without_them_has_the_same_shape() -> None:
    overlay = load_file(OVERLAY)
    before = plan_version(contract("2026-01-19"), overlay, names=Names())
    version = plan_version(contract("2026-03-08.4a"), overlay, before=before)
    assert [one.name for one in version.plan.models["ResponsesResponse"].shortcuts] == ["output_text", "function_calls"]


def bumped(*contracts: dict[str, Any]) -> Version:
    overlay = Overlay("none", ())
    version = plan_version(contracts[0], overlay, names=Names())
    for one in contracts[1:]:
        version = plan_version(one, overlay, before=version)
    return version


def test_an_operation_that_comes_back_with_fewer_arguments_and_fields_keeps_their_names(
    contract_of: Callable[..., dict[str, Any]],
) -> None:
    def thing(*wires: str) -> dict[str, Any]:
        schema = {"type": "object", "properties": {wire: {"type": "string"} for wire in wires}}
        return {
            "requestBody": {"content": {"application/json": {"schema": schema}}},
            "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}},
        }

    def schemas(*wires: str) -> dict[str, Any]:
        return {"Thing": {"type": "object", "properties": {wire: {"type": "string"} for wire in wires}}}

    full = contract_of(schemas("kind", "size"), **thing("name", "colour"))
    none = contract_of({}, path="/others", operationId="listOthers", method="get")
    less = contract_of(schemas("kind"), **thing("name"))
    version = bumped(full, none, copy.deepcopy(less))
    (operation,) = version.plan.operations
    assert [one.name for one in operation.arguments] == ["name"]
    assert set(version.names.aliases.arguments[operation.name]) == {"colour"}
    assert set(version.names.aliases.fields["Thing"]) == {"size"}
