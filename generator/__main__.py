"""
The command line: python -m generator.

Exit codes of all commands: 0 in step or done, 1 drift, stale or not possible, 2 usage, 3 could not fetch or read.
"""

from __future__ import annotations

import sys
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from generator.bump import CHANGELOG, Drift, drift
from generator.bump import bump as make_bump
from generator.contract import Facts, facts
from generator.document import read
from generator.drift.compare import Comparison, compare_facts
from generator.drift.report import as_json, headline, print_text
from generator.errors import GeneratorError
from generator.fetch import LIVE_URL, Fetched, fetch, terminal_progress
from generator.pin import PINNED, load_pin
from generator.tree import CLIENT, PACKAGE, ROOT

if TYPE_CHECKING:
    from generator.generate import Generated

CACHE = ROOT / "build" / "cache"
FETCHED = ROOT / "build" / "swagger.yaml"

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Keep the client in step with the vendor's description of the API.",
    epilog="Exit codes: 0 in step or done; 1 drift, stale, or not possible; 2 usage; 3 could not fetch or read.",
)
out = Console()
err = Console(stderr=True)

From = Annotated[str, typer.Option("--from", metavar="URL|FILE", help="Where the description comes from.")]


class Format(StrEnum):
    """How a report is written."""

    TEXT = "text"
    JSON = "json"


@app.command("fetch")
def fetch_command(
    origin: From = LIVE_URL,
    to: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to put it.")] = FETCHED,
) -> None:
    """Fetch a description, check that it is one, and save it as it came."""
    fetched = _fetch(origin)
    found = facts(read(fetched.data, source=fetched.source))
    _save(to, fetched.data)
    how = "not modified since it was last fetched" if fetched.not_modified else "fetched"
    out.print(
        f"{fetched.source}: {how}, {len(fetched.data):,} bytes, version {_version(found)}; saved as {_shown(to)}.",
        highlight=False, markup=False, soft_wrap=True,
    )  # fmt: skip
    _tell_unknown(found)


@app.command()
def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="A file or a URL.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="A file or a URL.")],
    form: Annotated[Format, typer.Option("--format", help="How to write the report.")] = Format.TEXT,
) -> None:
    """Tell every fact that differs between two descriptions, with the operations that it reaches."""
    before, after = (facts(read(item.data, source=item.source)) for item in (_fetch(old), _fetch(new)))
    comparison = compare_facts(before.contract, after.contract, old_prose=before.prose, new_prose=after.prose)
    _report(comparison, form)


@app.command()
def check(
    origin: From = LIVE_URL,
    offline: Annotated[bool, typer.Option("--offline", help="Do not compare the pin with what is live.")] = False,
) -> None:
    """
    Check that the pin is what is live, and that api/ and models/ are byte for byte what the pin gives.

    A change of prose or of the version alone is told of and passes.
    """
    problems = _stale()
    if not offline:
        found = drift(_fetch(origin))
        if found.matters:
            _report(found.comparison, Format.TEXT)
            problems.append("the pin is behind the description: python -m generator bump")
        else:
            _tell_small(found)
    for problem in problems:
        err.print(f"check: {problem}", highlight=False, markup=False, soft_wrap=True)
    if problems:
        raise typer.Exit(1)
    where = "" if offline else f", and the pin with {origin.split('?')[0]}"
    out.print(f"In step: the generated client with the pin{where}.", highlight=False, markup=False, soft_wrap=True)


@app.command()
def generate(
    spec: Annotated[
        Path | None, typer.Option("--spec", metavar="FILE", help="Another description than the pin.")
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help=f"Make a complete copy at DIR/{PACKAGE} instead."),
    ] = None,
) -> None:
    """
    Make the client: without options, from the pin into this tree.

    With --out, a complete importable copy is made elsewhere and this tree is left alone, so any version of the
    description can be tried.
    """
    from generator.generate import generate as make_client  # loads the renderer

    if spec is not None and to is None:
        raise typer.BadParameter("--spec needs --out DIR; to make another description the pin, use bump --from FILE.")
    if spec is None:
        contract = load_pin().contract
    else:
        found = facts(read(_fetch(str(spec)).data, source=str(spec)))
        _tell_unknown(found)
        contract = found.contract
    target = CLIENT if to is None else to.resolve() / PACKAGE
    generated = make_client(contract, target)
    _tell_generated(generated, target, is_pin=spec is None)


@app.command()
def bump(origin: From = LIVE_URL) -> None:
    """Fetch, diff, pin, generate, and add one entry to the changelog. If any step fails, nothing is changed."""
    fetched = _fetch(origin)
    found = drift(fetched)
    if not found.comparison.changes and not found.comparison.prose.count:
        out.print("Nothing to do: the pin is what was fetched.")
        return
    _report(found.comparison, Format.TEXT)
    generated = make_bump(fetched, found, headline(found.comparison))
    _tell_generated(generated, CLIENT, is_pin=True)
    out.print(f"Pinned {_version(found.facts)} ({_shown(PINNED)}), entry in {CHANGELOG.name}.", highlight=False)


def _fetch(origin: str) -> Fetched:
    with terminal_progress() as progress:
        return fetch(origin, cache=CACHE, progress=progress)


def _stale() -> list[str]:
    """What in the tree is not what the pin and the overlay give."""
    from generator.generate import built  # loads the renderer

    pin = load_pin()
    with built(pin.contract, CLIENT) as (_stage, generated):
        changed, unmatched = generated.changed, generated.unmatched
    problems = [f"spec/overlay.yaml: {action} matches nothing in the pin" for action in unmatched]
    if changed:
        listed = ", ".join(changed[:5]) + (f" and {len(changed) - 5} more" if len(changed) > 5 else "")
        problems.append(
            f"{len(changed)} generated files are not what the pin gives ({listed}): python -m generator generate"
        )
    return problems


def _report(comparison: Comparison, form: Format) -> None:
    if form is Format.JSON:
        sys.stdout.write(as_json(comparison) + "\n")
    else:
        print_text(comparison, out)


def _tell_small(found: Drift) -> None:
    if found.comparison.prose.count or found.comparison.changes:
        out.print(f"{headline(found.comparison)} The client is not concerned.", highlight=False, markup=False)


def _tell_generated(generated: Generated, target: Path, *, is_pin: bool) -> None:
    out.print(
        f"{generated.operations} operations, {generated.models} models at {_shown(target)};"
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


def _tell_unknown(found: Facts) -> None:
    if found.unknown:
        listed = ", ".join(found.unknown[:5]) + (" ..." if len(found.unknown) > 5 else "")
        text = f"{len(found.unknown)} keys are known to no table of generator/contract.py and were left out: {listed}"
        err.print(text, highlight=False, markup=False, soft_wrap=True)


def _version(found: Facts) -> str:
    return str(found.contract.get("info", {}).get("version", "none"))


def _save(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            file.write(data)
        Path(file.name).chmod(0o644)
        Path(file.name).replace(path)
    except OSError as error:
        raise GeneratorError(f"{path} cannot be written: {error.strerror}.") from error


def _shown(path: Path) -> str:
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def main() -> None:
    """Run the command line; an error of ours is one message on stderr, not a traceback."""
    try:
        app(prog_name="python -m generator")
    except GeneratorError as error:
        err.print(f"error: {error}", highlight=False, markup=False, soft_wrap=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
