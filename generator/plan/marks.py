"""
Read the overlay's extensions of an operation: cost, texts of arguments, positional arguments, the arguments that a
hand-written method takes itself, jobs, paging. `pictures` reads those on schemas.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from attrs import evolve

from generator.errors import GeneratorError
from generator.plan.naming.identifiers import JOBS
from generator.plan.plan import Keyword, Model, Operation, Paging
from generator.plan.shortcuts import follow


def is_paid(method: str, path: str, operation: Mapping[str, Any]) -> bool:
    """Whether a call costs money: as the overlay says (`x-python-paid`), else if the contract speaks of a payment."""
    said = operation.get("x-python-paid", "x-payment-info" in operation or "402" in operation["responses"])
    if not isinstance(said, bool):
        raise _refused(method, path, "x-python-paid", said, "be true or false")
    return said


def facade_of(method: str, path: str, operation: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The arguments that a hand-written method takes itself (`x-python-facade`); None where there is no such method."""
    said = operation.get("x-python-facade")
    if said is not None and not _is_names(said):
        raise _refused(method, path, "x-python-facade", said, "be a list of names")
    return None if said is None else tuple(said)


def job_of(method: str, path: str, operation: Mapping[str, Any]) -> str:
    """What an order makes (`x-python-job`), in words; "" for an operation that is not an order."""
    said = operation.get("x-python-job", "")
    resource = str(operation["x-python-name"]).rpartition(".")[0]
    if not isinstance(said, str) or (said and resource not in JOBS):
        expected = f"be what is made, in words, on an operation of {' or '.join(JOBS)}"
        raise _refused(method, path, "x-python-job", said, expected)
    return said


def texts_of(method: str, path: str, operation: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the overlay's sentence for each argument (`x-python-arguments`), by names on the wire."""
    said = operation.get("x-python-arguments", {})
    if not isinstance(said, dict) or not all(isinstance(text, str) for text in said.values()):
        raise _refused(method, path, "x-python-arguments", said, "map names to sentences")
    return said


def leading_of(method: str, path: str, operation: Mapping[str, Any]) -> tuple[str, ...]:
    """The arguments, by the names on the wire, that may be given by position (`x-python-leading`): two at most."""
    said = operation.get("x-python-leading", [])
    if not _is_names(said) or len(said) > 2:
        raise _refused(method, path, "x-python-leading", said, "be a list of one or two names")
    return tuple(said)


KEYWORDS: Final = {"e2ee": "bool | tee.Attestation | tee.E2EE"}
"""The keywords that interceptors of the client declare, and their types."""


def keywords_of(method: str, path: str, operation: Mapping[str, Any]) -> tuple[Keyword, ...]:
    """The keywords of interceptors that an operation takes (`x-python-keywords`), with a sentence for each."""
    said = operation.get("x-python-keywords", {})
    if not isinstance(said, Mapping) or not all(name in KEYWORDS and isinstance(said[name], str) for name in said):
        raise _refused(method, path, "x-python-keywords", said, f"map names ({', '.join(KEYWORDS)}) to sentences")
    return tuple(Keyword(name, KEYWORDS[name], text) for name, text in said.items())


def _is_names(said: Any) -> bool:
    return isinstance(said, list) and all(isinstance(name, str) for name in said)


def _refused(method: str, path: str, key: str, said: Any, expected: str) -> GeneratorError:
    return GeneratorError(f"{method.upper()} {path}: {key} is {said!r:.80}, and should {expected}.")


def with_paging(
    operation: Operation, declared: Mapping[str, Any], models: Mapping[str, Model], taken: Collection[str]
) -> Operation:
    """Add the paging of an operation, where the overlay has it and the contract still fits."""
    said = declared.get("x-python-paging")
    if not isinstance(said, Mapping):
        return operation
    function = "iterate" if operation.function == "list" else f"iterate_{operation.function}"
    parameter = next((item.name for item in operation.arguments if item.wire == said.get("parameter")), "")
    page = next((schema for kind, schema in operation.successes.items() if kind.endswith("json")), {})
    found = follow(page, str(said.get("items", "")), models)
    more = follow(page, str(said.get("more", "")), models)
    if not parameter or not found or not found[0] or f"{operation.resource}.{function}" in taken:
        return operation
    items, listed = found
    item = listed.get("items", {})
    return evolve(operation, paging=Paging(function, str(said["by"]), parameter, items, item, more[0] if more else ()))
