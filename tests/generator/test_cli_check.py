"""The commands `check`, run as processes in a checkout with a small pin."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.source.yaml_writer import dump
from tests.generator.checkouts import tree
from tests.generator.commands import Run, run_alone

Document = dict[str, Any]


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
        file.write("  - target: $.components.schemas.Gone\n    update: {x-python-secret: true}\n")
    for options, status in (((), 0), (("--words",), 1)):
        result = generator("check", "--offline", *options)
        assert result.returncode == status
        assert "/no/such/path" in result.stderr
        assert "matches nothing" in result.stderr
        assert "Gone), which masks a value that gives access, matches nothing in the pin" in result.stderr


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
