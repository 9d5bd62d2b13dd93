"""The history of one file in a git repository: real repositories, made by git."""

from __future__ import annotations

import copy
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from generator.__main__ import app
from generator.errors import UnreadableError
from generator.history.commits import commits
from generator.history.walk import walk
from generator.source.yaml_writer import dump

Document = dict[str, Any]
FILE = "spec/api.yaml"


class Repository:
    """A git repository with one commit a version."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "spec").mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str, date: str = "2025-01-01") -> str:
        identity = {
            f"GIT_{who}_{what}": "t@example.test" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
        }
        dates = {f"GIT_{who}_DATE": f"{date}T12:00:00Z" for who in ("AUTHOR", "COMMITTER")}
        command = ["git", "-C", str(self.folder), *arguments]
        environment = {**os.environ, **identity, **dates, "GIT_CONFIG_GLOBAL": os.devnull}
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout

    def commit(self, text: str | None, date: str) -> None:
        if text is None:
            (self.folder / FILE).unlink()
        else:
            (self.folder / FILE).write_text(text, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "x", date=date)


@pytest.fixture
def repository(tmp_path: Path, contract_of: Callable[..., Document]) -> Repository:
    """Five versions: one is not a description, one is a deletion; version numbers and dates are not in order."""
    made = Repository(tmp_path / "repository")
    one = contract_of()
    one["info"]["version"] = "9"
    two = copy.deepcopy(one)
    two["info"]["version"] = "3"
    two["paths"]["/more"] = {"get": {"operationId": "more", "responses": {"200": {}}}}
    made.commit(dump(one), "2025-01-01")
    made.commit("<html>", "2025-02-01")
    made.commit(dump(two), "2025-01-31")
    made.commit(None, "2025-03-01")
    made.commit(dump(one), "2025-04-01")
    return made


def test_versions_come_in_the_order_of_the_commits(repository: Repository) -> None:
    found = commits(repository.folder, FILE)
    assert [one.date for one in found] == ["2025-01-01", "2025-02-01", "2025-01-31", "2025-04-01"]
    history = walk(found)
    assert [bump.headline for bump in history.bumps] == ["GET /more added.", "GET /more removed."]
    assert [one.file for one in history.descriptions] == [one.commit[:12] for one in found]
    assert [one.position for one in history.unreadable] == [2]
    assert "HTML" in history.unreadable[0].unreadable


def test_since_starts_at_the_version_before_the_date(repository: Repository) -> None:
    assert [one.date for one in commits(repository.folder, FILE, "2025-03-15")] == ["2025-01-31", "2025-04-01"]


def test_uncommitted_changes_are_ignored(repository: Repository) -> None:
    (repository.folder / FILE).write_text("changed", encoding="utf-8")
    assert commits(repository.folder, FILE)[-1].read() != b"changed"


@pytest.mark.slow
def test_several_processes_give_the_same_result_as_one(repository: Repository) -> None:
    found = commits(repository.folder, FILE)
    assert walk(found * 3, jobs=2).bumps == walk(found * 3, jobs=1).bumps


@pytest.mark.parametrize("file", ["gone.yaml", "--output=x", "../outside.yaml"])
def test_a_file_without_history_raises_an_error(repository: Repository, file: str) -> None:
    with pytest.raises(UnreadableError):
        commits(repository.folder, file)
    assert not (repository.folder / "x").exists()


def test_a_folder_that_is_not_a_repository_raises_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="not a git repository"):
        commits(tmp_path, FILE)


def test_the_command_reads_a_repository(repository: Repository) -> None:
    command = ["history", "--git", str(repository.folder), "--path", FILE, "--since", "2025-03-15", "--format", "json"]
    done = CliRunner().invoke(app, command)
    assert (done.exit_code, "GET /more removed" in done.stdout) == (0, True)


@pytest.mark.parametrize("arguments", [[], ["--git", ".", "x.yaml"], ["--since", "2025-01-01", "."], ["gone.yaml"]])
def test_contradictory_or_missing_arguments_are_a_usage_error(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, ["history", *arguments]).exit_code == 2
