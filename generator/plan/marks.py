"""
Read the overlay's extensions of an operation: cost, texts of arguments, positional arguments, the arguments that a
hand-written method takes itself, jobs, paging. `pictures` reads those on schemas.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, Any, Final, Literal

from attrs import evolve
from msgspec import Meta, Struct, field

from generator.errors import GeneratorError
from generator.plan.extensions import read_extension
from generator.plan.naming.identifiers import JOBS
from generator.plan.plan import Keyword, Model, Operation, Paging
from generator.plan.shortcuts import follow

KEYWORDS: Final = {"e2ee": "bool | tee.Attestation | tee.E2EE"}
"""The keywords that interceptors of the client declare, and their types."""


class PagingMark(Struct, frozen=True, forbid_unknown_fields=True):
    """How the pages of a list follow each other, in names on the wire."""

    by: Literal["offset", "page", "cursor"]
    parameter: str
    items: str
    more: str = ""


class Marks(Struct, frozen=True, rename=lambda name: f"x-python-{name}"):
    """What the overlay says of an operation."""

    paid: bool | None = None
    """Whether a call costs money; None where the contract says it, or once said it: by a price or the status 402."""
    facade: tuple[str, ...] | None = None
    """The arguments that a hand-written method takes itself; None where there is no such method."""
    job: str = ""
    """What an order makes, in words; "" for an operation that is not an order."""
    arguments: dict[str, str] = field(default_factory=dict)
    """A sentence for each argument, by names on the wire."""
    leading: Annotated[tuple[str, ...], Meta(max_length=2)] = ()
    """The arguments, by the names on the wire, that may be given by position."""
    keywords: dict[Literal["e2ee"], str] = field(default_factory=dict)
    """The keywords of interceptors that it takes, with a sentence for each."""
    paging: PagingMark | None = None


def marks_of(method: str, path: str, operation: Mapping[str, Any]) -> Marks:
    """Return the marks of an operation. Raises GeneratorError for one of another form, or that does not fit it."""
    where = f"{method.upper()} {path}"
    marks = read_extension(operation, Marks, where)
    if marks.job and str(operation["x-python-name"]).rpartition(".")[0] not in JOBS:
        raise GeneratorError(f"{where}: x-python-job should be on an operation of {' or '.join(JOBS)}.")
    return marks


def keywords_of(marks: Marks) -> tuple[Keyword, ...]:
    """Return the keywords of interceptors that an operation takes."""
    return tuple(Keyword(name, KEYWORDS[name], text) for name, text in marks.keywords.items())


def with_paging(
    operation: Operation, said: PagingMark | None, models: Mapping[str, Model], taken: Collection[str]
) -> Operation:
    """Add the paging of an operation, where the overlay has it and the contract still fits."""
    if said is None:
        return operation
    function = "iterate" if operation.function == "list" else f"iterate_{operation.function}"
    parameter = next((item.name for item in operation.arguments if item.wire == said.parameter), "")
    page = next((schema for kind, schema in operation.successes.items() if kind.endswith("json")), {})
    found = follow(page, said.items, models)
    more = follow(page, said.more, models)
    if not parameter or not found or not found[0] or f"{operation.resource}.{function}" in taken:
        return operation
    items, listed = found
    item = listed.get("items", {})
    return evolve(operation, paging=Paging(function, said.by, parameter, items, item, more[0] if more else ()))
