"""The file of the lock: it survives a round trip, and an invalid one is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.errors import GeneratorError
from generator.plan.naming.lock import Alias, Aliases, LockedOperation, LockedPlace, Names, pin_date, prune
from generator.plan.naming.lock_file import load_names, names_text, parse_names

FULL = Names(
    operations={"images.edit": LockedOperation((("post", "/a"), ("post", "/image/edit")), ("editImage",))},
    classes={
        "Thing": (LockedPlace("images.edit body application/json"), LockedPlace("schema Thing", is_live=False)),
        "Edit": (LockedPlace('Thing."odd name"[]|has url'),),
    },
    arguments={"images.edit": {"property fooBar": "foo_bar_2"}},
    fields={"Thing": {"fooBar": "foo_bar_2"}},
    aliases=Aliases(
        operations={"images.change": Alias("2026-01-01", to="images.edit")},
        classes={"Gone": Alias("2026-01-01")},
        arguments={"images.edit": {"old": Alias("2026-07-01", wire="oldOne", location="query")}},
        fields={"Thing": {"old": Alias("2026-07-01", wire="oldOne")}},
    ),
)


def test_the_file_survives_a_round_trip_and_may_be_missing(tmp_path: Path) -> None:
    path = tmp_path / "names.toml"
    assert load_names(path) == Names()
    path.write_text(names_text(FULL), encoding="utf-8")
    assert load_names(path) == FULL


@settings(derandomize=True, deadline=None, database=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_of_a_description_survives_a_round_trip(path: str, wire: str) -> None:
    names = Names(
        operations={"a.b": LockedOperation((("get", f"/{path}"),), (wire,))},
        classes={"A": (LockedPlace(f"a.b body {wire}"),)},
        fields={"A": {wire: "name"}},
    )
    assert parse_names(names_text(names)) == names


@pytest.mark.parametrize(
    "text",
    ["", "A = ", "A = 1", "[operations]\n'os.system(1)' = {at = ['GET /a']}", "[operations]\n'a.b' = {at = []}",
     "[classes]\n'A B' = ['x']", "[classes]\nNone = ['x']", "[classes]\nA = 'x'", "[fields.A]\nx = 'import os'",
     "[aliases.classes]\nA = {to = 'x;y', since = '2026-01-01'}", "[aliases.classes]\nA = {since = 'soon'}",
     "[aliases.arguments.'a.b']\nx = {location = 'moon'}"],
)  # fmt: skip
def test_an_invalid_lock_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "names.toml"
    path.write_text(text)
    with pytest.raises(GeneratorError, match=r"spec/names\.toml .*take it from the last commit"):
        load_names(path)


@pytest.mark.parametrize(
    ("version", "date"),
    [
        ("20260821.193530", "2026-08-21"),
        ("2026-08-21", "2026-08-21"),
        ("1.0", ""),
        ("20269999.1", ""),
        ("202608211", ""),
    ],
)
def test_the_date_of_a_pin_comes_from_its_version(version: str, date: str) -> None:
    assert pin_date({"info": {"version": version}}) == date


def test_only_aliases_older_than_180_days_are_pruned() -> None:
    early = prune(FULL, "2026-06-29", FULL.aliases)
    assert (early.names, early.dropped, early.waiting) == (FULL, (), ())
    late = prune(FULL, "2026-06-30", FULL.aliases)
    assert late.dropped == ("the method images.change", "the class Gone")
    assert late.names.aliases == Aliases(arguments=FULL.aliases.arguments, fields=FULL.aliases.fields)
    assert prune(FULL, "", FULL.aliases).dropped == ()


def test_an_unreleased_alias_is_not_pruned_at_any_age() -> None:
    found = prune(FULL, "2027-01-01", Aliases(classes=FULL.aliases.classes))
    assert found.dropped == ("the class Gone",)
    assert found.waiting == (
        "the method images.change", "the argument images.edit(old)", "the field Thing.old",
    )  # fmt: skip
    assert found.names.aliases.operations == FULL.aliases.operations
