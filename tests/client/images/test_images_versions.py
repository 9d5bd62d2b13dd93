"""Image methods with another version of the description."""

from __future__ import annotations

import ast
import base64
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import venice_client
from tests.standin.media import content
from venice_client import (
    Venice,
)
from venice_client._core.schema.operation import Operation
from venice_client._core.schema.shapes import Ref
from venice_client.api import OPERATIONS
from venice_client.images.resource import AsyncImages, Images

pytestmark = pytest.mark.slow

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Loopback

PNG = content("image/png")
BASE64 = base64.b64encode(PNG).decode()
EDIT = "POST /image/edit"


# ---- with another version of the description


class Table(dict[str, Operation]):
    """The table of another contract."""


def test_an_operation_without_a_form_gets_the_picture_as_base64(
    server: Loopback, call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = OPERATIONS[EDIT]
    only_json = Operation(
        method=now.method,
        path=now.path,
        name=now.name,
        module=now.module,
        bodies={"application/json": now.bodies["application/json"]},
        body_required=True,
        results=now.results,
        security=now.security,
        pictures=now.pictures,
    )
    monkeypatch.setattr("venice_client.api.images.edit.OPERATION", only_json)
    server.answer(PNG, "image/png")
    call(server.url, lambda venice: venice.images.edit(PNG, "p"))
    assert json.loads(server.requests[0].partition(b"\r\n\r\n")[2]) == {"image": BASE64, "prompt": "p"}
    assert isinstance(now.bodies["application/json"], Ref)


CHECK = """
import venice_client
from venice_client import AsyncVenice, Venice, api
assert "POST /image/edit" not in api.OPERATIONS
venice = Venice("k")
for name in {working!r}:
    getattr(venice.images, name)
try:
    venice.images.edit({png!r}, "p")
except AttributeError as error:
    assert "has no operation 'edit'" in str(error)
else:
    raise AssertionError("it was not reported")
import asyncio
async def go():
    try:
        await AsyncVenice("k").images.edit({png!r}, "p")
    except AttributeError:
        return "reported"
assert asyncio.run(go()) == "reported"
assert venice.chat.completions.create
print("good")
"""


def without(source: str, method: str) -> str:
    """The source of a resource without one of its methods."""
    lines = source.splitlines(keepends=True)
    for holder in ast.parse(source).body:
        for node in holder.body if isinstance(holder, ast.ClassDef) else ():
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == method:
                for number in range(node.lineno - 1, node.end_lineno or 0):
                    lines[number] = ""
    return "".join(line for line in lines if not line.strip().startswith(f"self.{method} ="))


@pytest.mark.parametrize("lost", ["the operation", "the whole resource"])
def test_the_package_works_if_an_operation_or_resource_is_not_generated(tmp_path: Path, lost: str) -> None:
    package = tmp_path / "venice_client"
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(Path(venice_client.__file__).parent, package, ignore=ignored)
    table = package / "api" / "__init__.py"
    lines = table.read_text().splitlines(keepends=True)
    gone = '"POST /image/edit"' if lost == "the operation" else '"images.'
    kept = [line for line in lines if not line.lstrip().startswith('"') or gone not in line]
    assert len(kept) < len(lines)
    table.write_text("".join(kept))
    if lost == "the operation":
        (package / "api" / "images" / "edit.py").unlink()
        resource = package / "api" / "images" / "__init__.py"
        resource.write_text(without(resource.read_text(), "edit"))
    else:
        shutil.rmtree(package / "api" / "images")
        resources = package / "api" / "resources.py"
        classes = resources.read_text()
        assert '    "images": ("images", "Images"),\n' in classes
        resources.write_text(classes.replace('    "images": ("images", "Images"),\n', ""))
    working = ["generate", "styles", "generations"] if lost == "the operation" else []
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", CHECK.format(png=PNG[:100], working=working)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("good\n", "")


def test_image_methods_are_generated() -> None:
    from venice_client.api.images import Images as Generated

    assert isinstance(Venice("k").images, Generated)
    assert not [name for name in vars(Images) if not name.startswith("_")]
    assert not [name for name in vars(AsyncImages) if not name.startswith("_")]
