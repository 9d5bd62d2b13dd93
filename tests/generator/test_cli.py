"""The command line, run as processes in a checkout with a small pin: see also `test_cli_check` and `test_cli_bump`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from generator.drift.judge.rules import RULES
from generator.source.yaml_writer import dump
from generator.spec.pin import load_pin
from tests.contracts import NEWEST, contract
from tests.generator.checkouts import tree
from tests.generator.commands import Run, run_alone

pytestmark = pytest.mark.slow

Document = dict[str, Any]


def test_fetch_saves_the_description_and_makes_conditional_requests(
    generator: Run, repository: Path, httpserver: HTTPServer, description: Path
) -> None:
    body = description.read_bytes()
    httpserver.expect_ordered_request("/s.yaml").respond_with_data(body, headers={"ETag": '"1"'})
    httpserver.expect_ordered_request("/s.yaml", headers={"If-None-Match": '"1"'}).respond_with_data(status=304)
    first = generator("fetch", "--from", httpserver.url_for("/s.yaml"), "--out", "kept/swagger.yaml")
    assert first.returncode == 0, first.stderr
    assert (repository / "kept" / "swagger.yaml").read_bytes() == body
    second = generator("fetch", "--from", httpserver.url_for("/s.yaml"), "--out", "kept/swagger.yaml")
    assert "not modified" in second.stdout
    httpserver.check_assertions()


def test_fetch_keeps_the_existing_file_if_the_response_is_not_a_description(
    generator: Run, repository: Path, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/s.yaml").respond_with_data(b"<html>busy</html>")
    (repository / "kept.yaml").write_text("the last good one")
    result = generator("fetch", "--from", httpserver.url_for("/s.yaml"), "--out", "kept.yaml")
    assert result.returncode == 3
    assert (repository / "kept.yaml").read_text() == "the last good one"


def test_an_unusable_url_exits_with_3(generator: Run) -> None:
    result = generator("check", "--from", "ftp://127.0.0.1/swagger.yaml")
    assert result.returncode == 3
    assert "Traceback" not in result.stderr


def test_json_of_diff_does_not_depend_on_the_hash_seed(repository: Path, tmp_path: Path) -> None:
    pinned, description = tmp_path / "pinned.yaml", tmp_path / "newer.yaml"
    contract = load_pin().contract
    pinned.write_text(dump(contract), encoding="utf-8")
    contract["paths"]["/image/describe"] = contract["paths"]["/image/edit"]
    description.write_text(dump(contract), encoding="utf-8")
    compare = "diff", pinned, description, "--format", "json"
    first = run_alone(repository, *compare, PYTHONHASHSEED="1")
    second = run_alone(repository, *compare, PYTHONHASHSEED="2")
    assert first.stdout == second.stdout
    report = json.loads(first.stdout)
    assert report["schema_version"] == 2
    assert ("operation-added", "/paths/~1image~1describe/post") in {
        (item["kind"], item["pointer"]) for item in report["changes"]
    }


def test_diff_exits_with_0_unless_fail_on_is_given(generator: Run, repository: Path, description: Path) -> None:
    pinned = repository / "spec" / "swagger.yaml"
    assert generator("diff", pinned, description).returncode == 0
    for line, code in (("source", 0), ("BEHAVIOUR", 0), ("additive", 1), ("VERSION", 1)):
        assert generator("diff", pinned, description, "--fail-on", line).returncode == code


def test_the_page_of_rules_is_generated_from_the_table(generator: Run) -> None:
    page = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
    assert generator("rules", "--format", "markdown").stdout == page, "python -m generator rules --format markdown"


def test_the_table_of_rules_fits_a_terminal_and_names_every_rule(generator: Run) -> None:
    shown = generator("rules").stdout.splitlines()
    assert max(map(len, shown)) <= 100
    assert {rule.id for rule in RULES} <= {line.split()[0] for line in shown}


def test_diff_of_a_description_with_itself_reports_no_change(generator: Run, description: Path) -> None:
    assert "Nothing changed" in generator("diff", description, description).stdout


def test_generate_with_out_does_not_change_the_checkout(generator: Run, repository: Path, description: Path) -> None:
    before = tree(repository)
    result = generator("generate", "--spec", description, "--out", "made")
    assert result.returncode == 0, result.stderr
    assert (repository / "made" / "venice_client" / "api" / "image" / "describe.py").is_file()
    assert tree(repository) == before


def test_generate_refuses_a_folder_with_other_content(generator: Run, repository: Path) -> None:
    other = repository / "made" / "venice_client"
    other.mkdir(parents=True)
    (other / "thesis.txt").write_text("the only copy")
    result = generator("generate", "--out", "made")
    assert result.returncode == 1
    assert (other / "thesis.txt").read_text() == "the only copy"
    assert sorted(item.name for item in (repository / "made").iterdir()) == ["venice_client"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["generate", "--spec", "x.yaml"],
        ["nonsense"],
        ["diff", "one"],
        ["check", "--no"],
        ["check", "--fail-on", "LOUD"],
        ["check", "--format", "xml"],
        ["check", "--offline", "--format", "json"],
    ],
)
def test_wrong_usage_exits_with_2(generator: Run, arguments: list[str]) -> None:
    assert generator(*arguments).returncode == 2


def test_help_names_every_command(generator: Run) -> None:
    shown = generator("--help").stdout
    assert all(command in shown for command in ("fetch", "diff", "check", "generate", "bump", "rules"))


def test_an_unreadable_description_exits_with_3_and_the_cause(generator: Run, tmp_path: Path) -> None:
    # Both faults were published: an empty file, and a mapping with the same key twice.
    for text, cause in (("", "empty"), ("openapi: 3.0.0\npaths:\n  /a:\n    get: {}\n    get: {}\n", "'get'")):
        description = tmp_path / "description.yaml"
        description.write_text(text, encoding="utf-8")
        result = generator("generate", "--spec", description, "--out", "made")
        assert result.returncode == 3
        assert cause in result.stderr


def test_the_pin_is_the_newest_published_contract() -> None:
    assert load_pin().contract == contract(NEWEST)
