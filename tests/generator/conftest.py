"""Fixtures for the tests of the generator: small contracts, copies of this checkout, and subprocesses on a client."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from generator.generate import generate
from generator.source.document import read_file
from generator.source.yaml_writer import dump
from generator.spec.pin import pin_text
from tests.contracts import with_one_operation_more
from tests.generator.checkouts import copy_checkout, made_once, make_in_step
from tests.generator.commands import Commands, Run

Document = dict[str, Any]


@pytest.fixture(scope="session")
def contract_of() -> Callable[..., Document]:
    """Return a function that makes a small contract: one operation, and the given parts."""

    def make(schemas: Document | None = None, **operation: Any) -> Document:
        path = operation.pop("path", "/things")
        method = operation.pop("method", "post")
        components = operation.pop("components", {})
        return {
            "openapi": "3.0.0",
            "info": {"version": "1"},
            "paths": {
                path: {
                    method: {
                        "operationId": "makeThing",
                        "tags": ["Things"],
                        "responses": {"200": {"content": {"application/json": {"schema": {"type": "string"}}}}},
                        **operation,
                    }
                }
            },
            "components": {"schemas": schemas or {}, **components},
        }

    return make


@pytest.fixture(scope="session")
def run_on() -> Callable[..., Any]:
    """Return a function that runs code beside a client, in a separate process, and returns the JSON it prints."""

    def run(folder: Path, code: str, *, status: int = 0, **given: Any) -> Any:
        prelude = "import json, sys\nsys.path.insert(0, sys.argv[1])\ngiven = json.loads(sys.stdin.read())\n"
        result = subprocess.run(
            [sys.executable, "-W", "error::SyntaxWarning", "-I", "-B", "-c", prelude + code, str(folder)],
            capture_output=True, text=True, check=False, timeout=120, input=json.dumps(given), cwd=folder,
        )  # fmt: skip
        assert result.returncode == status, result.stderr[-3000:]
        return json.loads(result.stdout) if result.stdout else None

    return run


@pytest.fixture
def client_of(tmp_path: Path) -> Callable[[Document], Path]:
    """Return a function that generates the client of a contract and returns the folder to import it from."""

    def make(contract: Document) -> Path:
        generate(contract, tmp_path / "out" / "venice_client")
        return tmp_path / "out"

    return make


@pytest.fixture
def checkout(tmp_path: Path, contract_of: Callable[..., Document]) -> Callable[..., Path]:
    """Return a function that copies this checkout into a folder, by default with a small contract to be fast."""

    def copy(name: str = "checkout", *, small: bool = True) -> Path:
        place = copy_checkout(tmp_path / name)
        if small:
            (place / "spec" / "swagger.yaml").write_text(pin_text(contract_of()), encoding="utf-8")
        return place

    return copy


@pytest.fixture(scope="session")
def in_step(tmp_path_factory: pytest.TempPathFactory, contract_of: Callable[..., Document]) -> Callable[[Path], Path]:
    """
    Return a function that fills a folder with a checkout whose small client is in step with its pin, 1.yaml.

    Two newer descriptions are beside it: 2.yaml has an operation more, and both have another model.
    """
    made = made_once(tmp_path_factory, "in-step", lambda folder: make_in_step(folder, contract_of))

    def copy(folder: Path) -> Path:
        shutil.copytree(made, folder, dirs_exist_ok=True)
        return folder / "checkout"

    return copy


@pytest.fixture(scope="session")
def commands() -> Iterator[Commands]:
    """Run commands of a checkout in processes that start fast."""
    with Commands() as started:
        yield started


@pytest.fixture
def generator(repository: Path, commands: Commands) -> Run:
    """Return a function that runs a command of the generator in the copy of the checkout."""
    return partial(commands.run, repository)


@pytest.fixture(scope="session")
def start_in() -> Callable[..., subprocess.Popen[str]]:
    """Return a function that starts code in a checkout, as a separate process group."""

    def start(place: Path, code: str, *given: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-B", "-c", code, *given],
            cwd=place, env={**os.environ, "PYTHONPATH": str(place), **environment},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
            start_new_session=True,
        )  # fmt: skip

    return start


@pytest.fixture
def repository(in_step: Callable[[Path], Path], tmp_path: Path) -> Path:
    """A checkout whose client is in step with its pin: one operation, POST /things."""
    return in_step(tmp_path)


@pytest.fixture
def pinned(repository: Path) -> Document:
    """The contract of the pin, to change."""
    return read_file(repository / "spec" / "swagger.yaml")


@pytest.fixture
def newer(pinned: Document) -> Document:
    """The pinned contract with one operation more."""
    return with_one_operation_more(pinned)


@pytest.fixture
def description(newer: Document, tmp_path: Path) -> Path:
    file = tmp_path / "newer.yaml"
    file.write_text(dump(newer), encoding="utf-8")
    return file
