"""An item of work on its way: what is to be sent, or whose outcome it shares."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

import attrs

from venice_client.batch.inputs import Item
from venice_client.batch.result import MapResult


@attrs.frozen
class Job:
    """A picture that is to be sent now."""

    item: Item
    name: str
    source: Any = attrs.field(repr=False)
    """What is passed on to the call."""
    id: str = ""
    base: str = ""


@attrs.frozen
class Twin:
    """An item that is the same job as one under way: its outcome is the other's."""

    item: Item
    name: str
    outcome: Future[MapResult]

    def told(self, outcome: MapResult) -> MapResult:
        """Return the other's outcome as that of this item."""
        item = self.item
        same = "" if outcome.error else f"the same as picture {outcome.index}"
        return attrs.evolve(outcome, index=item.index, name=self.name, source=item.source, skipped=same, tries=0)
