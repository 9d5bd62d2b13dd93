"""One command writes at a time; the lock is released with the process that holds it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from generator.errors import SystemFaultError
from generator.install.lock import is_held, locked
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

HOLD = """
import sys, time
from pathlib import Path
from generator.install.lock import locked
with locked(Path(sys.argv[1]), "the holder", waiting=print):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def hold(file: Path, seconds: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLD, str(file), str(seconds)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_waits_and_names_the_holder_of_the_lock(tmp_path: Path) -> None:
    file, said = tmp_path / "lock", list[str]()
    process = hold(file, 0.5)
    assert is_held(file)
    started = time.monotonic()
    with locked(file, "me", waiting=said.append):
        assert time.monotonic() - started > 0.2
    process.communicate(timeout=10)
    assert said == [f"the holder (process {process.pid})"]
    assert list(tmp_path.iterdir()) == []
    assert not is_held(file)


def test_the_lock_of_a_killed_process_is_released(tmp_path: Path) -> None:
    file, said = tmp_path / "lock", list[str]()
    process = hold(file, 60)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=10)
    assert file.exists()
    assert not is_held(file)
    with locked(file, "me", waiting=said.append):
        pass
    assert said == []
    assert list(tmp_path.iterdir()) == []


def test_many_processes_hold_the_lock_one_at_a_time(tmp_path: Path) -> None:
    code = HOLD.replace('print("held", flush=True)', 'print("in", time.monotonic_ns(), flush=True)').replace(
        "time.sleep(float(sys.argv[2]))", 'time.sleep(0.02); print("out", time.monotonic_ns(), flush=True)'
    )
    code = code.replace("waiting=print", "waiting=lambda _: None")
    command = [sys.executable, "-c", code, str(tmp_path / "lock"), "0"]
    processes = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(8)]
    events = []
    for process in processes:
        text, _ = process.communicate(timeout=30)
        events += [(int(line.split()[1]), line.split()[0]) for line in text.splitlines()]
    assert [kind for _, kind in sorted(events)] == ["in", "out"] * 8
    assert list(tmp_path.iterdir()) == []


def test_a_checkout_that_cannot_be_locked_raises_an_error_with_the_cause(tmp_path: Path) -> None:
    with (
        pytest.raises(SystemFaultError, match=r"The checkout cannot be locked: .*missing/lock: No such file"),
        locked(tmp_path / "missing" / "lock", "me", waiting=print),
    ):
        pytest.fail("the block ran")
