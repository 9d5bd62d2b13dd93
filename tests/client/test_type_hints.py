"""Type hints and signatures of the constructors and of every public method at run time, and autospecs."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import pkgutil
import typing
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest

import venice_client
import venice_client.types
from venice_client import AsyncVenice, Venice
from venice_client._core.resource import _Resource


def methods(holder: Any, name: str) -> Iterator[tuple[str, Any]]:
    for part in (item for item in dir(type(holder)) if not item.startswith("_")):
        found = getattr(holder, part)
        if isinstance(found, _Resource):
            yield from methods(found, f"{name}.{part}")
        elif inspect.ismethod(found):
            yield f"{name}.{part}", found


@pytest.mark.parametrize("kind", [Venice, AsyncVenice])
def test_type_hints_resolve_for_constructor_and_every_public_method(kind: type[Any]) -> None:
    found = {"__init__": kind.__init__, **dict(methods(kind("k"), "venice"))}
    assert len(found) > 60
    for name, method in found.items():
        assert typing.get_type_hints(method), name
        assert inspect.signature(method, eval_str=True).parameters is not None, name


def properties() -> Iterator[tuple[str, property]]:
    for info in pkgutil.walk_packages(venice_client.__path__, "venice_client."):
        module = importlib.import_module(info.name)
        for holder in [
            item for item in vars(module).values() if inspect.isclass(item) and item.__module__ == info.name
        ]:
            for name, item in vars(holder).items():
                if isinstance(item, property) and name[:1] != "_":
                    yield f"{info.name}.{holder.__name__}.{name}", item


def test_no_property_has_literal_in_its_annotation_at_run_time() -> None:
    # jedi fails at it, and IPython completes no name of an object with such a property.
    found = dict(properties())
    assert "venice_client.models.chat_completion.ChatCompletion.finish_reason" in found
    for name, item in found.items():
        with contextlib.suppress(NameError):  # of a name that checkers alone import: jedi reads no such annotation
            assert "Literal" not in repr(typing.get_type_hints(item.fget).get("return")), name


def test_an_autospec_of_a_client_has_its_resources() -> None:
    spec = mock.create_autospec(Venice("k"))
    spec.images.edit("a.png", "p", model="m")
    with pytest.raises(TypeError):
        spec.images.edit("a.png", "p", modl="m")


def test_all_public_types_can_be_imported() -> None:
    for name in venice_client.types.__all__:
        assert getattr(venice_client.types, name) is not None
