"""
The Python blocks of the README and of docs/ run as written, twice, in an empty folder, against the stand-in.

A block that needs what a test cannot have starts with the line `# Not run by the tests: REASON`. mypy checks all.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import textwrap
import tomllib
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.generate import describe
from generator.spec.pin import load_pin
from tests.conftest import ROOT
from tests.standin import StandIn
from tests.table import table
from venice_client import Venice
from venice_client.api import OPERATIONS

PHOTO = b64encode((ROOT / "examples" / "photo.png").read_bytes()).decode()
NOT_RUN = "# Not run by the tests: "
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "examples" / "README.md"]
README = PAGES[0].read_text(encoding="utf-8")


def blocks(page: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


BLOCKS = [
    pytest.param(block, id=f"{page.relative_to(ROOT)}-{number}")
    for page in PAGES
    for number, block in enumerate(blocks(page), 1)
]


# The models that blocks name: the stand-in's sample of the list does not have them.
MODELS = [
    {
        "id": name,
        "type": kind,
        "object": "model",
        "owned_by": "venice.ai",
        "model_spec": {"privacy": "private", "traits": traits, **spec},
    }
    for name, kind, traits, spec in (
        (
            *("qwen3-vl-235b-a22b", "text", ["default_vision"]),
            {
                "availableContextTokens": 256000,
                "capabilities": {"supportsVision": True, "supportsFunctionCalling": True},
            },
        ),
        ("qwen-edit", "inpaint", [], {"constraints": {"aspectRatios": ["1:1", "3:2"]}}),
    )
]

CITY = {
    "id": "chat-1",
    "object": "chat.completion",
    "created": 1,
    "model": "zai-org-glm-5-1",
    "choices": [
        {
            "index": 0,
            "finish_reason": "stop",
            "message": {"role": "assistant", "content": '{"name": "Rome", "population": 2800000}'},
        }
    ],
}


@pytest.fixture(scope="module")
def pinned() -> Iterator[StandIn]:
    """A stand-in of the API, for all blocks."""
    with StandIn(describe(load_pin().contract).document) as vendor:
        yield vendor


@pytest.mark.slow
def test_blocks_have_no_type_error(tmp_path: Path) -> None:
    for number, (block, *_) in enumerate(param.values for param in BLOCKS):
        (tmp_path / f"block_{number}.py").write_text(str(block), encoding="utf-8")
    mypy = [sys.executable, "-m", "mypy", "--config-file", "pyproject.toml", "--no-warn-unused-configs"]
    found = subprocess.run([*mypy, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.slow
@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_runs_twice_in_an_empty_folder_and_sends_valid_requests(
    block: str, pinned: StandIn, tmp_path: Path
) -> None:
    if block.startswith(NOT_RUN):
        compile(block, "block", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        return
    pinned.renew()
    pinned.answer("GET /models", body={"object": "list", "type": "all", "data": MODELS})
    pinned.answer("POST /image/generate", body={"id": "generate-1", "images": [PHOTO]})
    if ".parse(" in block:
        pinned.answer("POST /chat/completions", body=CITY)
    for _ in range(2):
        result = subprocess.run(
            [sys.executable, "-W", "error", "-c", block],
            cwd=tmp_path,
            env={
                "VENICE_API_KEY": "k", "VENICE_BASE_URL": pinned.base_url, "VENICE_CACHE_DIR": "",
                "PYTHONPATH": str(ROOT),
            },
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert result.returncode == 0, result.stderr
    pinned.assert_valid()


def test_every_block_of_the_readme_is_run() -> None:
    found = blocks(PAGES[0])
    assert len(found) >= 7
    assert not [block for block in found if block.startswith(NOT_RUN)]


def test_a_block_that_is_not_run_gives_a_reason() -> None:
    for page in PAGES:
        for block in blocks(page):
            reason = block.partition("\n")[0].removeprefix(NOT_RUN)
            assert not block.startswith(NOT_RUN) or len(reason.split()) >= 3, block


@table("page", PAGES)
def test_python_code_is_only_in_fenced_blocks(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for block in re.findall(r"(?:^ {4}.*\n?)+", text, re.MULTILINE):
        assert not re.search(r"^(import|from) \w|^venice\.|= venice\.", textwrap.dedent(block), re.MULTILINE), block


def test_every_target_named_on_a_page_is_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"]:
        named = set(re.findall(r"(?:`|^    )make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE))
        assert named <= targets, page
    assert {"demo", "drift", "bump", "check"} <= set(re.findall(r"make ([a-z]+)", README))


def test_the_readme_fits_the_package_index() -> None:
    assert len(README.splitlines()) <= 250
    links = re.findall(r"\]\(([^)]*)\)", README)
    assert all(link.startswith("https://") for link in links), "the index has no other file of the repository"


def test_the_source_archive_has_every_file_named_in_the_readme() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = settings["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    named = re.findall(r"\b(?:docs|examples)/[\w/.-]*\w|\b[A-Z]{3,}\.md", README)
    assert len(named) > 8
    assert not [name for name in named if "/" + name.partition("/")[0] not in included]


@table("page", PAGES)
def test_every_file_named_on_a_page_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#]+)", text):
        assert link.startswith("https://") or (page.parent / link).exists(), link
    for name in re.findall(r"\b(?:docs|examples)/[\w/.-]*\w", text):
        assert (ROOT / name).exists(), name


def test_the_readme_lists_the_methods_of_all_operations() -> None:
    rows = re.findall(r"^\| (`[^|]*) \| (.*) \|$", README, re.MULTILINE)
    listed = {
        f"{resource}.{method}"
        for resources, methods in rows
        for resource in re.findall(r"`([\w.]+)`", resources)
        for method in re.findall(r"`([\w.]+)`", methods)
    }
    count = re.search(r"all ([0-9]+) operations", README)
    assert count is not None
    assert int(count[1]) == len(OPERATIONS), "README.md: correct the number of operations in the first paragraph"
    missing = {operation.name for operation in OPERATIONS.values()} - listed
    assert not missing, f"README.md: add to the table of resources: {', '.join(sorted(missing))}"
    venice = Venice(api_key="k")
    for name in listed:
        value: object = venice
        for part in name.split("."):
            value = getattr(value, part, None)
        assert callable(value) or name.split(".")[0] not in dir(venice), name
