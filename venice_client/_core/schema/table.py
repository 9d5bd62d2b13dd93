"""
The table of all operations. It is imported with the client, and imports no operation itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from venice_client._core.errors import OperationUnavailableError

if TYPE_CHECKING:
    from venice_client._core.schema.operation import Operation


class OperationTable(Mapping[str, "Operation"]):
    """All operations by method and path. An endpoint module is imported when its operation is first read."""

    def __init__(self, package: str, modules: Mapping[str, str], former: Mapping[str, str] | None = None) -> None:
        self._package = package
        self._modules = modules
        self._former = former or {}

    def __contains__(self, key: object) -> bool:
        return key in self._modules or key in self._former

    def __getitem__(self, key: str) -> Operation:
        key = self._former.get(key, key)
        operation: Operation = import_module(f"{self._package}.{self._modules[key]}").OPERATION
        return operation

    def require(self, key: str) -> Operation:
        """Return an operation. Raises OperationUnavailableError where the contract lacks it."""
        if key not in self:
            raise OperationUnavailableError(key)
        return self[key]

    def address(self, key: str) -> str:
        """Return the address of today of an operation that had `key` before; any other address as it is."""
        return self._former.get(key, key)

    def addresses(self, key: str) -> frozenset[str]:
        """Return the address of an operation with those that it had before."""
        return frozenset({key, *(old for old, new in self._former.items() if new == key)})

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)

    def __repr__(self) -> str:
        return f"<{len(self)} operations: {', '.join(list(self)[:3])}, ...>"
