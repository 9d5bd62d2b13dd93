"""The command `bump`, run as a process in a checkout with a small pin."""

from __future__ import annotations

import copy
import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from generator.source.document import read_file
from generator.source.yaml_writer import dump
from tests.generator.checkouts import git, tree
from tests.generator.commands import Run

Document = dict[str, Any]


@pytest.mark.slow
def test_bump_pins_generates_and_writes_one_entry(
    generator: Run, repository: Path, httpserver: HTTPServer, description: Path
) -> None:
    httpserver.expect_request("/swagger.yaml").respond_with_data(description.read_bytes())
    result = generator("bump", "--from", httpserver.url_for("/swagger.yaml"))
    assert result.returncode == 0, result.stderr
    assert "POST /image/describe" in result.stdout
    assert result.stdout.endswith(
        "Next: complete spec/overlay.yaml as listed above, make generate, then make check, and commit.\n"
    )
    assert (repository / "venice_client" / "api" / "image" / "describe.py").is_file()
    lock = tomllib.loads((repository / "spec" / "swagger.lock.toml").read_text())
    assert lock["source"]["version"] == "20991231.000000"
    changelog = (repository / "CHANGELOG.md").read_text()
    assert "(adds to the API):\n  - New methods: `venice.image.describe`\n" in changelog
    assert generator("check", "--from", description).returncode == 0
    again = generator("bump", "--from", description)
    assert (again.returncode, (repository / "CHANGELOG.md").read_text()) == (0, changelog)
    assert "Nothing to do" in again.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "cause"),
    [
        (b"", "empty"),
        (b"<!doctype html><title>Bad gateway</title>", "Bad gateway"),
        (b"openapi: 3.0.0\ninfo: {}\n", "paths"),
        (b"openapi: 3.0.0\npaths: {a: 1, a: 2}\n", "'a'"),
    ],
)
def test_bump_refuses_an_invalid_description_with_exit_code_3_and_changes_nothing(
    generator: Run, repository: Path, tmp_path: Path, body: bytes, cause: str
) -> None:
    before = tree(repository)
    file = tmp_path / "bad.yaml"
    file.write_bytes(body)
    result = generator("bump", "--from", file)
    assert result.returncode == 3
    assert cause in result.stderr
    assert "Traceback" not in result.stderr
    assert tree(repository) == before


@pytest.mark.slow
def test_bump_changes_nothing_if_the_new_client_cannot_be_generated(
    generator: Run, repository: Path, newer: Document, tmp_path: Path
) -> None:
    response = newer["paths"]["/image/describe"]["post"]["responses"]["200"]
    response["content"]["application/json"]["schema"] = {"$ref": "#/components/schemas/Missing"}
    file = tmp_path / "dangling.yaml"
    file.write_text(dump(newer), encoding="utf-8")
    before = tree(repository)
    result = generator("bump", "--from", file)
    assert result.returncode == 1
    assert "POST /image/describe" in result.stderr
    assert "Missing" in result.stderr
    checked = generator("check", "--from", file)
    assert checked.returncode == 1
    assert "refers to the schema 'Missing'" in checked.stderr
    assert "generator bump" not in checked.stderr
    assert tree(repository) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "data", "cause"),
    [
        ("CHANGELOG.md", b"# Changelog\n", "Unreleased"),
        ("CHANGELOG.md", b"## Unreleased\n\n\xe9\n", "CHANGELOG.md is not UTF-8 in line 3"),
        ("spec/names.toml", b"", r"spec/names.toml cannot be read (it is empty): take it from the last commit"),
        ("spec/names.toml", None, "spec/names.toml is missing: take it from the last commit"),
    ],
)
def test_bump_changes_nothing_where_the_changelog_or_the_lock_of_names_is_damaged(
    generator: Run, repository: Path, description: Path, name: str, data: bytes | None, cause: str
) -> None:
    (repository / name).unlink()
    if data is not None:
        (repository / name).write_bytes(data)
    before = tree(repository)
    result = generator("bump", "--from", description)
    assert result.returncode == 1
    assert cause in result.stderr
    assert tree(repository) == before
    if name == "spec/names.toml":
        assert cause in generator("check", "--offline").stderr


@pytest.mark.slow
def test_the_changelog_entry_of_a_bump_names_the_removed_methods(
    generator: Run, repository: Path, pinned: Document, tmp_path: Path
) -> None:
    more, fewer = copy.deepcopy(pinned), tmp_path / "fewer.yaml"
    for number in range(12):
        more["paths"][f"/things/way-{chr(97 + number)}"] = {"get": {"tags": ["Things"], "responses": {}}}
    for version, changed in (("2", more), ("3", pinned)):
        (repository / "CHANGELOG.md").write_text("## Unreleased\n", encoding="utf-8")
        changed["info"]["version"] = version
        fewer.write_text(dump(changed), encoding="utf-8")
        result = generator("bump", "--from", fewer, "--allow-removals")
        assert result.returncode == 0, result.stderr
    changelog = (repository / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "(breaks callers):\n  - **Removed methods**: `venice." in changelog
    assert re.search(r"  - \*\*Removed methods\*\*: (`venice\.[\w.]+`; ){11}`venice\.[\w.]+`\n", changelog)


@pytest.mark.slow
def test_bumps_that_follow_each_other_are_one_entry_where_git_has_the_pin_before(
    generator: Run, repository: Path, pinned: Document, tmp_path: Path
) -> None:
    def entry_after_bump(version: str, *operations: str) -> str:
        changed, file = copy.deepcopy(pinned), tmp_path / f"{version}.yaml"
        changed["info"]["version"] = version
        for name in operations:
            changed["paths"][f"/things/{name}"] = {"get": {"tags": ["Things"], "responses": {}}}
        file.write_text(dump(changed), encoding="utf-8")
        result = generator("bump", "--from", file, "--allow-removals")
        assert result.returncode == 0, result.stderr
        return (repository / "CHANGELOG.md").read_text(encoding="utf-8").removeprefix("## Unreleased\n\n")

    (repository / "CHANGELOG.md").write_text("## Unreleased\n\n", encoding="utf-8")
    git(repository, "init", "--quiet")
    git(repository, "add", "spec", "CHANGELOG.md")
    git(repository, "commit", "--quiet", "--message", "The first pin")
    new = "(adds to the API):\n  - New methods: `venice.things.day`; "
    assert entry_after_bump("2", "way", "day") == f"- API contract 1 to 2 {new}`venice.things.way`\n"
    git(repository, "commit", "--quiet", "--all", "--message", "The second pin")
    assert entry_after_bump("3", "day", "may") == f"- API contract 1 to 3 {new}`venice.things.may`\n"
    assert entry_after_bump("1") == ""
    assert (
        entry_after_bump("1", "way")
        == "- API contract 1 to 1 (adds to the API):\n  - New methods: `venice.things.way`\n"
    )
    git(repository, "commit", "--quiet", "--all", "--message", "Other content under the first version")
    assert entry_after_bump("4", "way", "day") == f"- API contract 1 to 4 {new}`venice.things.way`\n"
    assert entry_after_bump("1", "day").startswith("- API contract 1 to 1 ")
    git(repository, "commit", "--quiet", "--all", "--message", "Other content under the first version")
    (repository / "CHANGELOG.md").write_text("## Unreleased\n\n", encoding="utf-8")
    git(repository, "commit", "--quiet", "--all", "--message", "A release")
    entry_after_bump("2", "day", "may")
    assert "methods: `venice.things.way`\n" in entry_after_bump("4", "day", "way")
    shutil.rmtree(repository / ".git")
    assert entry_after_bump("5", "way", "day", "may").startswith("- API contract 4 to 5 (adds to the API):\n")


@pytest.mark.slow
def test_a_description_that_lacks_many_operations_is_refused_unless_that_is_allowed(
    generator: Run, repository: Path, pinned: Document, tmp_path: Path
) -> None:
    more, less = tmp_path / "more.yaml", tmp_path / "less.yaml"
    less.write_text(dump(pinned), encoding="utf-8")
    for number in range(3):
        pinned["paths"][f"/things/way-{number}"] = {"get": {"tags": ["Things"], "responses": {}}}
    more.write_text(dump(pinned), encoding="utf-8")
    assert generator("bump", "--from", more).returncode == 0
    before = tree(repository)
    checked, bumped = generator("check", "--from", less), generator("bump", "--from", less)
    for result in (checked, bumped):
        assert result.returncode == 1
        assert "3 of 4 operations are gone (GET /things/way-0, " in result.stderr
        assert "bump --allow-removals" in result.stderr
    assert checked.stdout.endswith("1 problem\n")
    assert tree(repository) == before
    assert generator("bump", "--from", less, "--allow-removals").returncode == 0
    assert generator("check", "--from", less).returncode == 0


@pytest.mark.slow
def test_a_bump_to_another_server_leaves_the_address_of_the_client_to_a_person(
    generator: Run, repository: Path, description: Path, tmp_path: Path
) -> None:
    new = {**read_file(description), "servers": [{"url": "https://two.test/v2"}]}
    (tmp_path / "new.yaml").write_text(dump(new), encoding="utf-8")
    result = generator("bump", "--from", tmp_path / "new.yaml")
    assert result.returncode == 0
    assert "the contract has the server https://two.test/v2" in result.stderr
    assert "Next: settle the server as described above, complete spec/overlay.yaml" in result.stdout
    refused = generator("check", "--offline")
    assert refused.returncode == 1
    assert "check: server: " in refused.stderr
    config = repository / "venice_client" / "_core" / "config.py"
    config.write_text(
        re.sub('(?m)^BASE_URL: Final = ".*"$', 'BASE_URL: Final = "https://two.test/v2"', config.read_text())
    )
    assert generator("check", "--offline").returncode == 0
