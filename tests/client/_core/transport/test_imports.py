"""Transports import by plain statements, so that tools that collect the modules of a program find them."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import venice_client

FOLDER = Path(venice_client.__file__).parent
TRANSPORT = FOLDER / "_core" / "transport"


@cache
def imported(path: Path) -> set[str]:
    """Return the top-level names of the modules that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize(("module", "library"), [("httpx", "httpx"), ("httpx", "httpx2"), ("aiohttp", "aiohttp")])
def test_an_import_statement_imports_each_http_library(module: str, library: str) -> None:
    assert library in imported(TRANSPORT / f"{module}.py")


@pytest.mark.slow
def test_no_module_imports_lower_level_libraries_or_starts_processes() -> None:
    refused = {"h11", "httpcore", "httpcore2", "idna", "subprocess", "multiprocessing"}
    assert {str(path): refused & imported(path) for path in FOLDER.rglob("*.py") if refused & imported(path)} == {}


@pytest.mark.slow
def test_one_module_imports_httpx_and_one_aiohttp() -> None:
    def users(*libraries: str) -> set[str]:
        return {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.py") if imported(path) & {*libraries}}

    # Programs for the openai package use httpx's names.
    assert users("httpx", "httpx2") == {"_core/transport/httpx.py", "openai/_http.py", "openai/_raw.py"}
    assert users("aiohttp") == {"_core/transport/aiohttp.py"}


@pytest.mark.slow
def test_a_call_over_the_default_transport_imports_only_httpx() -> None:
    code = (
        "import sys; from venice_client import Venice, VeniceConnectionError\n"
        "try: Venice('k', base_url='http://127.0.0.1:1', max_retries=0).models.list()\n"
        "except VeniceConnectionError: pass\n"
        "print([name for name in ('httpx', 'httpx2', 'aiohttp') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['httpx']"
