"""The history: the order of descriptions, the report of each bump, and reproducible output."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from generator.drift.assess import assess
from generator.drift.judge.classes import Class
from generator.drift.report.report import Report
from generator.errors import UnreadableError
from generator.history import walk
from generator.history.command import rendered, run
from generator.history.order import leading_date, peeked_version, sources, version_key
from generator.source import document
from generator.source.yaml_writer import dump
from generator.spec.contract import facts
from tests.conftest import ROOT
from tests.generator.history.walking import Document, save, walked
from tests.table import table


def names(*named: Path) -> list[str]:
    return [source.path.stem for source in sources(named)[0]]


def test_a_directory_is_read_in_the_order_of_dates_in_file_names(tmp_path: Path, small: Document) -> None:
    save(tmp_path, **{"2025_10_01_a": small, "2025_09_30_b": small})
    save(tmp_path, **{"20251001T1200": small})
    (tmp_path / "notes.txt").write_text("no description")
    (tmp_path / "2025-01-01.yaml").mkdir()
    assert names(tmp_path) == ["2025-09-30-b", "2025-10-01-a", "20251001T1200"]


def test_descriptions_of_one_day_are_ordered_by_name_with_a_note(tmp_path: Path, small: Document) -> None:
    for name, version in (("2025-01-01.a", "1.10"), ("2025-01-01.b", "1.9"), ("2024-01-01", "2")):
        small["info"]["version"] = version
        (tmp_path / f"{name}.yml").write_text(dump(small))
    assert names(tmp_path) == ["2024-01-01", "2025-01-01.a", "2025-01-01.b"]
    found, note = sources([tmp_path])
    assert "2 files" in note
    history = run(
        found, form="json", to=tmp_path / "x", jobs=1, console=Console(), save=lambda *_: None, note=note,
    )  # fmt: skip
    assert note in " ".join(rendered(history, "text").split())
    assert note in rendered(history, "html")


def test_descriptions_of_one_day_are_ordered_by_an_index_file(tmp_path: Path, small: Document) -> None:
    save(tmp_path, **{f"2025_01_01_{letter}": small for letter in "abcd"})
    (tmp_path / "INDEX.tsv").write_text("file\tversion\n2025-01-01-c.yaml\t1\n2025-01-01-a.yaml\t\n")
    assert names(tmp_path) == [f"2025-01-01-{letter}" for letter in "cabd"]


def test_descriptions_without_dates_are_ordered_by_version_and_name(tmp_path: Path, small: Document) -> None:
    for name, version in (("b", "3"), ("2025-01-01", "1"), ("a", "3"), ("c", "2")):
        small["info"]["version"] = version
        save(tmp_path, **{name: small})
    save(tmp_path, z="nothing: [")
    assert names(tmp_path) == ["z", "2025-01-01", "c", "a", "b"]


def test_files_are_read_in_the_order_of_the_arguments(tmp_path: Path, small: Document) -> None:
    save(tmp_path / "more", **{"2": small, "1": small})
    save(tmp_path, b=small, a=small)
    assert names(tmp_path / "b.yaml", tmp_path / "more", tmp_path / "a.yaml") == ["b", "1", "2", "a"]
    assert [source.position for source in sources([tmp_path / "b.yaml", tmp_path / "more"])[0]] == [1, 2, 3]


def test_json_files_are_read_if_there_is_no_yaml_file(tmp_path: Path, small: Document) -> None:
    (tmp_path / "one.json").write_text(json.dumps(small))
    assert names(tmp_path) == ["one"]
    save(tmp_path, two=small)
    assert names(tmp_path) == ["two"]


def test_a_directory_without_a_description_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="holds no description"):
        sources([tmp_path])


@table(
    ("text", "date"),
    [("2025-07-13.a.yaml", "2025-07-13"), ("20250713.224148", "2025-07-13"), ("2025-13-01", ""), ("2025-01-32", ""),
     ("202507131", ""), ("v2025-07-13", ""), ("", ""), ("١٢٣٤-01-01", "")],
)  # fmt: skip
def test_leading_date_finds_the_date_at_the_start_of_a_text(text: str, date: str) -> None:
    assert leading_date(text) == date


@pytest.mark.parametrize(
    ("text", "version"),
    [("info: {version: 1.0.0}\npaths: [", "1.0.0"), ('{"a": [1], "info": {"version": "4"}}', "4"),
     ("paths: {info: {version: 1}}\ninfo:\n  x: {version: 2}\n  version: 3", "3"),
     ("info: {title: &a version, *a : 5, version: 6}", "6"), ("[info]", ""),
     ("info: {x: {}}", ""), ("", ""), ("\x00", ""), ("<html>", ""), ("info: [version, 1]", "")],
)  # fmt: skip
def test_the_version_is_found_without_parsing_the_rest(tmp_path: Path, text: str, version: str) -> None:
    (tmp_path / "one.yaml").write_text(text)
    assert peeked_version(tmp_path / "one.yaml") == version


def test_version_numbers_are_compared_numerically() -> None:
    listed = ["", "1.9", "1.10", "20250101.9", "20250101.10", "9" * 5000, "a", "²"]
    assert sorted(sorted(listed), key=version_key) == listed


def test_every_bump_is_reported_with_its_class(folder: Path) -> None:
    history = walked(folder)
    reported = [(bump.new.date, bump.cls) for bump in history.bumps]
    assert reported == [
        ("2025-02-01", Class.VERSION), ("2025-03-01", Class.ADDITIVE), ("2025-04-01", Class.WIRE),
        ("2025-05-01", Class.BEHAVIOUR), ("2025-06-01", Class.DOCS), ("2025-07-01", None),
        ("2025-08-01", Class.ADDITIVE),
    ]  # fmt: skip
    assert history.bumps[2].operations == (("POST /things", Class.WIRE),)
    assert history.bumps[-1].headline == "GET /more added."
    assert history.summary() == (
        "7 bumps: 1 WIRE, 1 BEHAVIOUR, 2 ADDITIVE, 1 DOCS, 1 VERSION, 1 identical; 2 descriptions are unreadable"
    )


def test_unreadable_descriptions_are_reported_and_skipped(folder: Path) -> None:
    history = walked(folder)
    assert [(one.position, one.date, one.unreadable) for one in history.unreadable] == [
        (1, "2024-12-31", "nothing: it is empty."),
        (6, "2025-04-02", "the key 'paths' a second time in one mapping (the first is in line 2) at line 3, column 1."),
    ]
    assert (history.bumps[3].old.date, history.bumps[3].new.date) == ("2025-04-01", "2025-05-01")
    text = rendered(history, "text").splitlines()
    assert text[1].split(maxsplit=1) == ["2024-12-31", "unreadable: nothing: it is empty."]
    assert "unreadable: the key 'paths' a second time" in rendered(history, "text")
    assert [one["position"] for one in json.loads(rendered(history, "json"))["unreadable"]] == [1, 6]


def test_what_cannot_be_read_and_has_no_date_is_named_beside_files_that_have_one(folder: Path) -> None:
    (folder / "notes.yaml").write_text("<html>")
    rows = rendered(walked(folder), "text").splitlines()
    assert [row.split()[:2] for row in rows if "HTML" in row] == [["notes.yaml", "unreadable:"]]


def test_the_table_has_one_row_per_bump_within_100_columns(folder: Path, small: Document) -> None:
    small["info"]["version"] = "日本" * 40
    small["paths"] = {f"/{'long' * 60}": small["paths"]["/things"]}
    save(folder, **{"2025_09_01": small})
    lines = rendered(walked(folder), "text").splitlines()
    assert lines[0].split() == ["Date", "Version", "Class", "W", "B", "A", "D", "What", "changed"]
    assert len([line for line in lines if line.startswith("202")]) == 10
    assert all(Console().measure(line).maximum <= 100 for line in lines)
    assert "…" in lines[10]
    narrow = Console(width=60, file=StringIO(), force_terminal=True, color_system=None)
    run(sources([folder])[0], form="text", to=None, jobs=1, console=narrow, save=lambda *_: None)
    assert isinstance(narrow.file, StringIO)
    assert all(len(line) <= 60 for line in narrow.file.getvalue().splitlines())


def test_the_json_report_has_the_documented_fields(folder: Path) -> None:
    reported = json.loads(rendered(walked(folder), "json"))
    assert list(reported) == ["schema_version", "descriptions", "classes", "bumps", "note", "unreadable"]
    assert (reported["schema_version"], reported["descriptions"], len(reported["bumps"])) == (1, 10, 7)
    bump = reported["bumps"][2]
    assert bump["class"] == "WIRE"
    assert bump["old"] == {"file": "2025-03-01.yaml", "date": "2025-03-01", "version": "3"}
    assert bump["counts"] == {**dict.fromkeys(map(str, Class), 0), "WIRE": 1, "VERSION": 1}
    assert bump["operations"] == {"POST /things": "WIRE"}
    assert reported["bumps"][5]["class"] is None


@pytest.mark.slow
@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_output_does_not_depend_on_the_number_of_jobs_or_the_hash_seed(folder: Path, form: str) -> None:
    def output(jobs: str, seed: str) -> bytes:
        return subprocess.run(
            [sys.executable, "-m", "generator", "history", str(folder), "--format", form, "--jobs", jobs],
            cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed, "COLUMNS": seed}, capture_output=True, check=True,
        ).stdout  # fmt: skip

    assert output("1", "1") == output("2", "77") != b""


def test_each_description_is_read_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def reading(data: bytes, *, source: str) -> Document:
        read.append(source)
        return document.read(data, source=source)

    monkeypatch.setattr(walk, "read", reading)
    assert len(walked(folder).bumps) == 7
    assert len(read) == len(set(read)) == 10


def test_a_bump_has_the_headline_of_a_diff(folder: Path) -> None:
    old, new = (facts(document.read_file(folder / f"2025-0{at}-01.yaml")) for at in (3, 4))
    report = assess(old.contract, new.contract, old.prose, new.prose)
    assert walked(folder).bumps[2].headline == report.headline


def test_the_results_of_a_process_can_be_pickled(folder: Path) -> None:
    stretch = walk._stretch(sources([folder])[0])
    assert stretch.first is not None
    assert stretch.last is not None
    sent = pickle.loads(pickle.dumps(stretch))
    assert sent.bumps == stretch.bumps
    assert walk.bump(sent.first, sent.last) == walk.bump(stretch.first, stretch.last)


def test_a_bump_that_cannot_be_judged_does_not_affect_the_others(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def assessing(old: Any, new: Any, *prose: Any) -> Report:
        if new["info"]["version"] == "4":
            raise KeyError("<b>why</b>")
        return assess(old, new, *prose)

    monkeypatch.setattr(walk, "assess", assessing)
    history = walked(folder)
    assert [bump.failed for bump in history.bumps] == [False, False, True, True, False, False, False]
    assert history.bumps[2].headline == "not judged: KeyError: '<b>why</b>'"
    assert "2 not judged" in history.summary()
    html = rendered(history, "html")
    assert "&lt;b&gt;why" in html
    assert "<b>why" not in html


@pytest.mark.slow
def test_progress_is_reported_for_every_description(folder: Path) -> None:
    for jobs in (1, 2):
        reported: list[int] = []
        walk.walk(sources([folder])[0], jobs=jobs, progress=reported.append)
        assert sum(reported) == 10


def test_only_unreadable_descriptions_are_an_error_after_all_are_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path, a="", b="[")
    console = Console(file=StringIO())
    with pytest.raises(UnreadableError, match="None of the descriptions"):
        run(sources([tmp_path])[0], form="text", to=None, jobs=1, console=console, save=lambda *_: None)
    assert capsys.readouterr().out.count("unreadable:") == 2


def test_one_description_has_no_history(tmp_path: Path, small: Document) -> None:
    history = walked(save(tmp_path, a=small))
    assert rendered(history, "text") == "0 bumps.\n"
    assert json.loads(rendered(history, "json"))["bumps"] == []
    assert "not two descriptions" in rendered(history, "html")
