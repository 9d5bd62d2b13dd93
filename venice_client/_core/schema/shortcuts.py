"""
Read a part of a response by its path: for the shortcuts of models (`completion.text`), and for the items of a page.

A step is the name of an attribute, the index of an item, "*" for all items, or a field and the value that it must have.
Items that all have an own `index` are placed by it: servers send what is ready first, and chunks hold any one choice.
Where a response lacks a step, or holds another type there, nothing is found and nothing raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from venice_client._core.schema.record import Record

G = TypeVar("G", bound=Callable[..., Any])
Step = str | int | tuple[str, str]


def shown_as_text(getter: G) -> G:
    """
    Annotate the getter of one of several texts with `str | None`, at run time.

    jedi, which completes names in IPython, fails at Literal in the annotation of a property: no name of the whole
    object would be completed.
    """
    getter.__annotations__["return"] = "str | None"
    return getter


def read_value(model: object, *steps: Step) -> Any:  # whatever the contract has there
    """Return the value at the end of a path; None where there is none."""
    return next(_found(model, steps), None)


def read_list(model: object, *steps: Step) -> list[Any]:  # as above
    """Return the list at the end of a path, or all values where a step stands for several; empty without any."""
    found = list(_found(model, steps))
    if any(step == "*" or isinstance(step, tuple) for step in steps):
        return found
    return found[0] if found and isinstance(found[0], list) else []


def read_text(model: object, *steps: Step) -> str:
    """Return the text at the end of a path; of parts of a message, the texts together; "" where there is none."""
    parts = [part for value in _found(model, steps) for part in (value if isinstance(value, list) else [value])]
    texts = (part if isinstance(part, str) else _part(part, "text") for part in parts)
    return "".join(text for text in texts if isinstance(text, str))


def _found(value: Any, steps: tuple[Step, ...]) -> Iterator[Any]:
    """Yield what there is at the end of a path, except null."""
    if not steps:
        if value is not None:
            yield value
        return
    step, rest = steps[0], steps[1:]
    if isinstance(step, str) and step != "*":
        yield from _found(_part(value, step), rest)
    elif isinstance(value, list):
        for place, item in _placed(value):
            if step in ("*", place) or (isinstance(step, tuple) and _part(item, step[0]) == step[1]):
                yield from _found(item, rest)


def _placed(items: list[Any]) -> list[tuple[int, Any]]:
    """Return the items of a list with their places, in order."""
    indices = [_part(item, "index") for item in items]
    is_indexed = all(isinstance(index, int) for index in indices) and len(set(indices)) == len(items)
    return sorted(zip(indices if is_indexed else range(len(items)), items, strict=True), key=lambda pair: pair[0])


def _part(value: Any, name: str) -> Any:
    """Return a field of a model, or of an object that fits no model and stays as it came; None for another value."""
    if isinstance(value, Mapping):
        return value.get(name)
    return getattr(value, name, None) if isinstance(value, Record) else None
