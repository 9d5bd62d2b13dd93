"""
Check a request against the contract before it is sent.

What the contract forbids is reported with its place, all of it at once. What it does not know, such as a new value of
an enum or an undeclared field, warns and is sent: the API may have added it. Nothing is changed here. What cannot be
sent at all (a header with a line end, a file in JSON) is checked where it is written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from math import isfinite
from typing import Any

from attrs import define, field

from venice_client._core.request.body import text_of
from venice_client._core.schema.check import find_violations
from venice_client._core.schema.model import Model
from venice_client._core.schema.operation import Parameter
from venice_client._core.schema.shapes import AnyOf, Array, Choice, Dictionary, Shape, Text
from venice_client._core.schema.values import listed
from venice_client._core.schema.violation import NEW, Violation
from venice_client._core.warnings import UnknownFieldWarning, UnknownValueWarning, warn

_MOST = 100
"""The number of problems that an error lists."""
_HINTS = {
    "limit": "leave it out to keep the limit as it is",
    "near": "it is sent as it is; extra_body sends fields without this warning",
    "value": "it is sent as it is",
}


@define
class Findings:
    """What a check found: the problems that keep a request from being sent, and what the contract does not know."""

    problems: list[str] = field(factory=list)
    news: list[Violation] = field(factory=list)

    def add_body(self, found: Iterable[Violation], body: Any, replaced: Collection[str]) -> None:
        """Add the violations of a body. Top-level fields that `extra_body` replaces are not sent, so they pass."""
        if isinstance(body, Model):
            replaced = {*replaced, *(name for name, item in body.__fields__.items() if item.wire in replaced)}
        self._sort([item for item in found if not (item.place and item.place[0] in replaced)])

    def check_parameter(self, parameter: Parameter, value: Any) -> None:
        """Check a parameter of the path, the query or a header. A header's value may be a secret: it is never shown."""
        secret = parameter.location in ("header", "cookie")
        placed = [
            Violation(item.kind, "the value" if secret else item.subject, item.what, (parameter.name, *item.place))
            for item in find_violations(parameter.shape, _as_sent(parameter.shape, value))
        ]
        self._sort(placed)

    def warn(self) -> None:
        """Warn of what the contract does not know; to be called when the request is known to be sent."""
        for item in self.news:
            category = UnknownValueWarning if item.kind == "value" else UnknownFieldWarning
            warn(f"{item.where}: {item.says} ({_HINTS[item.kind]})", category)

    def _sort(self, found: Iterable[Violation]) -> None:
        for item in found:
            if item.kind in NEW:
                self.news.append(item)
            elif len(self.problems) < _MOST:
                self.problems.append(_described(item))
            elif len(self.problems) == _MOST:
                self.problems.append(f"and more: only the first {_MOST} problems are listed")


def _described(item: Violation) -> str:
    """One problem in one line: `messages[0].content: 5 is not a string`."""
    hint = f": {_HINTS[item.kind]}" if item.kind in _HINTS else ""
    return f"{item.where}: {item.says}{hint}"


def _as_sent(shape: Shape, value: Any) -> Any:
    """A parameter is sent as text: a number or a UUID may stand for text, and one value for a list."""
    if isinstance(shape, Array):
        items = listed(value)
        return [_as_sent(shape.item, item) for item in ([value] if items is None else items) if item is not None]
    if isinstance(shape, AnyOf):
        for branch in shape.branches:
            sent = _as_sent(branch, value)
            if not find_violations(branch, sent):
                return sent
        return value
    if isinstance(value, str) or not isinstance(shape, Text | Choice) or isinstance(value, Mapping):
        return value
    if listed(value) is not None or isinstance(shape, Dictionary):
        return value
    if (
        isinstance(shape, Choice)
        and not isinstance(value, bool)
        and any(isinstance(item, int) for item in shape.values)
    ):
        return value
    return text_of(value) if _has_text(value) else value


def _has_text(value: Any) -> bool:
    """Whether a value has a text of its own, as a number or a UUID has it, and not that of its class, as a function."""
    if isinstance(value, float):
        return isfinite(value)
    kind: Any = type(value)
    return isinstance(value, int) or kind.__str__ is not object.__str__
