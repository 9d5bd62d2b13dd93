"""
`UNSET`: the default of arguments that may be left out. None means null where the API allows null.

`UNSET` is the one instance of `Unset`. It is falsy, survives pickling and copying as the same object, and is compared
with `is`. An argument that is `UNSET` is not sent.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final, Literal, Self, final


@final
class Unset:
    """The class of `UNSET`, for annotations (`str | Unset`) and `isinstance`. Calling it gives `UNSET`."""

    __slots__ = ()

    _instance: ClassVar[Unset | None] = None

    def __new__(cls) -> Unset:
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __init_subclass__(cls) -> None:
        raise TypeError("Unset is final: there is one UNSET")

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    def __reduce__(self) -> str:
        return "UNSET"  # pickled as the name of this module's constant, so it comes back as the same object

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        return self


UNSET: Final = Unset()


def is_unset(value: object) -> bool:
    """Whether a value means "not given": UNSET, or a sentinel of the openai package, which is not imported."""
    kind = type(value)
    return kind is Unset or (kind.__name__ in _FOREIGN_NAMES and kind.__module__.partition(".")[0] == "openai")


_FOREIGN_NAMES: Final = frozenset({"NotGiven", "Omit"})
