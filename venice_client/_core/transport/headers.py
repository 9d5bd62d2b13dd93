"""The headers of a response as a mapping, for a library that gives them as bytes."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping
from typing import Any


class Headers(Mapping[str, str]):
    """
    Headers whose names compare without regard to case; it iterates over them in lower case.

    Values of the same name are joined by commas. Text is UTF-8, or Latin-1 where it is not.
    """

    __slots__ = ("_values",)

    def __init__(self, lines: Iterable[tuple[bytes, bytes]]) -> None:
        values: dict[str, str] = {}
        for line in lines:
            name = line[0].decode("latin-1").lower()
            try:
                value = line[1].decode()
            except UnicodeDecodeError:
                value = line[1].decode("latin-1")
            values[name] = f"{values[name]}, {value}" if name in values else value
        self._values = values

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def get(self, name: str, default: Any = None) -> Any:
        """Return the value of a header, or the default."""
        return self._values.get(name.lower(), default)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._values

    def keys(self) -> KeysView[str]:
        """Return the names in lower case."""
        return self._values.keys()

    def items(self) -> ItemsView[str, str]:
        """Return the names in lower case with their values."""
        return self._values.items()

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._values!r})"
