"""The pin and its lock agree, contain no sentence, and are written together."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.errors import GeneratorError, UnreadableError
from generator.files import digest
from generator.spec import pin
from generator.spec.contract import facts
from generator.spec.pin import load_pin, lock_text, pin_text, prose_entries


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, contract_of: Callable[..., Any]) -> Path:
    found = facts(contract_of(summary="A sentence of the vendor."))
    monkeypatch.setattr(pin, "PINNED", tmp_path / "swagger.yaml")
    monkeypatch.setattr(pin, "LOCK", tmp_path / "swagger.lock.toml")
    texts = {pin.PINNED: pin_text(found.contract), pin.LOCK: lock_text(found, source="https://x/y", data=b"data")}
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_a_pin_is_read_with_its_lock(spec: Path) -> None:
    found = load_pin()
    assert (found.source, found.version) == ("https://x/y", "1")
    assert list(found.prose) == ["/paths/~1things/post/summary"]
    assert sorted(item.name for item in spec.iterdir()) == ["swagger.lock.toml", "swagger.yaml"]


def test_the_lock_has_hashes_and_tools_and_no_sentence(spec: Path) -> None:
    text = (spec / "swagger.lock.toml").read_text(encoding="utf-8")
    lock = tomllib.loads(text)
    assert "sentence" not in text
    assert lock["source"]["sha256"] == digest(b"data")
    assert set(lock["tools"]) == {"openapi-python-client", "ruff"}


def test_the_lock_has_hashes_of_statements_instead_of_sentences() -> None:
    said = {"/a/description": "A picture. It must be small.", "/b/description": "A picture."}
    first, second = prose_entries(said)["/a/description"]
    assert re.fullmatch("[0-9a-f]{12}", first)
    assert re.fullmatch("[0-9a-f]{8}", second)
    assert len(prose_entries(said)["/b/description"]) == 1
    other = prose_entries({"/a/description": "One picture. It must be small."})["/a/description"]
    assert (other[0] != first, other[1]) == (True, second)


def test_an_entry_of_the_lock_survives_a_round_trip(spec: Path, contract_of: Callable[..., Any]) -> None:
    found = facts(contract_of(summary="It will be removed.", description="A thing."))
    texts = {pin.PINNED: pin_text(found.contract), pin.LOCK: lock_text(found, source="https://x/y", data=b"data")}
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    assert load_pin().prose == prose_entries(found.prose)
    assert sum("+" in line for line in texts[pin.LOCK].splitlines() if line.startswith('"/')) == 1


def test_a_pin_that_differs_from_its_lock_is_reported(spec: Path) -> None:
    with (spec / "swagger.yaml").open("a", encoding="utf-8") as file:
        file.write("# edited\n")
    with pytest.raises(GeneratorError, match="edited by hand"):
        load_pin()


@pytest.mark.parametrize("text", [b"", b"a: [", b"\xe9", b"paths: 1", None])
def test_an_unreadable_pin_is_taken_from_the_last_commit(spec: Path, text: bytes | None) -> None:
    (spec / "swagger.yaml").unlink()
    if text is not None:
        (spec / "swagger.yaml").write_bytes(text)
    with pytest.raises(
        UnreadableError, match=r"^spec/swagger\.yaml cannot be read: .* Take it from the last commit\.$"
    ):
        load_pin()


@pytest.mark.parametrize(
    "text",
    ["", "not toml", "prose = 1\n[contract]\nsha256 = 1\n[source]", "contract = 5",
     "source = {version = '1'}\n[prose]\n[contract]\nsha256 = '1'", None],
)  # fmt: skip
def test_an_unreadable_lock_is_reported(spec: Path, text: str | None) -> None:
    if text is None:
        (spec / "swagger.lock.toml").unlink()
    else:
        (spec / "swagger.lock.toml").write_text(text, encoding="utf-8")
    with pytest.raises(GeneratorError, match=r"swagger\.lock\.toml cannot be read"):
        load_pin()


@pytest.mark.parametrize("value", ["\ud800", float("inf")])
def test_values_that_yaml_cannot_represent_are_not_pinned(value: object) -> None:
    with pytest.raises(GeneratorError, match="cannot be pinned"):
        pin_text({"a": value})
