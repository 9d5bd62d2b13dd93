"""Declarations of operations agree with the contract, and both clients have a documented method for each."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import pytest

from tests.standin.contract import Contract
from tests.table import table
from venice_client import AsyncVenice, Venice
from venice_client._core.resource import AsyncResource, _Resource
from venice_client.api import OPERATIONS
from venice_client.api.resources import AsyncResources, SyncResources

KEYS = sorted(OPERATIONS)
AT_ONCE = {
    "audio.resume",
    "chat.completions.run_tools",
    "chat.completions.stream",
    "images.map",
    "responses.stream",
    "video.resume",
}
"""Methods of the async client that wait for nothing themselves."""
JOBS = {"audio.generate", "audio.submit", "video.generate", "video.submit"}
"""Generated methods that order something and wait for it, in several calls."""
OURS = (
    AT_ONCE
    | JOBS
    | {
        *("chat.completions.parse", "models.capabilities", "models.check", "models.find", "responses.parse"),
        *("tee.attest", "tee.signature"),
    }
)
"""Methods that stand for no single operation of the contract."""


def test_the_table_has_every_operation_of_the_contract(contract: Contract) -> None:
    assert set(OPERATIONS) == set(contract.operations)
    assert len(OPERATIONS) == len(KEYS)
    assert f"{len(KEYS)} operations" in repr(OPERATIONS)
    assert "POST /nowhere" not in OPERATIONS
    with pytest.raises(KeyError):
        OPERATIONS["POST /nowhere"]


@table("key", KEYS)
def test_each_declaration_agrees_with_the_contract(key: str, contract: Contract) -> None:
    declared, described = OPERATIONS[key], contract.operations[key]
    assert declared.key == f"{declared.method} {declared.path}" == key
    assert tuple(declared.bodies) == tuple(described.bodies)
    assert {status: tuple(kinds) for status, kinds in declared.results.items()} == {
        str(status): tuple(answer.media) for status, answer in described.answers.items()
    }
    assert {(p.wire, p.location, p.required) for p in declared.parameters} == {
        (p.name, p.where, p.required) for p in described.parameters
    }
    assert declared.body_required or not described.body_required
    assert [sorted(scheme.name for scheme in schemes) for schemes in declared.security] == [
        sorted(names) for names in described.security
    ]
    assert declared.module.startswith("venice_client.api.")


@table("key", KEYS)
def test_an_endpoint_module_has_four_functions(key: str) -> None:
    module = importlib.import_module(OPERATIONS[key].module)
    assert module.OPERATION is OPERATIONS[key]
    names = ("sync", "sync_detailed", "asyncio", "asyncio_detailed")
    functions = [getattr(module, name) for name in names]
    assert [inspect.iscoroutinefunction(function) for function in functions] == [False, False, True, True]
    assert all(inspect.getdoc(function) for function in functions)
    described = [
        [(p.name, p.kind, p.default) for p in inspect.signature(function).parameters.values()] for function in functions
    ]
    assert all(parameters == described[0] for parameters in described)


def resources(holder: type) -> Iterator[tuple[str, type]]:
    """Every resource of a client's class, by its dotted name."""
    for name, value in inspect.getmembers(holder):
        if isinstance(value, cached_property):
            found = value.__get__(_stub(holder), holder)
            if isinstance(found, _Resource):
                yield name, type(found)
                yield from ((f"{name}.{inner}", kind) for inner, kind in resources(type(found)))


def _stub(holder: Any) -> Any:
    if issubclass(holder, _Resource):
        return holder(AsyncVenice("k") if issubclass(holder, AsyncResource) else Venice("k"))
    return holder("k")


def methods(kind: type) -> dict[str, Any]:
    return {name: value for name, value in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")}


@pytest.mark.parametrize("pair", [(Venice, AsyncVenice), (SyncResources, AsyncResources)], ids=["ours", "generated"])
def test_both_clients_have_the_same_documented_methods(pair: tuple[type, type]) -> None:
    sync, other = (dict(resources(kind)) for kind in pair)
    assert list(sync) == list(other)
    found = set()
    for name in sync:
        mine, theirs = methods(sync[name]), methods(other[name])
        assert list(mine) == list(theirs), name
        for method in mine:
            if method.startswith("iterate"):
                assert str(inspect.signature(theirs[method])).replace("Async", "") == str(
                    inspect.signature(mine[method])
                )
                continue
            found.add(f"{name}.{method}")
            for function in (mine[method], theirs[method]):
                assert inspect.getdoc(function), f"{name}.{method} has no docstring"
            one, two = inspect.signature(mine[method]), inspect.signature(theirs[method])
            assert list(one.parameters) == list(two.parameters), f"{name}.{method}"
            if f"{name}.{method}" not in OURS:
                assert list(one.parameters.values()) == list(two.parameters.values()), f"{name}.{method}"
            returned = str(two.return_annotation).replace("Async", "")
            assert str(one.return_annotation) == returned, f"{name}.{method}"
            assert inspect.iscoroutinefunction(theirs[method]) == (f"{name}.{method}" not in AT_ONCE)
            assert not inspect.iscoroutinefunction(mine[method])
    assert found == {OPERATIONS[key].name for key in KEYS} | (OURS if pair[0] is Venice else JOBS)
