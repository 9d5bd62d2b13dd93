"""What the commands tell a person, and how files are saved for one. No command is decided here."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from generator.drift.judge.classes import Class
from generator.errors import GeneratorError
from generator.spec.contract import Facts

if TYPE_CHECKING:
    from generator.drift.report.report import Report
    from generator.generate import Generated

out = Console()
err = Console(stderr=True)


def tell_passed(report: Report | None, origin: str, line: Class) -> None:
    where = "" if report is None else f", and the pin with {origin.split('?', maxsplit=1)[0]}"
    text = f"In step: the generated client with the pin{where}."
    if report is not None and report.comparison.changes + report.accepted + report.findings:
        text = f"Passed: nothing that was not accepted is {line.value} or stronger. The client is not concerned."
    out.print(text, highlight=False, markup=False, soft_wrap=True)


def tell_generated(generated: Generated, target: Path, *, is_pin: bool) -> None:
    out.print(
        f"{generated.operations} operations, {generated.models} models at {shown(target)};"
        f" {len(generated.changed)} files changed.",
        highlight=False, markup=False, soft_wrap=True,
    )  # fmt: skip
    if generated.unmatched and is_pin:
        for action in generated.unmatched:
            err.print(f"overlay: {action} matches nothing in the pin", highlight=False, markup=False, soft_wrap=True)
    elif generated.unmatched:
        err.print(
            f"overlay: {len(generated.unmatched)} actions match nothing in this description; the rest was applied."
        )


def tell_unknown(found: Facts) -> None:
    if found.unknown:
        listed = ", ".join(found.unknown[:5]) + (" ..." if len(found.unknown) > 5 else "")
        text = (
            f"{len(found.unknown)} keys are known to no table of generator/spec/contract.py and were left out: {listed}"
        )
        err.print(text, highlight=False, markup=False, soft_wrap=True)


def version(found: Facts) -> str:
    return str(found.contract.get("info", {}).get("version", "none"))


def save(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            file.write(data)
        Path(file.name).chmod(0o644)
        Path(file.name).replace(path)
    except OSError as error:
        raise GeneratorError(f"{path} cannot be written: {error.strerror}.") from error


def shown(path: Path) -> str:
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
