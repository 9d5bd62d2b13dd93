"""
The stub of the layer's resources declares what exists. stubtest cannot read it: the classes are made at run time.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import venice_client.openai
from tests.table import table
from venice_client.openai import AsyncOpenAI, OpenAI

STUB = ast.parse((Path(venice_client.openai.__file__).parent / "_resources.pyi").read_text(encoding="utf-8"))
PLACES = {
    "ChatCompletions": "chat.completions",
    "Responses": "responses",
    "Speech": "audio.speech",
    "Transcriptions": "audio.transcriptions",
    "Chat": "chat",
    "Audio": "audio",
}


def resource_of(name: str) -> Any:
    """Return the object that a class of the stub describes."""
    found: Any = AsyncOpenAI(api_key="k") if name.startswith("Async") else OpenAI(api_key="k")
    for part in PLACES[name.removeprefix("Async")].split("."):
        found = getattr(found, part)
    return found


def declared() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for node in STUB.body:
        if isinstance(node, ast.ClassDef) and not node.name.endswith(("Options", "Plain")):
            for item in node.body:
                if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield node.name, item


@table(("name", "function"), list(declared()))
def test_the_stub_declares_what_the_layer_has(name: str, function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    resource = resource_of(name)
    assert hasattr(resource, function.name)
    if any(isinstance(one, ast.Name) and one.id.endswith("property") for one in function.decorator_list):
        return
    method = getattr(resource, function.name)
    assert inspect.iscoroutinefunction(inspect.unwrap(method)) == isinstance(function, ast.AsyncFunctionDef)
    names = {argument.arg for argument in [*function.args.args, *function.args.kwonlyargs]} - {"self"}
    parameters = inspect.signature(method).parameters
    assert names <= parameters.keys() or any(item.kind is item.VAR_KEYWORD for item in parameters.values())
    for argument, default in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True):
        if default is not None and argument.arg in parameters:
            assert parameters[argument.arg].default is not inspect.Parameter.empty
