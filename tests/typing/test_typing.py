"""The types of the client: pyright and ty check the samples (mypy does in `make types`)."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import venice_client

PACKAGE = Path(venice_client.__file__).parent
SAMPLES = [*Path(__file__).parent.glob("sample*.py"), *PACKAGE.parent.glob("tests/client/openai/typed_program.py")]
PUBLIC = [
    *sorted((PACKAGE / "api").rglob("*.py")),
    *sorted((PACKAGE / "models").glob("*.py")),
    *(PACKAGE / name for name in ("client.py", "images/resource.py", "images/results.py")),
    *(
        PACKAGE / name
        for name in ("images/explicit_input.py", "capabilities/resource.py", "jobs/video.py", "jobs/audio.py")
    ),
    *(
        PACKAGE / "_core" / name
        for name in ("client.py", "pagination.py", "response/binary.py", "response/response.py", "streaming/stream.py")
    ),
]
FREE = {
    "client.py send": "what endpoint modules call, for every operation alike",
    "client.py request": "a path that the contract does not know",
    "client.py run_blocking": "what a coroutine yields and is sent, which is not its result",
    "pagination.py __init__": "made by generated code, for every list alike",
    "resource.py check": "the parameters of whichever operation is named",
    "results.py picture_of": "a response of any operation",
    "results.py pictures_of": "a response of any operation",
    "results.py timing": "an object that the contract does not describe",
    "response.py __init__": "the value of an operation that is not known here",
    "response.py json": "whatever JSON can represent",
    "response.py with_value": "a value of the caller's choice",
    "resources.py resource_classes": "classes of any resource",
}
"""Where anything may stand, and why."""


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The public functions and methods of a module that a checker sees: where there are overloads, these alone."""
    for holder in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(holder, ast.Module | ast.ClassDef) or getattr(holder, "name", "").startswith("_"):
            continue
        found = [node for node in holder.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        overloads = {node.name for node in found if is_overload(node)}
        for node in found:
            hidden = node.name.startswith("_") and node.name != "__init__"
            if not hidden and (node.name not in overloads or is_overload(node)):
                yield node


def is_overload(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(isinstance(item, ast.Name) and item.id == "overload" for item in node.decorator_list)


def untyped(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """The parts of a signature without annotation, or with Any in it."""
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg]
    parts = {item.arg: item.annotation for item in arguments if item is not None and item.arg not in ("self", "cls")}
    return [name for name, found in [*parts.items(), ("return", node.returns)] if found is None or has_any(found)]


def has_any(annotation: ast.AST) -> bool:
    return any(isinstance(part, ast.Name) and part.id == "Any" for part in ast.walk(annotation))


@pytest.mark.slow
def test_no_public_signature_contains_any() -> None:
    seen, found = 0, []
    for path in PUBLIC:
        for node in functions(path):
            seen += 1
            if f"{path.name} {node.name}" not in FREE:
                found += [f"{path.relative_to(PACKAGE)}:{node.lineno} {node.name}: {name}" for name in untyped(node)]
    assert found == []
    assert seen > 400


@pytest.mark.slow
@pytest.mark.large("basedpyright")
def test_pyright_finds_no_error_in_the_samples(tmp_path: Path) -> None:
    settings = {"typeCheckingMode": "strict", "include": list(map(str, SAMPLES)), "pythonVersion": "3.11"}
    (tmp_path / "pyrightconfig.json").write_text(
        json.dumps({**settings, "reportUnnecessaryTypeIgnoreComment": "error"})
    )
    checker = Path(sys.executable).with_name("basedpyright")
    command = [str(checker), "-p", str(tmp_path), "--pythonpath", sys.executable, "--outputjson"]
    done = subprocess.run(command, cwd=PACKAGE.parent, capture_output=True, text=True, check=False, timeout=120)
    reported = json.loads(done.stdout)
    where = [
        (Path(item["file"]).name, item["range"]["start"]["line"] + 1, item["message"])
        for item in reported["generalDiagnostics"]
    ]
    assert where == []
    assert reported["summary"]["filesAnalyzed"] == len(SAMPLES)


@pytest.mark.slow
@pytest.mark.large("ty")
def test_ty_infers_the_types_of_the_samples() -> None:
    checker = Path(sys.executable).with_name("ty")
    command = [str(checker), "check", "--output-format", "gitlab", "--python", sys.prefix, *map(str, SAMPLES)]
    done = subprocess.run(command, cwd=PACKAGE.parent, capture_output=True, text=True, check=False, timeout=120)
    reported = {
        (item["location"]["path"], item["location"]["positions"]["begin"]["line"]) for item in json.loads(done.stdout)
    }
    lines = {path: (PACKAGE.parent / path).read_text(encoding="utf-8").splitlines() for path, _ in reported}
    assert [where for where in reported if "# type: ignore[" not in lines[where[0]][where[1] - 1]] == []
    assert len(reported) > 20, "the mistakes of the samples"
