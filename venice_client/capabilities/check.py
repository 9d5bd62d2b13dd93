"""
A request held against the values of the contract and the row of its model, before it is sent.

The contract's values come first. A value that the model's row lists is accepted although the contract lacks it: the
list of models is newer. A model that is not in the list is a warning that names the nearest ids, or a violation with
`check_models="strict"`. What neither states is unknown, and passes. A list that refuses a request is fetched again
when it is older than a minute.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from venice_client._core.client import run_blocking
from venice_client._core.errors import RequestValidationError, VeniceError
from venice_client._core.errors.text import one_line
from venice_client._core.response.deprecation import warn_once
from venice_client._core.schema.check import find_violations
from venice_client._core.schema.operation import Operation
from venice_client._core.schema.shapes import Ref
from venice_client._core.warnings import UnknownValueWarning, VeniceWarning, warn, warn_or_log
from venice_client.capabilities.catalog import MAX_AGE, Capabilities, Catalog, CatalogSource
from venice_client.capabilities.comparisons import OneOf, Refused
from venice_client.capabilities.request import fields, value_of
from venice_client.capabilities.rules import KIND_OF, KINDS, MODEL_FIELDS, RULES_OF, Rule

if TYPE_CHECKING:
    from venice_client._core.client import AsyncClient, SyncClient
    from venice_client._core.request.call import Request

CONFIRMED: Final = 60.0
"""Seconds for which a list that refuses a request is not fetched again."""
_MAX_NAMED: Final = 12


class Check:
    """One request, by the names on the wire, to be held against a list of models."""

    def __init__(
        self, operation: Operation, values: Mapping[str, Any], *, complete: bool = False, extra: Mapping[str, Any] = {}
    ) -> None:
        """`complete`: nothing else is sent, so that a missing parameter counts. `extra` is outside of the contract."""
        self._operation = operation
        self._values = {**values, **extra}
        self._complete = complete
        self._kind = KIND_OF.get(operation.key)
        name = next((field for field in MODEL_FIELDS if self._kind and value_of(self._values, field)), "")
        self._field, self._name = name, value_of(self._values, name) if name else None
        self._departures = [item for item in self._compared(values) if str(item.place[0]) not in extra]
        self.compare(None)

    def ages(self, max_age: float, *, strict: bool) -> Iterator[float]:
        """Yield how old the list may be, each time it is needed; nothing where no model is named."""
        if isinstance(self._name, str):
            yield max_age
            if (self.violations or (strict and self._unknown)) and max_age > CONFIRMED:
                yield CONFIRMED

    def compare(self, catalog: Catalog | None) -> None:
        """Find the model and all violations."""
        model = self.model = catalog.find(self._name, self._kind or "") if catalog is not None else None
        rules = list(self._applicable(model)) if model is not None else []
        listed = {rule.field for rule in rules if isinstance(rule.compare, OneOf)}
        found = [
            f"{item.where}: {item.says}; extra_body sends it anyway"
            for item in self._departures
            if ".".join(map(str, item.place)) not in listed
        ]
        self._unknown = ""
        if model is not None and catalog is not None:
            found += self._of_model(model, catalog) or self._of_rules(model, catalog, rules)
        elif catalog is not None:
            self._unknown = f"{self._field}: {catalog.nearest(str(self._name), self._kind or '')}"
        self.violations = [one_line(text, 1000) for text in dict.fromkeys(found)]

    def finish(self, *, strict: bool) -> Capabilities | None:
        """Raise RequestValidationError for the violations, warn of an unknown or deprecated model, and return it."""
        unknown = [self._unknown] if self._unknown else []
        if self.violations or (unknown and strict):
            raise RequestValidationError([*self.violations, *unknown])
        if unknown:
            warn(f"{self._unknown} (it is sent as it is)", UnknownValueWarning)
        elif self.model is not None and (text := self.model.deprecation()):
            warn_once(self.model.id, text)
        return self.model

    def _compared(self, values: Mapping[str, Any]) -> Iterator[Any]:
        """Yield where values depart from the contract, except the model, missing parameters, and pictures."""
        places = (*self._operation.pictures, *self._operation.files)
        skipped = {*MODEL_FIELDS, *(place.path[0] for place in places)}
        given = {name: value for name, value in values.items() if name not in skipped}
        for shape in self._operation.bodies.values():
            if isinstance(shape, Ref):
                for item in find_violations(shape, given):
                    if item.kind not in {"missing", "field"} and item.place:
                        yield item
                return

    def _applicable(self, model: Capabilities) -> Iterator[Rule]:
        for rule in RULES_OF[self._operation.key]:
            if (self._complete or not rule.complete) and rule.state(model.spec) is not None:
                yield rule

    def _of_model(self, model: Capabilities, catalog: Catalog) -> list[str]:
        others = _listed([other.id for other in catalog.of_kind(self._kind or "") if other.id != model.id])
        if model.kind in KINDS and model.kind != self._kind:
            takes = f"{self._operation.key} takes those of the kind {self._kind}"
            return [f"{self._field}: {model.id} is a model of the kind {model.kind}, and {takes}{others}"]
        return [f"{self._field}: {model.id} is offline at present{others}"] if model.offline else []

    def _of_rules(self, model: Capabilities, catalog: Catalog, rules: list[Rule]) -> Iterator[str]:
        for rule in rules:
            text = rule.compare.violation(rule.read(self._values), rule.state(model.spec))
            if text is not None:
                able = _able(rule, catalog.of_kind(self._kind or "")) if isinstance(rule.compare, Refused) else ""
                yield f"{rule.field}: {model.id} {text}{able}"


def check(
    client: SyncClient, checking: Check, *, max_age: float = MAX_AGE, in_call: bool = False
) -> Capabilities | None:
    """
    Check a request. Raises RequestValidationError with all violations, VeniceError where the list can't be fetched.

    `in_call`: a call waits for it. Without a list it is made, with one warning.
    """
    return run_blocking(check_async(client, checking, max_age=max_age, in_call=in_call))


async def check_async(
    client: SyncClient | AsyncClient, checking: Check, *, max_age: float = MAX_AGE, in_call: bool = False
) -> Capabilities | None:
    """Check a request: see `check`. Only the waits of an async client are awaited."""
    source, strict = CatalogSource.of(client), client.check_models == "strict"
    try:
        for age in checking.ages(max_age, strict=strict):
            checking.compare(await source.get_async(client, age, in_call=in_call))
    except VeniceError as error:
        _report(source, error, in_call=in_call)
        checking.compare(None)
    return checking.finish(strict=strict)


def check_of(request: Request) -> Check | None:
    """Return the check of a call; None where its operation uses no model, or nothing is checked."""
    operation = request.operation
    if operation is None or operation.key not in KIND_OF or not request.is_validated:
        return None
    from venice_client.images.embed import Pictured

    body = request.body.body if isinstance(request.body, Pictured) else request.body
    return Check(operation, fields(body), complete=True, extra=request.options.get("extra_body") or {})


def _report(source: CatalogSource, error: VeniceError, *, in_call: bool) -> None:
    """Raise the error; in a call, which is made without a check, warn once, or log it where warnings are errors."""
    if not in_call:
        raise error
    if not source.is_failure_reported:
        source.is_failure_reported = True
        text = one_line(f"calls are made without a check of what their models can do: {error}", 500)
        warn_or_log(text, VeniceWarning)


def _able(rule: Rule, models: list[Capabilities]) -> str:
    """Name the models whose rows state that they can do it."""
    stated = ((model.id, rule.state(model.spec)) for model in models)
    return _listed([name for name, value in stated if value is not None and not rule.compare.limit(value)])


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _MAX_NAMED} more" if len(names) > _MAX_NAMED else ""
    return f"; use one of {', '.join(names[:_MAX_NAMED])}{more}" if names else ""
