"""The command line, run as processes in a checkout with a small pin."""

from __future__ import annotations

import copy
import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from generator.drift.judge.rules import RULES
from generator.source.document import read_file
from generator.source.yaml_writer import dump
from generator.spec.pin import load_pin
from tests.contracts import NEWEST, contract
from tests.generator.commands import Run, run_alone

Document = dict[str, Any]


def tree(root: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(root)): file.read_bytes()
        for folder in ("spec", "venice_client")
        for file in sorted((root / folder).rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts
    } | {"CHANGELOG.md": (root / "CHANGELOG.md").read_bytes()}


@pytest.fixture
def repository(in_step: Callable[[Path], Path], tmp_path: Path) -> Path:
    """A checkout whose client is in step with its pin: one operation, POST /things."""
    return in_step(tmp_path)


@pytest.fixture
def pinned(repository: Path) -> Document:
    """The contract of the pin, to change."""
    return read_file(repository / "spec" / "swagger.yaml")


@pytest.fixture
def newer(pinned: Document) -> Document:
    """The pinned contract with one operation more."""
    contract = copy.deepcopy(pinned)
    contract["info"]["version"] = "20991231.000000"
    contract["paths"]["/image/describe"] = {
        "post": {
            "operationId": "describeImage",
            "tags": ["Image"],
            "responses": {"200": {"content": {"application/json": {"schema": {"type": "object"}}}}},
        }
    }
    return contract


@pytest.fixture
def description(newer: Document, tmp_path: Path) -> Path:
    file = tmp_path / "newer.yaml"
    file.write_text(dump(newer), encoding="utf-8")
    return file


@pytest.mark.slow
def test_check_offline_passes_on_a_clean_checkout(checkout: Callable[..., Path]) -> None:
    result = run_alone(checkout(small=False), "check", "--offline")
    assert (result.returncode, result.stderr) == (0, "")
    assert "In step" in result.stdout


@pytest.mark.slow
def test_check_reports_edited_removed_and_added_generated_files(generator: Run, repository: Path) -> None:
    api = repository / "venice_client" / "api"
    make = api / "things" / "make.py"
    make.write_text(make.read_text() + "# by hand\n")
    (api / "things" / "__init__.py").unlink()
    (api / "things" / "mine.py").write_text("")
    result = generator("check", "--offline")
    assert result.returncode == 1
    for name in ("make.py", "__init__.py", "mine.py"):
        assert f"api/things/{name}" in result.stderr
    assert "python -m generator generate" in result.stderr
    (api / "things" / "mine.py").unlink()
    refused = generator("generate")
    assert refused.returncode == 1
    assert "api/things/make.py was not generated, or was edited since" in refused.stderr
    assert generator("generate", "--force").returncode == 0
    assert generator("check", "--offline").returncode == 0


@pytest.mark.slow
def test_check_lists_an_overlay_action_that_matches_nothing_and_fails_if_requested(
    generator: Run, repository: Path
) -> None:
    with (repository / "spec" / "overlay.yaml").open("a", encoding="utf-8") as file:
        file.write("  - target: \"$.paths['/no/such/path'].get\"\n    update: {x-python-name: no.such}\n")
    for options, status in (((), 0), (("--words",), 1)):
        result = generator("check", "--offline", *options)
        assert result.returncode == status
        assert "/no/such/path" in result.stderr
        assert "matches nothing" in result.stderr


@pytest.mark.slow
def test_check_reports_a_pin_edited_by_hand(generator: Run, repository: Path) -> None:
    with (repository / "spec" / "swagger.yaml").open("a", encoding="utf-8") as file:
        file.write("# a note\n")
    result = generator("check", "--offline")
    assert result.returncode == 1
    assert "edited by hand" in result.stderr


@pytest.mark.slow
def test_check_against_the_description_of_the_pin_passes(generator: Run, repository: Path) -> None:
    assert generator("check", "--from", repository / "spec" / "swagger.yaml").returncode == 0


@pytest.mark.slow
def test_check_reports_drift_and_changes_no_file(generator: Run, repository: Path, description: Path) -> None:
    before = tree(repository)
    result = generator("check", "--from", description)
    assert result.returncode == 1
    assert "POST /image/describe" in result.stdout
    assert f"python -m generator bump --from {description}" in result.stderr
    assert tree(repository) == before


@pytest.mark.slow
def test_a_new_version_number_alone_is_not_drift(generator: Run, pinned: Document, tmp_path: Path) -> None:
    pinned["info"]["version"] = "20991231.000000"
    file = tmp_path / "version.yaml"
    file.write_text(dump(pinned), encoding="utf-8")
    assert generator("check", "--from", file).returncode == 0


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
def test_bump_changes_nothing_if_the_changelog_has_no_unreleased_section(
    generator: Run, repository: Path, description: Path
) -> None:
    (repository / "CHANGELOG.md").write_text("# Changelog\n")
    before = tree(repository)
    result = generator("bump", "--from", description)
    assert result.returncode == 1
    assert "Unreleased" in result.stderr
    assert tree(repository) == before


@pytest.mark.slow
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


@pytest.mark.slow
def test_fetch_keeps_the_existing_file_if_the_response_is_not_a_description(
    generator: Run, repository: Path, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/s.yaml").respond_with_data(b"<html>busy</html>")
    (repository / "kept.yaml").write_text("the last good one")
    result = generator("fetch", "--from", httpserver.url_for("/s.yaml"), "--out", "kept.yaml")
    assert result.returncode == 3
    assert (repository / "kept.yaml").read_text() == "the last good one"


@pytest.mark.slow
def test_an_unusable_url_exits_with_3(generator: Run) -> None:
    result = generator("check", "--from", "ftp://127.0.0.1/swagger.yaml")
    assert result.returncode == 3
    assert "Traceback" not in result.stderr


@pytest.mark.slow
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


@pytest.mark.slow
def test_diff_exits_with_0_unless_fail_on_is_given(generator: Run, repository: Path, description: Path) -> None:
    pinned = repository / "spec" / "swagger.yaml"
    assert generator("diff", pinned, description).returncode == 0
    for line, code in (("source", 0), ("BEHAVIOUR", 0), ("additive", 1), ("VERSION", 1)):
        assert generator("diff", pinned, description, "--fail-on", line).returncode == code


@pytest.mark.slow
def test_check_fails_from_the_class_given_by_fail_on(generator: Run, description: Path) -> None:
    result = generator("check", "--from", description, "--fail-on", "behaviour")
    assert (result.returncode, result.stderr) == (0, "")
    assert "POST /image/describe added" in result.stdout
    assert "Passed" in result.stdout
    assert generator("check", "--from", description, "--fail-on", "ADDITIVE").returncode == 1


@pytest.mark.slow
def test_check_for_github_annotates_the_pin_and_writes_the_counts(
    generator: Run, repository: Path, description: Path
) -> None:
    output = repository / "output"
    result = generator("check", "--from", description, "--format", "github", GITHUB_OUTPUT=str(output))
    assert result.returncode == 1
    paths = (repository / "spec" / "swagger.yaml").read_text(encoding="utf-8").splitlines().index("paths:") + 1
    assert result.stdout.splitlines() == [
        f"::notice title=operation-added,file=spec/swagger.yaml,line={paths}::ADDITIVE: POST /image/describe added",
        result.stdout.splitlines()[1],
    ]
    assert result.stdout.splitlines()[1].startswith("::notice title=version-changed,file=spec/swagger.yaml,line=5::")
    assert output.read_text(encoding="utf-8").splitlines() == [
        "class=ADDITIVE",
        "wire=0", "source=0", "behaviour=0", "errors=0", "additive=1", "lifecycle=0", "docs=0", "version=1",
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("form", ["json", "markdown", "github"])
def test_only_the_report_is_written_to_standard_output(generator: Run, repository: Path, form: str) -> None:
    result = generator("check", "--from", repository / "spec" / "swagger.yaml", "--format", form)
    assert (result.returncode, result.stderr) == (0, "PASS: 0 findings; 0 problems\n")
    if form == "json":
        assert json.loads(result.stdout)["findings"] == []
    else:
        assert ("Nothing changed" in result.stdout) == (form == "markdown")


@pytest.mark.slow
def test_check_passes_accepted_findings_and_reports_unmatched_entries(
    generator: Run, repository: Path, description: Path
) -> None:
    found = json.loads(generator("check", "--from", description, "--format", "json").stdout)["findings"][0]
    entry = f'[[accepted]]\nfingerprint = "{found["fingerprint"]}"\nrule = "{found["rule"]}"\nreason = "not for us"\n'
    (repository / "spec" / "accepted.toml").write_text(entry, encoding="utf-8")
    result = generator("check", "--from", description)
    assert (result.returncode, result.stderr) == (0, "")
    assert "because: not for us" in result.stdout
    report = json.loads(generator("check", "--from", description, "--format", "json").stdout)
    assert [one["reason"] for one in report["accepted"]] == ["not for us"]
    assert report["class"] == "VERSION"
    spent = generator("check", "--from", repository / "spec" / "swagger.yaml")
    assert spent.returncode == 0
    assert f"{found['fingerprint']} (operation-added) matches nothing any more" in spent.stderr


@pytest.mark.slow
def test_an_invalid_list_of_accepted_findings_is_reported(generator: Run, repository: Path, description: Path) -> None:
    (repository / "spec" / "accepted.toml").write_text('accepted = ["0123456789ab"]\n', encoding="utf-8")
    result = generator("check", "--from", description)
    assert result.returncode == 2
    assert "spec/accepted.toml" in result.stderr
    assert "Traceback" not in result.stderr


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
def test_keys_that_no_table_knows_are_reported_wherever_a_description_is_compared(
    generator: Run, pinned: Document, tmp_path: Path
) -> None:
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(dump(pinned), encoding="utf-8")
    new.write_text(dump({**pinned, "webhooks": {"done": {}}}), encoding="utf-8")
    for arguments in (("diff", old, new), ("check", "--from", new)):
        assert "left out: /webhooks" in generator(*arguments).stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("prose", "code"), [("It draws a thing.", 0), ("It must be at most 5 MB and is no longer free.", 1)]
)
def test_a_change_of_prose_fails_only_if_it_is_about_limits_or_removal(
    generator: Run, pinned: Document, tmp_path: Path, prose: str, code: int
) -> None:
    pinned["info"]["title"] = "A title."
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(dump(pinned), encoding="utf-8")
    assert generator("bump", "--from", old).returncode == 0
    pinned["paths"]["/things"]["post"]["description"] = prose
    new.write_text(dump(pinned), encoding="utf-8")
    checked = generator("check", "--from", new)
    assert checked.returncode == code
    assert prose not in checked.stdout
    for line in ("BEHAVIOUR", "ADDITIVE"):
        result = generator("diff", old, new, "--fail-on", line)
        assert result.returncode == code
        assert (prose in result.stdout) == bool(code)


def test_the_page_of_rules_is_generated_from_the_table(generator: Run) -> None:
    page = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
    assert generator("rules", "--format", "markdown").stdout == page, "python -m generator rules --format markdown"


def test_the_table_of_rules_fits_a_terminal_and_names_every_rule(generator: Run) -> None:
    shown = generator("rules").stdout.splitlines()
    assert max(map(len, shown)) <= 100
    assert {rule.id for rule in RULES} <= {line.split()[0] for line in shown}


def test_diff_of_a_description_with_itself_reports_no_change(generator: Run, description: Path) -> None:
    assert "Nothing changed" in generator("diff", description, description).stdout


@pytest.mark.slow
def test_generate_with_out_does_not_change_the_checkout(generator: Run, repository: Path, description: Path) -> None:
    before = tree(repository)
    result = generator("generate", "--spec", description, "--out", "made")
    assert result.returncode == 0, result.stderr
    assert (repository / "made" / "venice_client" / "api" / "image" / "describe.py").is_file()
    assert tree(repository) == before


@pytest.mark.slow
def test_generate_refuses_a_folder_with_other_content(generator: Run, repository: Path) -> None:
    other = repository / "made" / "venice_client"
    other.mkdir(parents=True)
    (other / "thesis.txt").write_text("the only copy")
    result = generator("generate", "--out", "made")
    assert result.returncode == 1
    assert (other / "thesis.txt").read_text() == "the only copy"
    assert sorted(item.name for item in (repository / "made").iterdir()) == ["venice_client"]


@pytest.mark.slow
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


@pytest.mark.slow
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
