"""Annotations: each at its line of the compared file, escaped, and the counts for the next steps of a workflow."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.drift.judge.accepted import Accepted
from generator.drift.judge.classes import Class
from generator.drift.judge.findings import Finding
from generator.drift.report.github import annotation, commands, outputs, write_outputs
from generator.errors import GeneratorError
from generator.source.yaml_marks import Lines
from generator.source.yaml_writer import dump
from generator.spec.pin import PINNED
from generator.spec.pointers import pointer
from tests.generator.drift.judging import finding, report

FILE = "spec/swagger.yaml"


def lines(*findings: Finding, file: str = FILE, line: int = 7, **more: Any) -> list[str]:
    return [*commands(report(*findings, **more), file, lambda _: line)]


def test_the_annotation_level_follows_the_class() -> None:
    found = lines(*(finding(cls, at=f"/{cls}") for cls in Class))
    assert [line.split()[0] for line in found] == [
        "::error", "::error", "::warning", "::warning", "::notice", "::warning", "::notice", "::notice"
    ]  # fmt: skip
    assert found[0] == "::error title=fact-changed,file=spec/swagger.yaml,line=7::WIRE: the server s is new"


def test_a_description_from_a_url_has_no_file_to_annotate() -> None:
    assert lines(finding(Class.WIRE), file="") == ["::error title=fact-changed::WIRE: the server s is new"]


def test_operations_are_named_unless_the_message_names_them() -> None:
    many = [f"GET /{number}" for number in range(5)]
    found = lines(finding(Class.WIRE, "GET /a", "GET /a"), finding(Class.WIRE, "x", *many, at="/b"))
    assert [line.rpartition("::")[2] for line in found] == [
        "WIRE: the server GET /a is new",
        "WIRE: the server x is new (GET /0, GET /1, GET /2 and 2 more operations)",
    ]


def test_an_accepted_finding_is_a_notice_with_its_reason_and_is_not_counted() -> None:
    one = finding(Class.WIRE)
    entries = (Accepted(one.fingerprint, "never sent"),)
    assert lines(one, line=1, entries=entries) == [
        "::notice title=fact-changed,file=spec/swagger.yaml,line=1::WIRE: the server s is new (accepted: never sent)"
    ]
    assert outputs(report(one, entries=entries)).splitlines()[:2] == ["class=", "wire=0"]


def test_text_of_a_description_cannot_start_a_workflow_command() -> None:
    line = annotation("error", "a:b,c%\n::x", "100%\r\n::set-env name=x::y\x1b[1m", FILE, 3)
    assert line == ("::error title=a%3Ab%2Cc%25%0A%3A%3Ax,file=spec/swagger.yaml,line=3::100%25 ::set-env name=x::y[1m")


def test_all_counts_are_appended_to_the_output_file(tmp_path: Path) -> None:
    file = tmp_path / "output"
    file.write_text("before=1\n", encoding="utf-8")
    write_outputs(report(finding(Class.SOURCE), finding(Class.ADDITIVE, at="/b")), file)
    assert file.read_text(encoding="utf-8").splitlines() == [
        "before=1", "class=SOURCE",
        "wire=0", "source=1", "behaviour=0", "errors=0", "additive=1", "lifecycle=0", "docs=0", "version=0",
    ]  # fmt: skip
    with pytest.raises(GeneratorError, match="GITHUB_OUTPUT"):
        write_outputs(report(), tmp_path)


# Lines


def places(node: yaml.Node | None, where: tuple[str, ...] = ()) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield pointer((*where, key.value)), key.start_mark.line + 1
            yield from places(value, (*where, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield pointer((*where, str(index))), value.start_mark.line + 1
            yield from places(value, (*where, str(index)))


def test_line_numbers_in_the_pin_match_a_yaml_parser() -> None:
    found = [*places(yaml.compose(PINNED.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))]
    some = random.Random(0).sample(found, 100)
    lines_of = Lines(PINNED.read_bytes()).of
    assert [(where, lines_of(where)) for where, _ in some] == some


def test_line_numbers_of_unusual_values_match_a_yaml_parser() -> None:
    value: dict[str, Any] = {
        "a": [[1, [2, 3], []], {"b": {}, "c": [{"d": 1, "e": {"f": None}}]}],
        "x" * 130: {"y": 1},
        "é" * 40 + "\x85" * 40: 5,
        "1": ["0"],
        "z": "a\nb",
    }
    text = dump(value).encode()
    found = [*places(yaml.compose(text, Loader=yaml.SafeLoader))]
    assert [(where, Lines(text).of(where)) for where, _ in found] == found


@pytest.mark.parametrize("gone", ["/a/b/c", "/a/b/0", "/a/9", "/a/-", "/a/x/y"])
def test_a_missing_place_has_the_line_of_its_parent(gone: str) -> None:
    value = {"z": 0, "a": {"b": 1} if "/b" in gone or "/x" in gone else [1, 2]}
    found = Lines(dump(value).encode())
    assert found.of(gone) == (3 if "/b" in gone else 2)
    assert found.of("") == 1


def test_line_numbers_of_a_description_refer_to_its_own_text() -> None:
    text = b"""\
# a comment
paths:
  /a:
    get:
      parameters:
        - {in: query, name: z}
        - in: query
          name: a
info: {version: '1'}
"""
    found = Lines(text)
    first = "/paths/~1a/get/parameters/0"
    assert [found.of(where) for where in ("", "/info/version", first, f"{first}/name", f"{first}/gone/x")] == [
        1, 9, 7, 8, 7
    ]  # fmt: skip
