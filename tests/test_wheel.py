"""The wheel contains only the client and works in a separate environment."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT
from venice_client import __version__
from venice_client.api import OPERATIONS


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return next(folder.glob("*.whl"))


@pytest.mark.slow
def test_the_wheel_contains_only_the_client(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert tops == {"venice_client", f"venice_client-{__version__}.dist-info"}
    assert "venice_client/py.typed" in names
    assert "venice_client/api/images/edit.py" in names


@pytest.mark.slow
def test_the_wheel_depends_on_five_libraries(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read(f"venice_client-{__version__}.dist-info/METADATA").decode()
    needed = [line.split(":")[1] for line in metadata.splitlines() if line.startswith("Requires-Dist:")]
    plain = sorted(item.split(">")[0].split("<")[0].strip() for item in needed if "extra ==" not in item)
    assert plain == ["anyio", "attrs", "httpx", "msgspec", "platformdirs"]


@pytest.mark.slow
def test_the_wheel_imports_all_operations_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import venice_client, venice_client.api\n"
        "assert venice_client.__file__.startswith(sys.argv[1]), venice_client.__file__\n"
        "print(len([venice_client.api.OPERATIONS[key] for key in venice_client.api.OPERATIONS]))"
    )
    result = subprocess.run(
        [sys.executable, "-I", "-c", script, str(tmp_path)], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert (result.stdout.strip(), result.stderr) == (str(len(OPERATIONS)), "")


@pytest.mark.slow
def test_the_wheel_edits_a_picture_against_a_server_on_loopback(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    script = (
        "import runpy, sys; sys.path.insert(0, sys.argv[1]); sys.argv[1:] = ['--here']\n"
        "runpy.run_path(%r, run_name='__main__')"
    )
    result = subprocess.run(
        [sys.executable, "-I", "-c", script % str(ROOT / ".ci" / "try_wheel.py"), str(tmp_path)],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert f"at {tmp_path / 'venice_client'} edited a picture" in result.stdout
