"""
Contracts of 48 published versions of the API, facts only, as `generator.spec.contract` keeps them.

`tests/data/contracts` holds one compressed JSON file a version, and `order.txt`, the names in order of publication.
A name is the date, a dot, and the start of a hash: `contract("2026-08-22")` finds a version by the start of its name.
"""

from __future__ import annotations

import copy
import json
import lzma
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data" / "contracts"
VERSIONS: tuple[str, ...] = tuple((DATA / "order.txt").read_text(encoding="utf-8").split())
"""All names, oldest first."""
PAIRS: tuple[tuple[str, str], ...] = tuple(pairwise(VERSIONS))
"""Each version with the next."""
NEWEST = VERSIONS[-1]

Document = dict[str, Any]


def contract(start: str) -> Document:
    """Return a new copy of the contract whose name starts so; ValueError unless exactly one does."""
    found = [name for name in VERSIONS if name.startswith(start)]
    if len(found) != 1:
        raise ValueError(f"{len(found)} versions start with {start!r}: {', '.join(found)}")
    document: Document = json.loads(_text(found[0]))
    return document


@cache
def _text(name: str) -> str:
    return lzma.decompress((DATA / f"{name}.json.xz").read_bytes()).decode()


def with_one_operation_more(contract: Document) -> Document:
    """Return a copy of a contract as a later version of it: with POST /image/describe."""
    newer = copy.deepcopy(contract)
    newer["info"]["version"] = "20991231.000000"
    newer["paths"]["/image/describe"] = {
        "post": {
            "operationId": "describeImage",
            "tags": ["Image"],
            "responses": {"200": {"content": {"application/json": {"schema": {"type": "object"}}}}},
        }
    }
    return newer
