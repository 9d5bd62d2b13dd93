"""Accepted findings: how entries match them, the format of the file, and entries that match no finding."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.drift.judge.accepted import Accepted, divided, load_accepted
from generator.drift.judge.classes import Class
from generator.drift.judge.findings import Finding
from generator.errors import AcceptedError


def finding(rule: str = "deprecated", *pointers: str, words: str = "said") -> Finding:
    return Finding(rule, Class.LIFECYCLE, pointers or ("/paths/~1a/get",), subject=words)


def entry(one: Finding, reason: str = "seen") -> Accepted:
    return Accepted(one.fingerprint, reason, one.rule, one.pointer)


def listed(folder: Path, text: str) -> Path:
    file = folder / "spec" / "accepted.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_findings_are_divided_by_fingerprint_in_order() -> None:
    one, two, three = (finding("deprecated", f"/paths/~1{name}/get") for name in "abc")
    left, accepted, unmatched = divided([one, two, three], [entry(three), entry(one), Accepted("0" * 12, "gone")])
    assert left == (two,)
    assert [found for found, _ in accepted] == [one, three]
    assert [found.fingerprint for found in unmatched] == ["0" * 12]


def test_an_entry_accepts_a_finding_by_rule_and_place_whatever_its_text() -> None:
    accepted = entry(finding(words="old words"))
    assert divided([finding(words="new words")], [accepted])[0] == ()
    assert divided([finding("deprecated", "/paths/~1b/get")], [accepted])[0] != ()
    assert divided([finding("prose-changed")], [accepted])[0] != ()


def test_a_finding_is_accepted_by_any_of_its_places() -> None:
    one = finding("deprecated", "/paths/~1b/get")
    joined = finding("deprecated", "/paths/~1a/get", "/paths/~1b/get")
    assert divided([joined], [entry(one)]) == ((), ((joined, entry(one)),), ())


def test_accepted_entries_are_read_in_order(tmp_path: Path) -> None:
    file = listed(
        tmp_path,
        '[[accepted]]\nfingerprint = "0123456789ab"\nreason = "never sent"\n'
        '[[accepted]]\nfingerprint = "ba9876543210"\nrule = "deprecated"\npointer = "/info"\nreason = "known"\n',
    )
    assert load_accepted(file) == (
        Accepted("0123456789ab", "never sent"),
        Accepted("ba9876543210", "known", "deprecated", "/info"),
    )
    assert [one.named for one in load_accepted(file)] == ["0123456789ab", "ba9876543210 (deprecated /info)"]


def test_a_missing_or_empty_file_accepts_nothing(tmp_path: Path) -> None:
    assert load_accepted(tmp_path / "none.toml") == ()
    assert load_accepted(listed(tmp_path, "# nothing yet\n")) == ()


def test_the_file_of_this_repository_can_be_read() -> None:
    load_accepted(Path(__file__).parents[3] / "spec" / "accepted.toml")


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("not toml", "not TOML"),
        ('[accepted]\nfingerprint = "0123456789ab"\n', r"Expected `array`, got `object` - at `\$.accepted`"),
        ('accepted = ["0123456789ab"]\n', r"got `str` - at `\$.accepted\[0\]`"),
        ("[[accepted]]\nfingerprint = 5\n", r"got `int` - at `\$.accepted\[0\].fingerprint`"),
        (
            '[[accepted]]\nfingerprint = "0123"\nreason = "x"\n',
            r"regex .*0-9a-f.* - at .*\.fingerprint`",
        ),
        ('[[accepted]]\nreason = "x"\n', "required field `fingerprint`"),
        ('[[accepted]]\nfingerprint = "0123456789ab"\n', "required field `reason`"),
        (
            '[[accepted]]\nfingerprint = "0123456789ab"\nreason = " "\n',
            r"regex .* - at .*\.reason`",
        ),
        ('[[accepted]]\nfingerprint = "0123456789ab"\nreason = "x"\nwhy = "y"\n', "unknown field `why`"),
        ('[[accepted]]\nfingerprint = "0123456789ab"\nreason = "x"\n' * 2, "there twice"),
        ('ignored = ["0123456789ab"]\n', "unknown field `ignored`"),
    ],
)
def test_an_invalid_file_is_refused_with_the_cause(tmp_path: Path, text: str, cause: str) -> None:
    with pytest.raises(AcceptedError, match=cause) as caught:
        load_accepted(listed(tmp_path, text))
    assert str(caught.value).startswith("spec/accepted.toml: ")
    assert caught.value.exit_code == 2


def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AcceptedError, match="cannot be read"):
        load_accepted(tmp_path)
