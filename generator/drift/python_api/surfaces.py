"""
The Python surfaces of an old and a new contract, made when they are first needed.

Planning a client takes several times as long as comparing two contracts, and so does loading what plans it: most bumps
do without both.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from generator.drift.python_api.surface import Surface
    from generator.plan import Version
    from generator.plan.naming.lock import Names
    from generator.spec.overlay import Overlay


class Surfaces:
    """
    The two surfaces.

    `names` is the lock of the old contract, where it is the pin. The new one keeps the names of the old one, as a bump
    does: the report of two descriptions depends on nothing else.
    """

    def __init__(self, old: Mapping[str, Any], new: Mapping[str, Any], names: Names | None = None) -> None:
        self._contracts, self._names = (old, new), names

    @cached_property
    def old(self) -> Surface:
        """The old surface. Raises GeneratorError where no client can be made."""
        from generator.drift.python_api.surface import Surface

        return Surface(self._before)

    @cached_property
    def new(self) -> Surface:
        """The new surface. Raises GeneratorError where no client can be made."""
        from generator.drift.python_api.surface import Surface
        from generator.plan import plan_version

        return Surface(plan_version(self._contracts[1], overlay(), before=self._before))

    @cached_property
    def _before(self) -> Version:
        from generator.plan import plan_version

        return plan_version(self._contracts[0], overlay(), names=self._names)


@cache
def overlay() -> Overlay:
    """Return the overlay of this tree. Reading it takes as long as applying it twice."""
    from generator.spec.overlay import load_file
    from generator.spec.pin import OVERLAY

    return load_file(OVERLAY)
