"""Progress: one reporter for bytes, pictures and seconds, by a function or a progress bar."""

from __future__ import annotations

import io
import sys
from typing import Any

import pytest

from venice_client._core.errors import RequestValidationError
from venice_client._core.progress import Reporter, Unit


def test_a_progress_function_gets_done_and_total_and_its_errors_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[Any] = []
    reporter = Reporter(lambda done, total: seen.append((done, total)), "B")
    reporter.report(1, 2)
    reporter.report(2, 2)
    reporter.close()
    assert seen == [(1, 2), (2, 2)]

    def broken(done: float, total: float | None) -> None:
        raise OSError(done)

    Reporter(broken, "picture").report(1)
    assert "progress raised" in caplog.text


@pytest.mark.parametrize(("unit", "shown"), [("B", "512"), ("picture", "512"), ("s", "order: 512 s, usually 900 s")])
def test_a_progress_bar_is_drawn_only_on_a_terminal(monkeypatch: pytest.MonkeyPatch, unit: Unit, shown: str) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for terminal, is_drawn in ((Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr(sys, "stderr", terminal)
        reporter = Reporter(True, unit, title="order" if unit == "s" else "")
        assert terminal.getvalue() == ""
        reporter.report(512, 1024, "usually 900 s" if unit == "s" else "")
        assert (shown in terminal.getvalue()) is is_drawn
        reporter.close()


def test_a_reporter_without_progress_is_silent() -> None:
    assert Reporter(False, "s").is_silent
    assert not Reporter(True, "s").is_silent


@pytest.mark.parametrize("wrong", [1, "yes", None])
def test_an_invalid_progress_option_is_refused(wrong: object) -> None:
    with pytest.raises(RequestValidationError, match="progress must be True, False or callable, got"):
        Reporter(wrong, "B")
