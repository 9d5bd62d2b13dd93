"""`make live` sends the right requests in the right order, reports every step, and shows no key."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.spec.pin import PINNED, load_pin
from tests.conftest import ROOT
from tests.standin import StandIn

KEY = "sk-live-secret-4711"
MODELS = {
    "object": "list",
    "type": "all",
    "data": [
        {"id": name, "type": kind, "object": "model", "owned_by": "x", "created": 1,
         "model_spec": {"offline": offline, "pricing": pricing}}
        for name, kind, offline, pricing in (
            ("dear-edit", "inpaint", False, {"inpaint": {"usd": 0.5, "diem": 0.5}}),
            ("cheap-edit", "inpaint", False, {"inpaint": {"usd": 0.02, "diem": 0.02}}),
            ("offline-edit", "inpaint", True, {"inpaint": {"usd": 0.01, "diem": 0.01}}),
            ("cheap-chat", "text", False, {"input": {"usd": 1, "diem": 1}, "output": {"usd": 2, "diem": 2}}),
            ("dear-chat", "text", False, {"input": {"usd": 9, "diem": 9}, "output": {"usd": 9, "diem": 9}}),
        )
    ],
}  # fmt: skip
ORDER = [
    "GET /models", "POST /image/edit", "POST /chat/completions", "GET /billing/balance",
    "GET /billing/usage-history",
]  # fmt: skip


@pytest.fixture
def vendor() -> Iterator[StandIn]:
    with StandIn(load_pin().contract) as api:
        api.answer("GET /models", body=MODELS)
        yield api


def live(vendor: StandIn, report: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("COV", "PYTEST"))}
    environment |= {"VENICE_API_KEY": KEY, "VENICE_BASE_URL": vendor.base_url, **variables}
    command = [sys.executable, "examples/live.py", "--description", str(PINNED), "--report", str(report)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert "Traceback" not in done.stderr, done.stderr
    assert KEY not in done.stdout + done.stderr
    return done


@pytest.mark.slow
def test_each_step_is_sent_once_in_order_and_the_cost_is_reported(vendor: StandIn, tmp_path: Path) -> None:
    report = tmp_path / "report.md"
    done = live(vendor, report)
    assert done.returncode == 0, done.stdout
    vendor.assert_valid()
    assert [request.operation for request in vendor.requests] == ORDER
    sent: dict[str, Any] = {request.operation: request for request in vendor.requests}
    assert "cheap-edit" in json.dumps(sent["POST /image/edit"].value)
    assert sent["POST /chat/completions"].value["model"] == "cheap-chat"
    assert sent["POST /chat/completions"].value["stream"] is True
    text = report.read_text(encoding="utf-8")
    assert text.count("| passed |") == 6
    assert "$0.0200" in text
    assert KEY not in text


@pytest.mark.slow
def test_a_failed_step_is_reported_and_dependent_steps_are_skipped(vendor: StandIn, tmp_path: Path) -> None:
    vendor.answer("GET /models", status=500, body={"error": f"broken, {KEY}"})
    done = live(vendor, tmp_path / "report.md")
    assert done.returncode == 1
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert (text.count("| passed |"), text.count("| failed |"), text.count("| skipped |")) == (3, 1, 2)
    assert "no model of type inpaint with a price was listed" in text
    assert not {"POST /image/edit", "POST /chat/completions"} & {request.operation for request in vendor.requests}
    assert KEY not in text


def test_without_a_key_nothing_is_sent(vendor: StandIn, tmp_path: Path) -> None:
    done = live(vendor, tmp_path / "report.md", VENICE_API_KEY="")
    assert done.returncode == 2
    assert "VENICE_API_KEY is not set" in done.stderr
    assert vendor.requests == []
