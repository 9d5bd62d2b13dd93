"""Tables: many small checks of one behaviour in one test."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

Test = Callable[..., None]


def table(names: str | Sequence[str], rows: Iterable[Any]) -> Callable[[Test], Test]:
    """
    Run the test on every row, as `pytest.mark.parametrize` does, but in one test, which reports each row that fails.

    pytest spends about 8 ms on each test: it is worth that only where each row needs fixtures of its own.
    """
    arguments = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    values = [row if len(arguments) > 1 else (row,) for row in rows]
    assert values, "a table needs rows"

    def decorate(test: Test) -> Test:
        signature = inspect.signature(test)

        @functools.wraps(test)
        def run(**fixtures: Any) -> None:
            failures: list[Exception] = []
            for row in values:
                try:
                    test(**fixtures, **dict(zip(arguments, row, strict=True)))
                except Exception as error:  # noqa: BLE001  # all failures are raised together
                    error.add_note(f"in the row {row!r:.1000}")
                    failures.append(error)
            if failures:
                raise ExceptionGroup(f"{len(failures)} of {len(values)} rows fail", failures)

        kept = [parameter for name, parameter in signature.parameters.items() if name not in arguments]
        run.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined]
        return run

    return decorate
