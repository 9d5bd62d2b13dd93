"""
What saves time at the start of a process: fewer searches for garbage, and no libraries that nothing will use.

openapi-python-client imports an HTTP client to download descriptions; it is given a document here. To load that client
takes longer than to compare two descriptions.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

_UNTIDY = 100_000  # a description is a hundred thousand objects that stay


def tidy_rarely() -> None:
    """Let this process collect garbage rarely, which takes a third of the time else and frees a tenth of the memory."""
    gc.set_threshold(_UNTIDY)
    atexit.register(gc.freeze)  # Python searches all that is left at the end


class _Postponed(ModuleType):
    """Stands for a module in the globals of the library, and loads it when something of it is read."""

    def __getattr__(self, name: str) -> Any:  # what a module holds can be anything
        return getattr(importlib.import_module(self.__name__), name)


@contextmanager
def postponed(*names: str) -> Iterator[None]:
    """Let modules imported inside of the block import these ones without loading them. Other code is not affected."""
    added = {name: _Postponed(name) for name in names if name not in sys.modules}
    sys.modules.update(added)
    try:
        yield
    finally:
        for name, module in added.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]
