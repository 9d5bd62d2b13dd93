"""The benchmarks run and report correctly. `make bench-check` compares the measurements with their limits."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import answers, measure
from benchmarks.__main__ import main
from benchmarks.page import written
from benchmarks.rows import AIOHTTP, OPENAI, OURS, RAW, ROWS, Figure, Row, limit
from venice_client.api import OPERATIONS

pytestmark = pytest.mark.slow

_ROWS = {(row.name, row.figure): row for row in ROWS}


def test_responses_of_the_benchmark_server_conform_to_the_contract() -> None:
    import msgspec

    from venice_client._core.schema.check import find_violations

    shapes = {"POST /chat/completions": answers.chat(), "POST /embeddings": answers.embeddings()}
    for key, content in {**shapes, "GET /models": answers.models()}.items():
        shape = OPERATIONS[key].successes["application/json"]
        wrong = [
            item for item in find_violations(shape, msgspec.json.decode(content)) if item.kind in ("type", "bound")
        ]
        assert not wrong, key


@pytest.mark.parametrize(
    ("figure", "bar", "most"),
    [("cpu", 1.15, 1.35), ("cpu", 2.0, 2.5), ("cpu", 1.0, 1.2), ("cpu", 0.4, 0.7), ("import", 15, 22.5)],
)
def test_the_check_tolerates_half_of_the_margin(figure: Figure, bar: float, most: float) -> None:
    assert limit(Row("chat", "one chat call", figure, {OURS: bar}), OURS) == pytest.approx(most)


def test_the_page_shows_limits_and_measurements() -> None:
    chat, start = _ROWS["chat", "cpu"], _ROWS["start", "import"]
    table = {
        chat: {RAW: 0.0004, OURS: 0.00044, OPENAI: 0.0012},
        start: {RAW: 0.1, OURS: 0.118, OPENAI: 0.4},
    }
    page = written(table)
    assert "| one chat call | 1.15 | **1.10** |  |  | 3.00 |  | 0.40 ms |" in page
    assert "| import, and a client made | +15 ms | +18 ms |  |  | +300 ms |  | 100.00 ms |" in page
    assert str(Path(sys.prefix)) not in page


def test_this_client_runs_every_benchmark() -> None:
    clients = [RAW, OURS, AIOHTTP]
    with measure.served() as (url, folder):
        for row in ROWS:
            if row.figure == "cpu":
                figures = measure.measured(replace(row, times=1), clients, url, folder, 1)
                assert {RAW, *row.bars} <= set(figures), row.title
                assert all(figure > 0 for figure in figures.values())


def test_the_check_measures_the_requested_row(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["benchmarks", "check", "--row", "models", "--rounds", "1"])
    status = main()
    said = capsys.readouterr()
    assert said.out.startswith("list of 328 models")
    assert status == ("Missed" in said.err)


def test_a_benchmark_client_that_fails_reports_the_cause() -> None:
    command = [sys.executable, "-m", "benchmarks.worker", "benchmarks.clients.raw", "chat", "http://127.0.0.1:9", "."]
    root = Path(measure.__file__).parent.parent
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "ConnectError" in done.stderr
    assert "ready" not in done.stdout
