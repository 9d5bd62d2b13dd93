"""
What the generator costs, and whether that grows with the description alone: `python -m benchmarks.generator`.

The pinned contract is measured as it is and copied 2, 4 and 8 times, with other paths, operationIds and component
names. Each row is CPU seconds and, behind them, milliseconds for each operation: where growth is linear, these stay.

`history FILES` measures the reading and judging of real descriptions instead: CPU seconds for each bump.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from generator.drift.assess import assess
from generator.history.order import sources
from generator.history.walk import walk
from generator.plan.naming.lock import Names
from generator.source.document import read
from generator.source.yaml_writer import dump
from generator.spec.contract import facts, operations
from generator.spec.overlay import load_file
from generator.spec.pin import OVERLAY, load_pin
from generator.startup import tidy_rarely

COPIES = (1, 2, 4, 8)
_ROUNDS = 3
Contract = Mapping[str, Any]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generator", description=__doc__)
    parser.add_argument("history", nargs="*", type=Path, help="descriptions or their folder, in order")
    if named := parser.parse_args().history:
        _history(named)
        return
    pin = load_pin().contract
    print(f"{'copies':>8}{'operations':>12}" + "".join(f"{name:>26}" for name in _STEPS))
    for copies in COPIES:
        old = copied(pin, copies)
        count = len(operations(old))
        cells = [_cpu(step(old)) for step in _STEPS.values()]
        print(
            f"{copies:>8}{count:>12}" + "".join(f"{cpu:>13.2f} s {1000 * cpu / count:>7.2f} ms" for cpu in cells),
            flush=True,
        )


def copied(contract: Contract, copies: int) -> dict[str, Any]:
    """Return a contract with everything in it so many times, each time under other names."""
    result: dict[str, Any] = {**contract, "paths": {}, "components": {"schemas": {}}}
    for number in range(copies):
        text = json.dumps({key: contract[key] for key in ("paths", "components")})
        if number:
            text = re.sub(r'"#/components/schemas/([^"]*)"', rf'"#/components/schemas/\1Copy{number}"', text)
        part = json.loads(text)
        suffix = f"Copy{number}" if number else ""
        for path, item in part["paths"].items():
            for operation in (one for one in item.values() if isinstance(one, dict) and one.get("operationId")):
                operation["operationId"] += suffix
            result["paths"][f"/copy{number}{path}" if number else path] = item
        for name, schema in part["components"].pop("schemas").items():
            result["components"]["schemas"][f"{name}{suffix}"] = schema
        result["components"] |= part["components"]
    return result


def _changed(contract: Contract) -> dict[str, Any]:
    """Return a contract with a required argument less in one operation: what makes both clients to be planned."""
    new: dict[str, Any] = json.loads(json.dumps(contract))
    body = next(
        media["schema"]
        for operation in operations(new).values()
        for media in operation.get("requestBody", {}).get("content", {}).values()
        if media["schema"].get("properties")
    )
    del body["properties"][next(iter(body["properties"]))]
    return new


def _read(contract: Contract) -> Callable[[], object]:
    data = dump(contract).encode()
    return lambda: facts(read(data))


def _compare(contract: Contract) -> Callable[[], object]:
    new = {**contract, "tags": []}
    return lambda: assess(contract, new, {}, {})


def _plan_both(contract: Contract) -> Callable[[], object]:
    new = _changed(contract)
    return lambda: assess(contract, new, {}, {})


def _generate(contract: Contract) -> Callable[[], object]:
    from generator.plan import plan_of
    from generator.plan.description import describe
    from generator.render.render import render

    overlay = load_file(OVERLAY)

    def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            render(*plan_of(describe(contract, overlay, Names()).document), Path(folder))

    return run


_STEPS: Mapping[str, Callable[[Contract], Callable[[], object]]] = {
    "read": _read, "compare": _compare, "compare two clients": _plan_both, "plan and render": _generate,
}  # fmt: skip


def _cpu(step: Callable[[], object]) -> float:
    """Return the least CPU time of a few runs in this process."""
    found = []
    for _ in range(_ROUNDS):
        start = time.process_time()
        step()
        found.append(time.process_time() - start)
    return min(found)


def _history(named: list[Path]) -> None:
    tidy_rarely()
    start = time.process_time()
    history = walk(sources(named)[0])
    cpu = time.process_time() - start
    print(f"{len(history.bumps)} bumps: {cpu:.1f} s of CPU, {cpu / max(1, len(history.bumps)):.3f} s for each")


if __name__ == "__main__":
    main()
