"""
The rows of GET /models: found by an id, by a name with features behind a colon, by a trait; and what one row says.

Nothing of a row is relied on: what is no row is left out, and what a row does not say is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from attrs import field, frozen

from venice_client._core.error_text import one_line
from venice_client.capabilities.request_values import fields
from venice_client.capabilities.rules import BY_OPERATION, KINDS, TARGETS


@frozen(slots=False)
class Abilities:
    """What the list of models says of one. Print it to read its limits by operation."""

    id: str
    kind: str
    """`text`, `image`, `inpaint` (which edits pictures), `video`, ...; empty where the list does not say."""
    row: Mapping[str, Any] = field(repr=False)
    """The row as it came."""

    @property
    def spec(self) -> Mapping[str, Any]:
        """The row's `model_spec`; empty where it has none."""
        return fields(self.row.get("model_spec"))

    @property
    def constraints(self) -> Mapping[str, Any]:
        """The row's limits, by the API's names."""
        return fields(self.spec.get("constraints"))

    @property
    def capabilities(self) -> Mapping[str, Any]:
        """What a text model can do, by the API's names."""
        return fields(self.spec.get("capabilities"))

    @property
    def traits(self) -> tuple[str, ...]:
        """The names that stand for this model too, such as `default`."""
        traits = self.spec.get("traits")
        return tuple(trait for trait in traits if isinstance(trait, str)) if isinstance(traits, list) else ()

    @property
    def offline(self) -> bool:
        """Whether it can't be used at present."""
        return self.spec.get("offline") is True

    @cached_property
    def limits(self) -> dict[str, dict[str, str]]:
        """What is known of its limits, in words, by operation and parameter."""
        told: dict[str, dict[str, str]] = {}
        for operation, rules in BY_OPERATION.items():
            is_for_it = self.kind in TARGETS[operation].kinds or self.kind not in KINDS
            for rule in rules if is_for_it else ():
                says = rule.compare.takes(rule.told(self.spec))
                if says:
                    of_operation = told.setdefault(operation, {})
                    of_operation[rule.field] = "; ".join(filter(None, [of_operation.get(rule.field), says]))
        return told

    def deprecation(self, now: datetime | None = None) -> str | None:
        """Say that it goes away, where the row says so and the time of warning has come."""
        told = fields(self.spec.get("deprecation"))
        starts = _moment(told.get("startsAt"))
        if not told or (starts is not None and starts > (now or datetime.now(UTC))):
            return None
        text = f"the model {self.id} is deprecated"
        until = told.get("removesAt") or told.get("date")
        text += f", until {until}" if isinstance(until, str) else ""
        successor = told.get("replacementModelId")
        return one_line(text + (f"; use {successor}" if isinstance(successor, str) else ""), 500)

    def __str__(self) -> str:
        lines = [f"{self.id} ({self.kind or 'of an unknown kind'}{', offline' if self.offline else ''})"]
        for operation, limits in self.limits.items():
            lines += [f"  {operation}", *(f"    {name}: {says}" for name, says in limits.items())]
        return one_line_each(lines)


class Listing:
    """All rows, and when they came: seconds since 1970."""

    def __init__(self, rows: Iterable[Any], fetched: float) -> None:
        self.fetched = fetched
        self._by_id: dict[str, list[Abilities]] = {}
        self._by_trait: dict[str, list[Abilities]] = {}
        for row in rows:
            name = row.get("id") if isinstance(row, Mapping) else None
            if isinstance(name, str) and name:
                kind = row.get("type")
                abilities = Abilities(name, kind if isinstance(kind, str) else "", row)
                self._by_id.setdefault(name, []).append(abilities)
                for trait in abilities.traits:
                    self._by_trait.setdefault(trait, []).append(abilities)

    def __len__(self) -> int:
        return len(self._by_id)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all models."""
        return tuple(self._by_id)

    def find(self, name: Any, kinds: tuple[str, ...] = ()) -> Abilities | None:
        """
        Return what is known of a model; None where nothing is.

        A name may carry features behind a colon, and may be a trait, which counts where one model of the wanted kinds
        has it. Names of other vendors' models, which the API translates, are not known here.
        """
        if not isinstance(name, str):
            return None
        for written in dict.fromkeys((name, name.partition(":")[0])):
            if rows := self._by_id.get(written):
                return next((row for row in rows if row.kind in kinds), rows[0])
            standing = [row for row in self._by_trait.get(written, ()) if not kinds or row.kind in kinds]
            if len(standing) == 1:
                return standing[0]
        return None

    def of_kinds(self, kinds: tuple[str, ...]) -> list[Abilities]:
        """Return the models of some kinds that can be used at present."""
        return [row for rows in self._by_id.values() for row in rows if row.kind in kinds and not row.offline]


def one_line_each(lines: Iterable[str]) -> str:
    """Join lines that hold texts of a server, none of which makes a line of its own."""
    return "\n".join(line[: len(line) - len(line.lstrip())] + one_line(line.strip(), 1000) for line in lines)


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
