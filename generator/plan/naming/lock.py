"""
The lock of names: the public names of operations, classes, arguments and fields, and the removed ones.

A public name is a promise. The lock maps an address or a place of a schema to the name that it keeps; rules name only
what the lock lacks. It holds no shapes and no hashes. `generator.plan.naming.lock_file` reads and writes it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Annotated, Any

from attrs import evolve, field, frozen
from msgspec import Meta, Struct
from msgspec.structs import replace

from generator.spec.contract import version_of
from generator.spec.identity import Address, Known

Table = Mapping[str, Mapping[str, str]]
MethodName = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+\Z")]
ClassName = Annotated[str, Meta(pattern=r"\A[A-Z][A-Za-z0-9_]*\Z")]
MemberName = Annotated[str, Meta(pattern=r"\A[a-z_][a-z0-9_]*\Z")]

PLAIN = {"string": "str", "integer": "int"}
"""What an enum that went leads to, by the type of its values: its name stays an alias of that type."""
KEPT_DAYS = 180
"""How long what the wire took away keeps working at least: days between the dates of two pins."""


@frozen
class LockedOperation:
    """The identity of an operation."""

    addresses: tuple[Address, ...]
    """All that it has had, oldest first; the last is the one of the pin."""
    ids: tuple[str, ...] = ()
    """All operationIds that it has had, oldest first."""
    is_paid: bool = False
    """Whether a call cost money in the last pin: it does so until the overlay says otherwise."""


@frozen
class LockedPlace:
    """A place of a schema that has or had a class."""

    text: str
    is_live: bool = True
    """Whether the pin has it; a place that is gone is remembered, since it may come back."""


class Alias(Struct, frozen=True, forbid_unknown_fields=True):
    """A removed public name: since which pin, and what to use instead."""

    since: Annotated[str, Meta(pattern=r"\A(\d{4}-\d{2}-\d{2})?\Z")] = ""
    """The date of the pin, as `pin_date` gives it."""
    to: Annotated[str, Meta(pattern=r"\A([A-Za-z_][A-Za-z0-9_.]*)?\Z")] = ""
    """The name to use instead; "" where none is known."""
    wire: str = ""
    """What an argument or a field is called on the wire."""
    location: Annotated[str, Meta(pattern=r"\A(path|query|header|cookie|property|body)?\Z")] = ""
    """Where an argument was sent."""

    def text(self, name: str) -> str:
        """Return what became of a name."""
        since = f" of {self.since}" if self.since else ""
        became = "is gone" if not self.to else f"is {'' if self.to in PLAIN.values() else 'called '}{self.to}"
        return f"{name} {became} since the API contract{since}"


class Aliases(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All removed public names."""

    operations: dict[MethodName, Alias] = {}
    classes: dict[ClassName, Alias] = {}
    arguments: dict[MethodName, dict[MemberName, Alias]] = {}
    """By operation, then by argument."""
    fields: dict[ClassName, dict[MemberName, Alias]] = {}
    """By class, then by field."""


@frozen(kw_only=True)
class Names:
    """The lock."""

    operations: Mapping[str, LockedOperation] = field(factory=dict)
    classes: Mapping[str, tuple[LockedPlace, ...]] = field(factory=dict)
    """By class, its places; the first is where the name goes if the class splits."""
    arguments: Table = field(factory=dict)
    """By operation, then by location and name on the wire: names that no rule gives, or that have a twin."""
    fields: Table = field(factory=dict)
    """By class, then by name on the wire: names that no rule gives, or that have a twin."""
    aliases: Aliases = field(factory=Aliases)
    components: Mapping[str, tuple[str, ...]] = field(factory=dict)
    """By key, all names of the components that have or had another one; the last is the one of the pin."""

    def known(self, fingerprints: Mapping[Address, str] | None = None) -> list[Known]:
        """Return the operations as `identify` takes them; fingerprints are those of the pin that the lock is of."""
        prints = fingerprints or {}
        return [
            Known(name, one.addresses, one.ids, prints.get(one.addresses[-1], ""))
            for name, one in self.operations.items()
        ]

    def with_operations_renamed(self, renamed: Mapping[str, str]) -> Names:
        """Return the lock as if operations had always had other names; places and arguments follow them."""
        if not renamed:
            return self

        def moved(text: str) -> str:
            name, space, rest = text.partition(" ")
            return f"{renamed.get(name, name)}{space}{rest}" if space else text

        def place(one: LockedPlace) -> LockedPlace:
            return evolve(one, text=moved(one.text))

        return evolve(
            self,
            operations=_renamed(renamed, self.operations),
            classes={name: tuple(map(place, places)) for name, places in self.classes.items()},
            arguments=_renamed(renamed, self.arguments),
            aliases=replace(self.aliases, arguments=_renamed(renamed, self.aliases.arguments)),
            components={key: tuple(map(moved, names)) for key, names in self.components.items()},
        )

    def with_classes_renamed(self, renamed: Mapping[str, str]) -> Names:
        """Return the lock as if classes had always had other names; places in them and fields follow."""
        if not renamed:
            return self

        def place(one: LockedPlace) -> LockedPlace:
            name, dot, rest = one.text.partition(".")
            return evolve(one, text=f"{renamed[name]}{dot}{rest}") if name in renamed else one

        return evolve(
            self,
            classes={renamed.get(name, name): tuple(map(place, places)) for name, places in self.classes.items()},
            fields=_renamed(renamed, self.fields),
            aliases=replace(self.aliases, fields=_renamed(renamed, self.aliases.fields)),
        )


def _renamed(names: Mapping[str, str], table: Mapping[str, Any]) -> dict[str, Any]:
    return {names.get(name, name): value for name, value in table.items()}


def pin_date(contract: Mapping[str, Any]) -> str:
    """
    Return the date of a contract, "2026-08-21": the start of its `info.version`, which is a time stamp.

    A contract without such a version has the date "": an alias of it is never old enough to go.
    """
    match = re.match(r"(\d{4})-?(\d{2})-?(\d{2})(?!\d)", version_of(contract))
    if match is None:
        return ""
    try:
        return datetime.date(*map(int, match.groups())).isoformat()
    except ValueError:
        return ""


@frozen
class Pruned:
    """What is left of a lock without old aliases."""

    names: Names
    dropped: tuple[str, ...] = ()
    """The names that went, in words."""
    waiting: tuple[str, ...] = ()
    """The names that are old enough and stay, since no release had them as aliases."""


def prune(names: Names, date: str, released: Aliases) -> Pruned:
    """Drop the aliases that are old enough at the date of a pin and that the last release had, as `released` says."""
    dropped: list[str] = []
    waiting: list[str] = []

    def is_old(alias: Alias) -> bool:
        try:
            age = datetime.date.fromisoformat(date) - datetime.date.fromisoformat(alias.since)
        except ValueError:
            return False
        return age.days >= KEPT_DAYS

    def kept(table: Mapping[str, Any], before: Mapping[str, Any], label: str) -> dict[str, Any]:
        left: dict[str, Any] = {}
        for name, one in table.items():
            text = label.format(name, "{}")
            if not isinstance(one, Alias):  # those of an operation or of a class
                left[name] = kept(one, before.get(name, {}), text)
            elif not is_old(one):
                left[name] = one
            elif name in before:
                dropped.append(text)
            else:
                waiting.append(text)
                left[name] = one
        return {name: one for name, one in left.items() if one}

    aliases = names.aliases
    left = Aliases(
        operations=kept(aliases.operations, released.operations, "the method {}"),
        classes=kept(aliases.classes, released.classes, "the class {}"),
        arguments=kept(aliases.arguments, released.arguments, "the argument {}({})"),
        fields=kept(aliases.fields, released.fields, "the field {}.{}"),
    )
    gone_operations = {name for name, alias in aliases.operations.items() if name not in left.operations}
    gone_classes = {name for name, alias in aliases.classes.items() if name not in left.classes}
    pruned = evolve(
        names,
        operations={name: one for name, one in names.operations.items() if name not in gone_operations},
        classes={name: places for name, places in names.classes.items() if name not in gone_classes},
        aliases=left,
    )
    return Pruned(pruned, tuple(dropped), tuple(waiting))
