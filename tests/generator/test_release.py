"""The next version follows from the contract and the fragments since the last tag; a break needs a fragment."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.release import Version
from generator.source.document import read_file
from generator.source.yaml_writer import dump
from tests.conftest import ROOT
from tests.generator.checkouts import git
from tests.generator.commands import Run


@pytest.fixture
def repository(in_step: Callable[[Path], Path], tmp_path: Path) -> Path:
    """A checkout with a small pin, and with what a release reads and changes."""
    made = in_step(tmp_path)
    for name in (".gitignore", "CHANGELOG.md", "pyproject.toml"):
        shutil.copy(ROOT / name, made)
    shutil.copytree(ROOT / "changelog.d", made / "changelog.d")
    return made


@pytest.fixture
def released(repository: Path) -> Path:
    """A copy of the checkout whose state is tagged v0.1.0."""
    for file in (repository / "changelog.d").glob("*.md"):
        if file.name != "README.md":
            file.unlink()
    git(repository, "init", "--quiet", "--initial-branch", "main")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "The release")
    git(repository, "tag", "v0.1.0")
    return repository


def fragment(place: Path, name: str, text: str = "A sentence.") -> None:
    (place / "changelog.d" / name).write_text(f"{text}\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("version", "level", "expected"),
    [
        ((0, 1, 2), "major", "0.2.0"), ((0, 1, 2), "minor", "0.1.3"), ((0, 1, 2), "patch", "0.1.3"),
        ((1, 1, 2), "major", "2.0.0"), ((1, 1, 2), "minor", "1.2.0"), ((1, 1, 2), "patch", "1.1.3"),
    ],
)  # fmt: skip
def test_a_level_raises_a_part_of_the_version(version: tuple[int, int, int], level: str, expected: str) -> None:
    assert str(Version(*version).raised(level)) == expected  # type: ignore[arg-type]  # texts of the table


def test_without_a_tag_the_next_version_is_the_first_release(generator: Run, repository: Path) -> None:
    git(repository, "init", "--quiet")
    assert generator("version").stdout.startswith("0.1.0: there is no release yet")


@pytest.mark.slow
def test_fragments_and_the_contract_decide_the_next_version(generator: Run, released: Path) -> None:
    assert generator("version").stdout.startswith("0.1.0: nothing that users see changed")
    fragment(released, "1.fixed.md")
    assert generator("version").stdout.startswith("0.1.1: 1 changelog fragment of kind fixed")
    fragment(released, "2.breaking.md")
    assert generator("version").stdout.startswith("0.2.0: 1 changelog fragment of kind breaking")
    (released / "changelog.d" / "2.breaking.md").unlink()
    contract = read_file(released / "spec" / "swagger.yaml")
    contract["paths"]["/others"] = {"get": {"operationId": "others", "tags": ["Others"], "responses": {}}}
    (released / "build").mkdir()
    (released / "build" / "newer.yaml").write_text(dump(contract), encoding="utf-8")
    assert generator("bump", "--from", "build/newer.yaml").returncode == 0
    shown = generator("version").stdout
    assert shown.startswith("0.1.1: the contract changed by ADDITIVE findings")


@pytest.mark.slow
def test_a_release_sets_the_version_and_a_section_of_the_changelog(generator: Run, released: Path) -> None:
    git(released, "config", "user.name", "test")
    fragment(released, "1.added.md", "A thing.")
    fragment(released, "2.breaking.md", "A thing is gone.")
    git(released, "add", "--all")
    before = (released / "CHANGELOG.md").read_text(encoding="utf-8")
    entries = before.split("## Unreleased\n\n")[1]
    assert generator("version", "--write").returncode == 0
    text = (released / "CHANGELOG.md").read_text(encoding="utf-8")
    match = re.search(r"## Unreleased\n\n+## 0\.2\.0 \(\d{4}-\d\d-\d\d\)\n\n(.*)", text, re.DOTALL)
    assert match is not None, text[:400]
    assert "- A thing.\n" in match[1]
    assert "- **Breaking:** A thing is gone.\n" in match[1]
    assert match[1].endswith(entries)
    assert '__version__ = "0.2.0"' in (released / "venice_client" / "__init__.py").read_text(encoding="utf-8")
    assert [file.name for file in (released / "changelog.d").glob("*.md")] == ["README.md"]


@pytest.mark.slow
def test_a_break_of_the_public_api_needs_a_fragment_and_a_high_enough_version(generator: Run, released: Path) -> None:
    results = released / "venice_client" / "images" / "results.py"
    text = results.read_text(encoding="utf-8")
    assert "def width(" in text
    results.write_text(text.replace("def width(", "def breadth("), encoding="utf-8")
    refused = generator("version", "--check")
    assert refused.returncode == 1
    assert "width" in refused.stderr
    assert "add changelog.d/NAME.breaking.md" in refused.stderr
    fragment(released, "3.breaking.md")
    assert generator("version", "--check").returncode == 0
    init = released / "venice_client" / "__init__.py"
    for version, code in (("0.1.1", 1), ("0.2.0", 0)):
        written = re.sub('__version__ = ".*"', f'__version__ = "{version}"', init.read_text(encoding="utf-8"))
        init.write_text(written, encoding="utf-8")
        checked = generator("version", "--check")
        assert checked.returncode == code, checked.stderr
        assert code == 0 or "version 0.1.1 is too low: it must be 0.2.0" in checked.stderr


@pytest.mark.slow
def test_the_package_has_complete_metadata_for_an_index(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    files = sorted(map(str, tmp_path.iterdir()))
    assert max(file.stat().st_size for file in tmp_path.iterdir()) < 1_000_000
    wheel = next(file for file in files if file.endswith(".whl"))
    source = next(file for file in files if file.endswith(".tar.gz"))
    folder = Path(sys.executable).parent
    for check in (
        [sys.executable, "-m", "twine", "check", "--strict", *files],
        [str(folder / "check-wheel-contents"), wheel],
        [str(folder / "pyroma"), "-n", "8", source],
    ):
        done = subprocess.run(check, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
