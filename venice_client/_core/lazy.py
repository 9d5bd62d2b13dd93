"""Packages that import a module when one of its names is first touched (PEP 562): a name costs nothing until then."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping
from importlib import import_module


def lazy_attributes(
    package: str,
    modules: Mapping[str, str],
    former: Callable[[str], object] | None = None,
    *,
    packages: Collection[str] = (),
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """
    Return a module's `__getattr__` and `__dir__`.

    `modules` maps a public name to the module, within `package`, that holds it.

    `packages` are the public packages and modules within it, which `import package` makes readable without importing
    them.

    `former` returns what stands for a name that the module had before, and None for any other.

    The values of an alias of literals, `NAME_VALUES`, are found with the alias.
    """

    def load(name: str) -> object:
        if name in packages:
            return import_module(f"{package}.{name}")
        module = modules.get(name) or modules.get(name.removesuffix("_VALUES"))
        found = former(name) if module is None and former is not None and name[:1] != "_" else None
        if found is not None:
            return found
        if module is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}", name=name)
        return getattr(import_module(f"{package}.{module}"), name)

    def names() -> list[str]:
        listed: list[str] = sys.modules[package].__all__
        return sorted([*listed, *packages])

    return load, names
