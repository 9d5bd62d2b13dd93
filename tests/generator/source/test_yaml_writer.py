"""Written YAML is canonical, and every reader reads it back alike."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml.error import YAMLError

from generator.source import document, yaml_reader
from generator.source.yaml_writer import dump
from tests.generator.source.yaml_1_2 import HEAD, read_as_1_2
from tests.table import table

AMBIGUOUS = [
    *(
        "16:9",
        "1:30:00",
        "off",
        "Off",
        "y",
        "N",
        "yes",
        "null",
        "Null",
        "~",
        "true",
        "TRUE",
        "0o17",
        "0x1F",
        "017",
    ),
    *(
        "08",
        "0b11",
        "1e3",
        "1e+3",
        "1.5",
        ".5",
        "5.",
        "+1",
        "-1",
        "1_000",
        "2024-01-01",
        "2001-12-14t21:59:43.10-05:00",
    ),
    *(
        "=",
        "<<",
        "-",
        "?",
        ":",
        "!",
        "&",
        "*",
        "#",
        "|",
        ">",
        "@",
        "%",
        "`",
        ".inf",
        "-.INF",
        ".nan",
        "---",
        "...",
    ),
    *(
        "[]",
        "{}",
        "a:",
        ":a",
        "a:b",
        "a#",
        "#a",
        "%a",
        "'a",
        '"a',
        "&a",
        "*a",
        "!a",
        "=a",
        "-a",
        "?a",
        "+",
        ".",
        "_",
    ),
    *(
        "_1",
        "1",
        "inf",
        "e1",
        "a,b",
        "a{b",
        "[a",
        "/a/{b}",
        "$ref",
        "#/components/schemas/A",
        "http://a/b?c=d&e=f",
    ),
    *(
        "é",
        "日本",
        "\ufeff",
        "\u00ad",
        "\u200b",
        "\U0001f600",
        "",
        " ",
        "a ",
        " a",
        "a  b",
        "a b",
        "a #b",
        "a - b",
    ),
    *(
        "a : b",
        "a: b",
        "a::b",
        "a :b",
        "\t",
        "a\tb",
        "a\n",
        "\na",
        "a\n\nb\n",
        "\r\n",
        "\x85",
        "\u2028",
        "a\u2029b",
    ),
    *("\x7f\x00", "\ufffe", "\\", '"', "\xa0", "a" * 5000, "a " * 500),
]
TEXTS = st.text() | st.sampled_from(AMBIGUOUS)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def exactly(value: Any) -> str:
    """Distinguishes 1, 1.0 and True, -0.0 and 0.0, and orders of keys."""
    return repr(value)


def exception_or(reader: Callable[[str], Any]) -> Callable[[str], Any]:
    def reading(text: str) -> Any:
        try:
            return reader(text)
        except (yaml.YAMLError, YAMLError, ValueError) as error:
            return error

    return reading


READERS = [exception_or(yaml.safe_load), exception_or(read_as_1_2)]


@pytest.mark.slow
@settings(derandomize=True, deadline=None, max_examples=400)
@given(VALUES)
@example([1e16, 1e-7, -0.0, 5e-324, 1.7976931348623157e308, 10**300])
@example({"a" * 3000: {"b" * 200: [[], {}, [[1]]]}, "": {"": ""}, "200": 1})
def test_written_values_are_read_back_by_yaml_1_1_and_1_2_parsers(value: Any) -> None:
    written = dump(value)

    assert exactly(value) == exactly(yaml.safe_load(written))
    assert exactly(value) == exactly(yaml.load(written, Loader=yaml_reader.LOADER))
    assert exactly(value) == exactly(document.read(f"{HEAD}x:\n{indented(written)}".encode())["x"])
    plain = read_as_1_2(written)
    assert exactly(value) == exactly(json.loads(json.dumps(plain)) if isinstance(plain, dict | list) else plain)


def indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.split("\n")[:-1])


@pytest.mark.slow
@settings(derandomize=True, deadline=None)
@given(VALUES)
def test_written_yaml_is_canonical(value: Any) -> None:
    written = dump(value)

    assert written == dump(yaml.safe_load(written))
    assert written.endswith("\n")
    assert not set("\r\t\x85\u2028\u2029\ufeff") & set(written)


@table("text", AMBIGUOUS)
def test_an_ambiguous_string_is_quoted(text: str) -> None:
    plain = [reader(text) for reader in READERS] == [text, text]

    assert dump(text).startswith('"') or plain
    assert [text, text] == [reader(dump(text)) for reader in READERS]


def test_the_canonical_form_matches_an_example() -> None:
    value = {
        "openapi": "3.0.0",
        "paths": {"/image/edit": {"x": [1, 2.5, 1e16, True, None, "off", "café", "two words", "16:9"]}},
        "nested": [[1, [2]], [], {}, {"a": "two\nlines", "b": {"c": ""}}],
        "k" * 130: {"v": 1},
        "q" * 130: 2,
    }

    assert f"""\
openapi: "3.0.0"
paths:
  /image/edit:
    x:
      - 1
      - 2.5
      - 1.0e+16
      - true
      - null
      - "off"
      - "café"
      - two words
      - "16:9"
nested:
  - - 1
    - - 2
  - []
  - {{}}
  - a: "two\\nlines"
    b:
      c: ""
? {"k" * 130}
:
  v: 1
? {"q" * 130}
: 2
""" == dump(value)


def test_shared_values_are_written_twice() -> None:
    shared = {"a": [1]}

    assert dump([shared, shared]) == "- a:\n    - 1\n- a:\n    - 1\n"


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (float("inf"), ValueError),
        (float("nan"), ValueError),
        ("\ud83d", ValueError),
        ({1: 2}, TypeError),
        ({None: 2}, TypeError),
        (b"a", TypeError),
        ({1, 2}, TypeError),
    ],
)
def test_values_outside_of_json_are_refused(value: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        dump([value])
