"""
The command line: python -m generator.

Exit codes of all commands: 0 in step or done, 1 drift, stale or not possible, 2 usage, 3 a description could not be
fetched or read, or the system refused (disk, permission, lock).
"""

from __future__ import annotations

import shlex
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from generator import console
from generator.bump import CHANGELOG, Drift, drift
from generator.bump import bump as make_bump
from generator.drift.judge.classes import Class
from generator.drift.report.writing import Format, write_report
from generator.errors import GeneratorError, SystemFaultError, printable
from generator.files import CLIENT, PACKAGE, ROOT
from generator.install.staging import writing
from generator.source.document import Fetched, read
from generator.source.fetch import LIVE_URL, fetch
from generator.spec.contract import facts
from generator.spec.pin import ACCEPTED, OVERLAY, PINNED, load_pin
from generator.startup import tidy_rarely

CACHE = ROOT / "build" / "cache"
FETCHED_SHOWN = "build/swagger.yaml"
FETCHED = ROOT / FETCHED_SHOWN
PINNED_SHOWN = f"spec/{PINNED.name}"

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Keep the client in step with the vendor's description of the API.",
    epilog="Exit codes: 0 in step or done; 1 drift, stale, or not possible; 2 usage; 3 could not fetch, read or write.",
)

From = Annotated[str, typer.Option("--from", metavar="URL|FILE", help="Where the description comes from.")]

Force = Annotated[bool, typer.Option("--force", help="Overwrite generated files that were edited.")]

As = Annotated[Format, typer.Option("--format", help="How to write the report.")]


@app.command("fetch")
def fetch_command(
    origin: From = LIVE_URL,
    to: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help=f"Where to put it; by default {FETCHED_SHOWN}.")
    ] = None,
) -> None:
    """
    Fetch a description, check that it is one, and save it as it came.

    In a read-only checkout, and without --out, it is saved in a new folder for temporary files.
    """
    fetched = _fetch(origin)
    found = facts(read(fetched.data, source=fetched.source))
    place = FETCHED if to is None else to
    try:
        console.save(place, fetched.data)
    except SystemFaultError:
        if to is not None:
            raise
        place = Path(tempfile.mkdtemp(prefix="venice-client-")) / FETCHED.name
        console.save(place, fetched.data)
    how = "not modified since it was last fetched" if fetched.not_modified else "fetched"
    what = f"{how}, {len(fetched.data):,} bytes, version {console.version(found)}"
    console.say(f"{fetched.source}: {what}; saved as {console.shown(place)}.")
    console.report_unknown(found)


@app.command()
def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="A file or a URL.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="A file or a URL.")],
    form: As = "text",
    fail_on: Annotated[
        Class | None,
        typer.Option(
            "--fail-on", case_sensitive=False, help="The weakest class that is exit code 1; by default none is."
        ),
    ] = None,
) -> None:
    """Report what differs between two descriptions, and what that means for callers."""
    from generator.drift.assess import assess  # loads the rules

    fetched = [_fetch(old), _fetch(new)]
    before, after = (facts(read(item.data, source=item.source)) for item in fetched)
    report = assess(before.contract, after.contract, before.prose, after.prose)
    write_report(report, form, console.out, new, lambda: fetched[1].data)
    console.report_unknown(after)
    if fail_on is not None and report.reaches(fail_on):
        raise typer.Exit(1)


@app.command()
def check(
    origin: From = LIVE_URL,
    offline: Annotated[bool, typer.Option("--offline", help="Do not compare the pin with what is live.")] = False,
    form: As = "text",
    fail_on: Annotated[
        Class, typer.Option("--fail-on", case_sensitive=False, help="The weakest class that fails the check.")
    ] = Class.LIFECYCLE,
    words: Annotated[
        bool, typer.Option("--words", help="Fail too if an operation has no words, or words have no operation.")
    ] = False,
) -> None:
    """
    Check that the pin is what is live, and that api/ and models/ are byte for byte what the pin gives.

    Findings below the line (prose, the version alone) and those in spec/accepted.toml are reported and pass.

    The last line is PASS or FAIL with the number of findings by class: on stdout, or on stderr beside another --format.
    Where nothing could be fetched or compared, it is FAIL too, with the exit code of that.
    """
    from generator.generate import stale  # loads the renderer

    if offline and form != "text":
        raise typer.BadParameter("--offline compares nothing that could be reported: leave out --format.")
    problems: list[str] = []
    report, code = None, 1
    try:
        differing, generated = stale()
        problems += differing
        console.report_words(generated)
        if words and (generated.without_words or generated.unmatched):
            problems.append("words and operations do not match: complete spec/overlay.yaml")
        if not offline:
            found = _drift(_fetch(origin))
            report = found.report
            console.report_unknown(found.facts)
            if form != "text" or report.findings or report.accepted:
                write_report(report, form, console.out, PINNED_SHOWN, PINNED.read_bytes)
            if report.reaches(fail_on):
                problems.append(
                    found.loss
                    or found.obstacle
                    or f"the pin is behind the description: python -m generator bump{_named(origin)}"
                )
    except GeneratorError as error:
        problems.append(str(error))
        code = error.exit_code
    for problem in problems:
        console.complain(f"check: {problem}")
    if form == "text" and not problems:
        console.report_passed(report, origin, fail_on)
    console.report_verdict(report, len(problems), to_stdout=form == "text")
    if problems:
        raise typer.Exit(code)


@app.command()
def generate(
    spec: Annotated[
        Path | None, typer.Option("--spec", metavar="FILE", help="Another description than the pin.")
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help=f"Make a complete copy at DIR/{PACKAGE} instead."),
    ] = None,
    force: Force = False,
) -> None:
    """
    Make the client: without options, from the pin into this tree.

    With --out, a complete importable copy is made elsewhere and this tree is not changed, so any version of the
    description can be tried.
    """
    from generator.generate import generate as make_client  # loads the renderer

    if spec is not None and to is None:
        raise typer.BadParameter("--spec needs --out DIR; to make another description the pin, use bump --from FILE.")
    found = None
    if spec is not None:
        found = facts(read(_fetch(str(spec)).data, source=str(spec)))
        console.report_unknown(found)
    target = CLIENT if to is None else to.resolve() / PACKAGE
    with writing(target, "generate", console.complain):
        contract = load_pin().contract if found is None else found.contract
        generated = make_client(contract, target, remember=to is None, force=force)
    console.report_generated(generated, target, is_pin=spec is None)


@app.command()
def bump(
    origin: From = LIVE_URL,
    force: Force = False,
    allow_removals: Annotated[
        bool, typer.Option("--allow-removals", help="Take a description that lacks many operations of the pin.")
    ] = False,
) -> None:
    """
    Fetch, diff, pin, generate, and add one entry to the changelog. If any step fails, nothing is changed.

    A description that lacks more than a twentieth of the operations, and more than two, is refused: it may be cut off.
    """
    fetched = _fetch(origin)
    with writing(CLIENT, "bump", console.complain):
        found = drift(fetched)
        if found.is_none:
            console.say("Nothing to do: the pin is what was fetched.")
            return
        write_report(found.report, "text", console.out, PINNED_SHOWN, PINNED.read_bytes)
        console.report_unknown(found.facts)
        generated = make_bump(fetched, found, force=force, allow_removals=allow_removals)
    console.report_generated(generated, CLIENT, is_pin=True)
    console.say(f"Pinned {console.version(found.facts)} ({console.shown(PINNED)}), entry in {CHANGELOG.name}.")
    steps = ["settle the server as described above"] if generated.other_server else []
    if generated.without_words or generated.unmatched:
        steps += [f"complete {console.shown(OVERLAY)} as listed above", "make generate"]
    console.say(f"Next: {', '.join([*steps, 'then make check' if steps else 'make check'])}, and commit.")


names_app = typer.Typer(no_args_is_help=True, help="Keep the lock of public names, spec/names.toml.")
app.add_typer(names_app, name="names")


@names_app.command("prune")
def prune_command(
    is_dry: Annotated[bool, typer.Option("--dry-run", help="List the names, and change nothing.")] = False,
) -> None:
    """
    Drop the aliases that are at least 180 days old, counted between the dates of two pins, and that a release had.

    The client is generated without them, and the changelog gets an entry. Nothing else ever drops a name.
    """
    from generator.prune import prune_names  # loads the renderer

    with writing(CLIENT, "names prune", console.complain):
        found = prune_names(is_dry=is_dry)
    for name in found.dropped:
        console.say(f"{'would drop' if is_dry else 'dropped'} {name}")
    for name in found.waiting:
        console.say(f"kept {name}: old enough, but no release has it as an alias yet")
    if not found.dropped:
        console.say("Nothing to drop: no alias is at least 180 days old and in a release.")


@app.command("history")
def history_command(
    named: Annotated[list[Path] | None, typer.Argument(metavar="DIR_OR_FILES...", help="Descriptions.")] = None,
    repository: Annotated[Path | None, typer.Option("--git", metavar="REPO", help="A git repository instead.")] = None,
    path: Annotated[str, typer.Option("--path", metavar="FILE", help="The file in it.")] = "swagger.yaml",
    since: Annotated[
        datetime | None,
        typer.Option("--since", metavar="DATE", formats=["%Y-%m-%d"], help="With --git: from this day."),
    ] = None,
    form: Annotated[Literal["text", "json", "html"], typer.Option("--format", help="How to write it.")] = "text",
    to: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where to save it.")] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, metavar="N", help="Processes; by default one a core, at most 4.")
    ] = None,
) -> None:
    """
    Walk many descriptions in order and report what each bump meant for callers, a row a bump.

    Files are walked as named; those of a directory as its INDEX.tsv lists them, else by name where the names start with
    dates, else by info.version; those of a git repository in the order of its commits.

    What cannot be read is reported and skipped.
    """
    from generator.history.command import run  # loads the rules
    from generator.history.commits import commits
    from generator.history.order import sources

    if bool(named) == (repository is not None):
        raise typer.BadParameter("Name descriptions, or a git repository with --git REPO --path FILE.")
    if since is not None and repository is None:
        raise typer.BadParameter("--since is for --git REPO.")
    for one in named or ():
        if not one.exists():
            raise typer.BadParameter(f"{one} does not exist.")
    day = f"{since:%Y-%m-%d}" if since else ""
    found, note = sources(named or ()) if repository is None else (commits(repository, path, day), "")
    history = run(found, form=form, to=to, jobs=jobs, console=console.out, save=console.save, note=note)
    if to is not None:
        console.say(f"{history.summary()}; saved as {console.shown(to)}.")
    if any(bump.failed for bump in history.bumps):
        raise typer.Exit(1)


@app.command("version")
def version_command(
    check_: Annotated[
        bool, typer.Option("--check", help="Fail if the version is too low, or a break has no changelog fragment.")
    ] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Write the version and its section of the changelog into this checkout.")
    ] = False,
) -> None:
    """Print the version that is next and why: the strongest change since the last tag."""
    from generator.release import next_version, problems, write_release

    if check_:
        found = problems()
        for problem in found:
            console.complain(f"version: {problem}")
        if found:
            raise typer.Exit(1)
        return
    following = next_version()
    console.say(f"{following.version}: {'; '.join(following.reasons)} (since {following.tag or 'the beginning'})")
    if write:
        write_release(following)


@app.command("rules")
def rules_command(
    form: Annotated[Literal["text", "markdown"], typer.Option("--format", help="How to write the table.")] = "text",
) -> None:
    """Print the rules that findings are judged by: id, class, direction, and a line of help."""
    from generator.drift.rules_page import as_markdown, as_text

    sys.stdout.write(as_text() if form == "text" else as_markdown())


def _fetch(origin: str) -> Fetched:
    with console.terminal_progress() as progress:
        return fetch(origin, cache=CACHE, progress=progress)


def _named(origin: str) -> str:
    """Return the option that names a description; none for the live one. An address may hold a secret."""
    if origin == LIVE_URL:
        return ""
    return f" --from {'...' if {'?', '@'} & {*origin} else printable(shlex.quote(origin), limit=2 * len(origin) + 2)}"


def _drift(fetched: Fetched) -> Drift:
    """Compare a description with the pin, without accepted findings; report entries that match nothing."""
    from generator.drift.judge.accepted import load_accepted

    found = drift(fetched, load_accepted(ACCEPTED))
    for entry in found.report.unmatched:
        console.complain(f"spec/{ACCEPTED.name}: {entry.named} matches nothing any more: remove it")
    return found


def main() -> None:
    """Run the command line: a failure is one message on stderr and an exit code, not a traceback."""
    tidy_rarely()
    console.allow_any_character()
    try:
        try:
            app(prog_name="python -m generator")
        except BrokenPipeError:
            raise
        except OSError as error:
            raise SystemFaultError.of(error) from error
    except GeneratorError as error:
        console.complain(f"error: {error}")
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
