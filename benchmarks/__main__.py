"""The command line of the benchmarks: `python -m benchmarks`, `python -m benchmarks check`; see the package."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.measure import measured, python_of, relative, served
from benchmarks.page import written
from benchmarks.rows import AIOHTTP, CLIENTS, OURS, RAW, ROWS, Row, limit

_PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"


def main() -> int:
    """Measure, and print the figures."""
    names = dict.fromkeys(row.name for row in ROWS)
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("action", choices=["page", "show", "check"], nargs="?", default="show")
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--row", action="append", choices=names, help="a row by its name; all of them without it")
    chosen = parser.parse_args()
    rows = [row for row in ROWS if not chosen.row or row.name in chosen.row]
    if chosen.action == "check":
        return _check(rows, chosen.rounds)
    clients = [client for client in CLIENTS if python_of(client)]
    table: dict[Row, dict[str, float]] = {}
    with served() as (url, folder):
        for row in rows:
            try:
                table[row] = measured(row, clients, url, folder, chosen.rounds)
            except RuntimeError as error:
                print(error, file=sys.stderr)
            else:
                _report(row, table[row])
    if chosen.action == "page":
        _PAGE.write_text(written(table), encoding="utf-8")
    return 0


def _check(rows: list[Row], rounds: int) -> int:
    """Measure up to three times, each time what has missed its limit; what misses it thrice fails."""
    missed: list[Row] = rows
    for _ in range(3):
        with served() as (url, folder):
            missed = [row for row in missed if not _holds(row, url, folder, rounds)]
        if not missed:
            return 0
    for row in missed:
        print(f"Missed: {row.title}", file=sys.stderr)
    return 1


def _holds(row: Row, url: str, folder: Path, rounds: int) -> bool:
    figures = measured(row, [RAW, OURS, AIOHTTP], url, folder, rounds)
    _report(row, figures)
    return all(relative(row, figures)[client] <= limit(row, client) for client in row.bars)


def _report(row: Row, figures: dict[str, float]) -> None:
    found = relative(row, figures)
    parts = []
    for client, figure in found.items():
        bar = f" (bar {row.bars[client]:g}, limit {limit(row, client):.3g})" if client in row.bars else ""
        parts.append(f"{client} {figure:.3g}{bar}")
    print(f"{row.title}: {'; '.join(parts)}; 1 is {figures[RAW]:.4g}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
