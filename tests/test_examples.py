"""Each example runs unchanged, in a separate process, and sends requests that conform to the description."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.generate import describe
from generator.spec.pin import load_pin
from tests.standin import StandIn

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
PHOTO = (EXAMPLES / "photo.png").read_bytes()

# Example -> the operation it calls, and the files that it leaves behind.
SHORT = {
    "edit": ("POST /image/edit", ["edited.png"]),
    "multi_edit": ("POST /image/multi-edit", ["masked.png"]),
    "upscale": ("POST /image/upscale", ["larger.png"]),
    "remove_background": ("POST /image/background-remove", ["cut-out.png"]),
    "generate": ("POST /image/generate", ["lighthouse-1.webp", "lighthouse-2.webp"]),
    "vision_chat": ("POST /chat/completions", []),
}


@pytest.fixture(scope="module")
def _standin() -> Iterator[StandIn]:
    with StandIn(describe(load_pin().contract).document) as server:
        yield server


@pytest.fixture
def api(_standin: StandIn) -> StandIn:
    _standin.renew()
    return _standin


def run(
    api: StandIn, name: str, folder: Path, *arguments: str, status: int = 0, **variables: str
) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("COV", "PYTEST"))}
    environment |= {"VENICE_API_KEY": "a-key", "VENICE_BASE_URL": api.base_url, "NO_PROXY": "127.0.0.1", **variables}
    result = subprocess.run(
        [sys.executable, str(EXAMPLES / f"{name}.py"), *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    assert result.returncode == status, result.stderr
    api.assert_valid()
    return result


@pytest.mark.slow
@pytest.mark.parametrize("name", SHORT)
def test_an_example_runs_unchanged(api: StandIn, name: str, tmp_path: Path) -> None:
    operation, files = SHORT[name]
    reported = run(api, name, tmp_path).stdout
    assert [received.operation for received in api.requests] == [operation]
    assert sorted(path.name for path in tmp_path.iterdir()) == files
    assert all((tmp_path / file).read_bytes().startswith((b"\x89PNG", b"RIFF")) for file in files)
    assert all(f"Saved: {file}" in reported for file in files)
    if name == "multi_edit":
        assert api.requests[0].files["images"] == [PHOTO, (EXAMPLES / "mask.png").read_bytes()]
    if name == "vision_chat":
        [message] = api.requests[0].value["messages"]
        assert message["content"][1]["image_url"]["url"].startswith("data:image/png;base64,")
        assert reported.strip()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with five pictures and one invalid file."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(5):
        (folder / f"{number}.png").write_bytes(PHOTO)
    (folder / "broken.png").write_bytes(PHOTO[:1000])
    return folder


def assert_all_done(api: StandIn, reported: str, out: Path) -> None:
    assert "broken.png: " in reported
    assert "5 done, " in reported
    assert "1 failed" in reported
    assert sorted(path.name for path in out.glob("*.png")) == [f"{number}.png" for number in range(5)]
    assert len(api.requests) == 5


@pytest.mark.slow
def test_many_pictures_are_edited_once(api: StandIn, folder: Path, tmp_path: Path) -> None:
    assert_all_done(api, run(api, "many_pictures", tmp_path, str(folder), status=1).stdout, tmp_path / "edited")
    reported = run(api, "many_pictures", tmp_path, str(folder), status=1).stdout
    assert "0 done, 5 skipped, 1 failed" in reported
    assert len(api.requests) == 5


@pytest.mark.slow
@pytest.mark.large("distributed")
def test_many_pictures_are_edited_on_a_dask_cluster(api: StandIn, folder: Path, tmp_path: Path) -> None:
    reported = run(api, "dask_pictures", tmp_path, str(folder), "out", status=1)
    assert_all_done(api, reported.stdout, tmp_path / "out")


@pytest.mark.slow
@pytest.mark.large("ray")
def test_many_pictures_are_edited_on_a_ray_cluster(api: StandIn, folder: Path, tmp_path: Path) -> None:
    quiet = {
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
        "RAY_DISABLE_IMPORT_WARNING": "1",
        "RAY_TMPDIR": "/tmp",
        "PYTHONWARNINGS": "ignore",
    }
    reported = run(api, "ray_pictures", tmp_path, str(folder), "out", status=1, **quiet)
    assert_all_done(api, reported.stdout, tmp_path / "out")
