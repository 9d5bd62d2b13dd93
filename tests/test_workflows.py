"""The workflows work: their own steps, run in a clone, with a file as the live description."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from generator.source.yaml_writer import dump
from generator.spec.pin import load_pin
from tests.contracts import with_one_operation_more
from tests.workflow_jobs import Job, clone, git, prepare_environment


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the workflow runs in bash")
def test_the_drift_workflow_makes_a_patch_whose_client_passes_its_checks(repository: Path, tmp_path: Path) -> None:
    place = clone(repository)
    origin = tmp_path / "live.yaml"
    origin.write_text(dump(with_one_operation_more(load_pin().contract)), encoding="utf-8")
    check = Job("check", place, ORIGIN=str(origin))
    for step in (
        "See that the tree is in step with its own pin",
        "Fetch",
        "Compare",
        "Report",
        "Bump",
        "Make the patch",
    ):
        check.run(step)
    assert check.outputs["drift"] == "true"
    assert check.outputs["class"] == "ADDITIVE"
    assert (check.outputs["wire"], check.outputs["additive"]) == ("0", "1")
    assert "POST /image/describe" in (place / "build" / "drift" / "report.md").read_text(encoding="utf-8")

    other = tmp_path / "pull-request"
    git(tmp_path, "clone", "--quiet", str(place), str(other))
    handed = tmp_path / "runner" / "drift"
    handed.mkdir(parents=True, exist_ok=True)
    for name in ("report.md", "bump.patch"):
        shutil.copy(place / "build" / "drift" / name, handed / name)
    pull_request = Job("pull-request", other, CLASS=check.outputs["class"])
    pull_request.run("Commit")
    assert git(other, "status", "--porcelain") == ""
    assert git(other, "rev-parse", "HEAD^{tree}") == git(place, "write-tree")

    prepare_environment(other)
    tests = Job("check", other)
    tests.run("See that the tree is in step with its own pin")
    command = [".venv/bin/python", "-m", "pytest", "-q", "-x", "tests/test_wheel.py", "-k", "contains_only_the_client"]
    tested = subprocess.run(command, cwd=other, env=tests.environment, capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stdout[-2000:]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the workflow runs in bash")
def test_the_drift_workflow_reports_no_drift_and_stops_at_an_unreadable_description(
    repository: Path, tmp_path: Path
) -> None:
    place = clone(repository)
    check = Job("check", place, ORIGIN="spec/swagger.yaml")
    check.run("Fetch")
    check.run("Compare")
    assert check.outputs == {"drift": "false"} | {key: value for key, value in check.outputs.items() if key != "drift"}
    broken = tmp_path / "broken.yaml"
    broken.write_text("<!doctype html>", encoding="utf-8")
    failed = Job("check", place, ORIGIN=str(broken)).run("Fetch", status=3)
    assert "::error title=The live description could not be fetched or read::Exit code 3." in failed


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the workflow runs in bash")
def test_the_release_steps_make_a_version_with_its_changelog_section_as_notes(repository: Path, tmp_path: Path) -> None:
    place = clone(repository)
    git(place, "tag", "v0.1.0")
    for fragment in (place / "changelog.d").glob("*.*.md"):  # the version follows from the fragments
        fragment.unlink()
    (place / "changelog.d" / "7.added.md").write_text("A thing that is new.\n", encoding="utf-8")
    git(place, "add", "--all")
    git(place, "commit", "--quiet", "--message", "Add a thing")
    prepare = Job("prepare", place, workflow="release-pull-request")
    prepare.run("Write")
    assert prepare.outputs == {"version": "0.1.1"}

    other = tmp_path / "pull-request"
    git(tmp_path, "clone", "--quiet", str(place), str(other))
    shutil.copytree(place / "build" / "release", tmp_path / "runner" / "release")
    Job("pull-request", other, workflow="release-pull-request", VERSION="0.1.1").run("Commit")
    assert git(other, "log", "-1", "--format=%s").strip() == "Release 0.1.1"
    assert not (other / "changelog.d" / "7.added.md").exists()

    prepare_environment(other)
    build = Job("build", other, workflow="release", GITHUB_REF_NAME="v0.1.1")
    build.run("Compare the tag with the version")
    build.run("Write the notes")
    notes = (other / "notes.md").read_text(encoding="utf-8")
    assert "- A thing that is new.\n" in notes
    assert "## " not in notes

    build.run("Write the addresses of the repository")
    command = [".venv/bin/python", "-m", "hatchling", "build", "-t", "wheel"]
    subprocess.run(command, cwd=other, env=build.environment, capture_output=True, check=True)
    [wheel] = (other / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read("venice_client-0.1.1.dist-info/METADATA").decode()
    assert "Project-URL: Changelog, https://github.test/owner/name/blob/v0.1.1/CHANGELOG.md\n" in metadata
    links = re.findall(r"\]\(([^)]*)\)", metadata)
    assert "https://github.test/owner/name/blob/v0.1.1/docs/openai.md" in links
    assert all(link.startswith("https://") for link in links), "the index has no other file of the repository"

    wrong = Job("build", other, workflow="release", GITHUB_REF_NAME="v9.9.9")
    assert "::error title=The tag is not the version" in wrong.run("Compare the tag with the version", status=1)
