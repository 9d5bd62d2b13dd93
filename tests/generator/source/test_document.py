"""Descriptions are read or refused with a cause, and written YAML is read back alike by every parser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.errors import UnreadableError
from generator.source import document, yaml_reader
from generator.source.yaml_writer import dump
from tests.contracts import NEWEST, contract
from tests.generator.source.yaml_1_2 import HEAD, read_as_1_2
from tests.table import table


def value_of(text: str) -> Any:
    return document.read(f"{HEAD}x: {text}\n".encode())["x"]


def refusal(data: bytes) -> str:
    with pytest.raises(UnreadableError) as caught:
        document.read(data, source="the file")
    text = str(caught.value)
    assert text.startswith("the file cannot be read: found ")
    return text


# Reading


@table(
    ("text", "expected"),
    [
        ("16:9", "16:9"),
        ("1:30:00", "1:30:00"),
        ("off", "off"),
        ("Yes", "Yes"),
        ("y", "y"),
        ("2024-01-01", "2024-01-01"),
        ("2024-01-01T10:00:00Z", "2024-01-01T10:00:00Z"),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("<<", "<<"),
        ("=", "="),
        ("+", "+"),
        (".", "."),
        ("1e", "1e"),
        ("0o8", "0o8"),
        ("tRUE", "tRUE"),
        ("nUll", "nUll"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("! 12", "12"),
        ("!!str 12", "12"),
        ("'\\ud83d'", "\\ud83d"),
        ("true", True),
        ("True", True),
        ("FALSE", False),
        ("!!bool false", False),
        ("", None),
        ("~", None),
        ("null", None),
        ("NULL", None),
        ("!!null ''", None),
        ("12", 12),
        ("-12", -12),
        ("+12", 12),
        ("007", 7),
        ("0o17", 15),
        ("0xFf", 255),
        ("!!int '3'", 3),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("1E-2", 0.01),
        ("!!float 3", 3.0),
        ("{<<: {a: 1}, b: 2}", {"<<": {"a": 1}, "b": 2}),
        (
            "{200: a, 1.0: b, true: c, null: d, 0x10: e, .inf: f}",
            {"200": "a", "1.0": "b", "true": "c", "null": "d", "0x10": "e", ".inf": "f"},
        ),
        ("{? &k 404 : a, b: *k}", {"404": "a", "b": 404}),
        ("[&k 404, {*k : a}]", [404, {"404": "a"}]),
        ("[&a 1, &a 2, *a]", [1, 2, 2]),
        ("a \u2028 b\x85c \ue000", "a \u2028 b\x85c \ue000"),
        ("1 # a comment\u2029x: 2", 1),
        ("!!map {a: !!seq [1]}", {"a": [1]}),
    ],
)
def test_scalars_and_keys_follow_the_yaml_1_2_core_schema(text: str, expected: Any) -> None:
    actual = value_of(text)

    assert (expected, type(expected)) == (actual, type(actual))


def test_json_is_read_by_the_same_parser() -> None:
    described = {
        "openapi": "3.1.0",
        "paths": {"/a": {"x": "\U0001f600 \u2028 \\ud83d\\ude00 / \t", "y": [1.5, None]}},
    }

    for text in (
        json.dumps(described),
        json.dumps(described, indent="\t"),
        json.dumps(described, ensure_ascii=False),
    ):
        assert described == document.read(text.replace("/", "\\/").encode())


def test_a_byte_order_mark_is_ignored() -> None:
    assert list(document.read(b"\xef\xbb\xbf" + HEAD.encode())) == ["openapi", "paths"]


def test_two_uses_of_a_yaml_alias_are_separate_values() -> None:
    read = document.read(f"{HEAD}a: &a {{deep: [1]}}\nb: *a\nc: [*a]\n".encode())
    read["a"]["deep"].append(2)

    assert (read["b"], read["c"]) == ({"deep": [1]}, [{"deep": [1]}])


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "nothing: it is empty"),
        (b"\xef\xbb\xbf \n\t\n", "nothing: it is empty"),
        (b"\n# a comment\n", "nothing: it holds comments alone"),
        (b"---\n", "nothing where a description is a mapping"),
        (b"- openapi: 3.0.0\n", "a sequence where a description is a mapping"),
        (b"Not found", "a string where a description is a mapping"),
        (b"404", "a number where a description is a mapping"),
        (b"{}", "but the keys (none)"),
        (b"[]", "empty where a description is a mapping"),
        (
            b"<!DOCTYPE html>\n<html><head><title>Just\n a \x1b[31mmoment </title>",
            'HTML page titled "Just a [31mmoment"',
        ),
        (b" <html><title>" + b"w" * 200, 'HTML page titled "' + "w" * 79 + '…"'),
        (b"<html></html>", "an HTML page. Is this the address"),
        (HEAD.encode("utf-16"), "text in UTF-16 or UTF-32"),
        (b"openapi: 3.0.0\n\nx: \xe9\n", "not UTF-8, but the byte 0xe9 in line 3"),
        (b"openapi: 3.0.0\nx: a\x00b\n", "the character U+0000, which YAML forbids, at line 2, column 5"),
        (b"openapi: 3.0.0\nx: [1\ny: 2\n", "at line 3, column 2"),
        (b"openapi: 3.0.0\n\tx: 1\n", ") at line 2, column 1"),
        (
            b"a: 1\nb:\n  c: 1\n  d: 2\n  'c': 3\n",
            "the key 'c' a second time in one mapping (the first is in line 3) at line 5, column 3",
        ),
        (b"200: 1\n'200': 2\n", "the key '200' a second time"),
        (b"<<: 1\n<<: 2\n", "the key '<<' a second time"),
        (HEAD.encode() + b"---\na: 1\n", "a second YAML document at line 3, column 1"),
        (b"a: &a [*a]\n", "the alias *a contains itself at line 1, column 8"),
        (b"a: *b\n", "the alias *b has no anchor before it at line 1, column 4"),
        (b"[" * 100_000, "more than 200 levels of nesting at line 1, column 201"),
        (b"- " * 100_000, "more than 200 levels of nesting at line 1, column 401"),
        (b'{"a":' * 100_000, "more than 200 levels of nesting"),
        (
            b"a: &a " + b"[" * 150 + b"]" * 150 + b"\nb: " + b"[" * 100 + b"*a" + b"]" * 100,
            "more than 200 levels, aliases expanded",
        ),
        pytest.param(b"[" + b"1," * 1_000_001 + b"]", "more than 1,000,000 keys and values", marks=pytest.mark.slow),
        (b"a: !!python/object/apply:os.system [ls]\n", "the tag !!python/object/apply:os.system"),
        (b"a: !!python/name:os.system\n", "the tag !!python/name:os.system"),
        (b"a: !mine 1\n", "the tag !mine on what JSON does not know at line 1, column 4"),
        (b"!!str a: !!timestamp 2024-01-01\n", "the tag !!timestamp"),
        (b"a: !!binary aGk=\n", "the tag !!binary"),
        (b"a: !!set {b}\n", "the tag !!set"),
        (b"a: !!omap [b: 1]\n", "the tag !!omap"),
        (b"a: !!int x\n", "the tag !!int"),
        (b"a: !!map 1\n", "the tag !!map"),
        (b"a: !!seq {}\n", "the tag !!seq"),
        (b"? [a, b]\n: 1\n", "a mapping or a sequence as a key at line 1, column 3"),
        (b"? {a: b}\n: 1\n", "a mapping or a sequence as a key"),
        (b"a: &a [1]\n*a : 1\n", "a mapping or a sequence as a key at line 2, column 1"),
        (b"a: .inf\n", ".inf, a number that is not finite"),
        (b"a: -.INF\n", "-.INF, a number that is not finite"),
        (b"a: .NaN\n", ".NaN, a number that is not finite"),
        (b"a: 1e999\n", "1e999, a number that is not finite"),
        (b"a: " + b"9" * 5000, "a number of 5,000 characters"),
        (b"swagger: 2.0\npaths: {/a: {}}\n", 'no `openapi: "3.…"`, but swagger: 2.0'),
        (b"openapi: 2.0.0\n", "but openapi: 2.0.0"),
        (b"openapi: 3.0\n", "but openapi: 3.0"),
        (b"error: gone\nmessage: gone\n", "but the keys error, message"),
        (b"openapi: 3.0.0\n", "no `paths`"),
        (b"openapi: 3.0.0\npaths:\n", "`paths` is nothing"),
        (b"openapi: 3.0.0\npaths: {}\n", "`paths` is empty"),
        (b"openapi: 3.0.0\npaths: [1]\n", "`paths` is a sequence"),
    ],
    ids=lambda value: ascii(value[:40]) if isinstance(value, bytes) else "",
)
@pytest.mark.parametrize("loader", [yaml_reader.LOADER, yaml.SafeLoader], ids=["libyaml", "pure"])
def test_an_invalid_description_is_refused_with_the_cause(
    data: bytes, expected: str, loader: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    if loader is yaml.SafeLoader and len(data) > 300_000:
        pytest.skip("PyYAML's own parser is slow on this one")
    monkeypatch.setattr(yaml_reader, "LOADER", loader)

    assert expected in refusal(data)


def test_a_file_over_the_size_limit_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    large = b" " * (document.MAX_BYTES + 1)
    path = tmp_path / "large.yaml"
    path.write_bytes(large)

    assert "20,971,521 bytes, and the limit is 20,971,520" in refusal(large)
    with pytest.raises(UnreadableError, match="20,971,521 bytes, and the limit is 20,971,520"):
        document.read_file(path)


@pytest.mark.slow
@pytest.mark.parametrize("width", [2, 9, 1000])
def test_exponentially_expanding_aliases_are_refused(width: int) -> None:
    lines = ["a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, 40)]

    assert "more than 1,000,000 keys and values, aliases expanded at line " in refusal("\n".join(lines).encode())


def test_200_levels_are_read() -> None:
    value = value_of("[" * 199 + "]" * 199)

    for _ in range(198):
        (value,) = value
    assert value == []


def test_an_error_shows_one_line_of_printable_characters() -> None:
    text = refusal(('a: 1\n"k\\e[31m\\n' + "k" * 300 + '": 1\n"k\\e[31m\\n' + "k" * 300 + '": 2').encode())

    assert text.isprintable()
    assert len(text) < 300


def test_unreadable_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"missing\.yaml cannot be read: found No such file"):
        document.read_file(tmp_path / "missing.yaml")
    with pytest.raises(UnreadableError, match="found a directory"):
        document.read_file(tmp_path)
    with pytest.raises(UnreadableError, match="found Not a directory"):
        document.read_file(Path(__file__) / "below")
    with pytest.raises(UnreadableError, match=r"null (byte|character)"):
        document.read_file(tmp_path / "a\0b")


def test_a_file_is_read_and_named_in_errors(tmp_path: Path) -> None:
    path = tmp_path / "swagger.yaml"
    path.write_text(HEAD, encoding="utf-8")
    assert document.read_file(path) == {"openapi": "3.0.0", "paths": {"/a": {}}}

    path.write_text("[]", encoding="utf-8")
    with pytest.raises(UnreadableError, match=r"swagger\.yaml cannot be read: found empty"):
        document.read_file(path)


@pytest.mark.slow
def test_a_published_contract_is_read_as_by_another_yaml_1_2_parser() -> None:
    text = dump(contract("2025-11-27.3d77009a"))

    assert json.loads(json.dumps(read_as_1_2(text))) == document.read(text.encode())


@pytest.mark.slow
def test_a_published_contract_survives_a_round_trip() -> None:
    read = contract(NEWEST)
    written = dump(read)

    assert read == document.read(written.encode()) == yaml.load(written, Loader=yaml_reader.LOADER)
    assert list(read["paths"]) == list(document.read(written.encode())["paths"])


def test_json_may_have_keys_too_long_for_yaml() -> None:
    key = "k" * 5000
    text = json.dumps({"openapi": "3.0.0", "paths": {"/a": {key: "\U0001f600", "n": [1, 2.5, None, True]}}})
    assert document.read(text.encode())["paths"]["/a"] == {key: "\U0001f600", "n": [1, 2.5, None, True]}


@pytest.mark.parametrize(
    "value",
    ['{"a": 1, "a": 2}', '"\\ud800"', "NaN", "1e999", "1" * 401, "[" * 201 + "]" * 201],
    ids=["twice", "surrogate", "not finite", "infinite", "long number", "deep"],
)
def test_json_has_the_limits_of_yaml(value: str) -> None:
    text = f'{{"openapi": "3.0.0", "paths": {{"/a": {value}}}}}'
    if value == "NaN":  # to YAML it is a string
        assert document.read(text.encode())["paths"] == {"/a": "NaN"}
    else:
        with pytest.raises(UnreadableError):
            document.read(text.encode())
