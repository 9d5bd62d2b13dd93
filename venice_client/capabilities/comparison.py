"""
A request held against what the list says of its model: every problem at once, each with what the model can do instead.

It is a plain function of the request and the list. A model that is not listed has no problems, and neither has what its
row does not speak of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from venice_client._core.error_text import one_line
from venice_client.capabilities.comparisons import Refused
from venice_client.capabilities.listing import Abilities, Listing
from venice_client.capabilities.request_values import value_of
from venice_client.capabilities.rules import BY_OPERATION, KINDS, TARGETS, Rule, Target

_NAMED = 12
"""Models that are named where another one would do."""


@frozen
class Verdict:
    """What came of it."""

    model: Abilities | None
    """The row of the model; None where none was named, or the list has none of that name."""
    problems: tuple[str, ...] = ()


def model_of(operation: str, values: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the parameter that names the model, and the name; None where an operation uses none or none is given."""
    target = TARGETS.get(operation)
    for field in target.names if target else ():
        name = value_of(values, field)
        if isinstance(name, str) and name:
            return field, name
    return None


def judge(operation: str, values: Mapping[str, Any], listing: Listing, *, whole: bool) -> Verdict:
    """
    Hold the parameters of an operation, by their names on the wire, against the list.

    `whole` says that they are all there are, so that one that is missing is a problem too.
    """
    named = model_of(operation, values)
    if named is None:
        return Verdict(None)
    field, name = named
    target = TARGETS[operation]
    model = listing.find(name, target.kinds)
    if model is None:
        return Verdict(None)
    if model.kind in KINDS and model.kind not in target.kinds:
        return Verdict(model, (_wrong_kind(field, model, operation, target, listing),))
    problems = []
    if model.offline:
        problems.append(f"{field}: {model.id} is offline at present{_named(listing, target, model)}")
    spec = model.spec
    for rule in BY_OPERATION[operation]:
        ability = rule.told(spec)
        if ability is None or (rule.whole and not whole):
            continue
        problem = rule.compare.problem(rule.found(values), ability)
        if problem is not None:
            others = _able(rule, target, listing) if isinstance(rule.compare, Refused) else ""
            problems.append(f"{rule.field}: {model.id} {problem}{others}")
    return Verdict(model, tuple(one_line(problem, 1000) for problem in dict.fromkeys(problems)))


def _wrong_kind(field: str, model: Abilities, operation: str, target: Target, listing: Listing) -> str:
    kinds = " or ".join(target.kinds)
    problem = (
        f"{field}: {model.id} is a model of the kind {model.kind}, and {operation} takes those of the kind {kinds}"
    )
    return one_line(problem + _named(listing, target, model), 1000)


def _named(listing: Listing, target: Target, but: Abilities) -> str:
    return _first([other.id for other in listing.of_kinds(target.kinds) if other.id != but.id])


def _able(rule: Rule, target: Target, listing: Listing) -> str:
    """Name models that do what the chosen one does not; those that do not speak of it are not among them."""
    told = ((other.id, rule.told(other.spec)) for other in listing.of_kinds(target.kinds))
    return _first([name for name, ability in told if ability is not None and not rule.compare.problem(True, ability)])


def _first(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"; use one of {', '.join(names[:_NAMED])}{more}" if names else ""
