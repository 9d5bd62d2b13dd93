"""
The next version of the client: from what changed in the contract since the last tag, and from the changelog fragments.

Before 1.0.0, a break raises the minor version and everything else the patch. The public Python API is compared with
that of the tag by griffe, so that a break that no fragment names is found.
"""

from __future__ import annotations

import datetime
import re
import subprocess
import sys
from typing import Literal

from attrs import frozen

from generator.errors import GeneratorError, UnreadableError, counted
from generator.files import CLIENT, PACKAGE, ROOT
from generator.git import git, show
from generator.source.document import read
from generator.spec.contract import facts
from generator.spec.pin import PINNED, load_pin

Level = Literal["major", "minor", "patch"]

FRAGMENTS = ROOT / "changelog.d"
_KINDS: dict[str, Level] = {"breaking": "major", "added": "minor", "fixed": "patch"}
_ORDER: tuple[Level, ...] = ("patch", "minor", "major")
_VERSION = re.compile(r'^__version__ = "([0-9]+)\.([0-9]+)\.([0-9]+)"$', re.MULTILINE)


@frozen(order=True)
class Version:
    """A version of three numbers."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    def raised(self, level: Level) -> Version:
        """Return the next version for a change of a level."""
        if level == "major" and self.major:
            return Version(self.major + 1, 0, 0)
        if level == "major" or (level == "minor" and self.major):
            return Version(self.major, self.minor + 1, 0)
        return Version(self.major, self.minor, self.patch + 1)


@frozen
class Next:
    """The version that is next, and why."""

    tag: str | None
    current: Version
    version: Version
    reasons: tuple[str, ...]
    breaks: bool
    """Whether the reasons name a break."""


def current_version() -> Version:
    """Return the version that the client has in this checkout."""
    match = _VERSION.search((CLIENT / "__init__.py").read_text(encoding="utf-8"))
    if match is None:
        raise GeneratorError(f'{PACKAGE}/__init__.py has no line __version__ = "X.Y.Z".')
    return Version(*map(int, match.groups()))


def next_version() -> Next:
    """Return the version that is next. Without a tag it is the one in the checkout: the first release."""
    current, tag = current_version(), last_tag()
    if tag is None:
        return Next(None, current, current, ("there is no release yet",), breaks=True)
    levels: dict[Level, list[str]] = {level: [] for level in _ORDER}
    level, reason = _contract_level(tag)
    if level is not None:
        levels[level].append(reason)
    for kind, level_of_kind in _KINDS.items():
        if files := [*FRAGMENTS.glob(f"*.{kind}*.md")]:
            levels[level_of_kind].append(f"{counted(len(files), 'changelog fragment')} of kind {kind}")
    strongest = next((level for level in reversed(_ORDER) if levels[level]), None)
    released = Version(*map(int, tag.removeprefix("v").split(".")))
    if strongest is None:
        return Next(tag, current, released, ("nothing that users see changed",), breaks=False)
    reasons = tuple(reason for level in reversed(_ORDER) for reason in levels[level])
    return Next(tag, current, released.raised(strongest), reasons, breaks=bool(levels["major"]))


def problems() -> list[str]:
    """Return what is wrong with the version in this checkout, as problems to report."""
    found = next_version()
    if found.tag is None:
        return []
    wrong = []
    breaks = _python_breaks(found.tag)
    if breaks and not found.breaks:
        listed = "\n  ".join(breaks[:20])
        wrong.append(f"the public API breaks since {found.tag}; add changelog.d/NAME.breaking.md about it:\n  {listed}")
    released = Version(*map(int, found.tag.removeprefix("v").split(".")))
    if released < found.current < found.version:
        wrong.append(f"version {found.current} is too low: it must be {found.version} ({'; '.join(found.reasons)})")
    return wrong


def write_release(found: Next) -> None:
    """Write the next version into the client and make a section of the changelog from the fragments."""
    init = CLIENT / "__init__.py"
    text = init.read_text(encoding="utf-8")
    init.write_text(_VERSION.sub(f'__version__ = "{found.version}"', text), encoding="utf-8", newline="\n")
    date = datetime.datetime.now(datetime.UTC).date().isoformat()
    command = [sys.executable, "-m", "towncrier", "build", "--yes", "--version", str(found.version), "--date", date]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise GeneratorError(f"towncrier failed: {(done.stderr or done.stdout).strip()[-500:]}")


def _contract_level(tag: str) -> tuple[Level | None, str]:
    from generator.drift.assess import assess

    try:
        old = facts(read(show(tag, PINNED), source=f"{tag}:{PINNED.name}"))
    except UnreadableError as error:
        raise GeneratorError(f"The contract of {tag} cannot be read: {error}") from error
    report = assess(old.contract, load_pin().contract, {}, {})
    strongest = report.strongest
    return report.suggested_bump, f"the contract changed by {strongest.value if strongest else 'nothing'} findings"


def _python_breaks(tag: str) -> list[str]:
    command = [sys.executable, "-m", "griffe", "check", PACKAGE, "--against", tag, "--format", "oneline", "--no-color"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    if done.returncode not in (0, 1):
        raise GeneratorError(f"griffe failed: {' '.join(lines)[-500:]}")
    return lines if done.returncode == 1 else []


def last_tag() -> str | None:
    """Return the tag of the last release; None before the first one."""
    try:
        tag = git(ROOT, "describe", "--tags", "--abbrev=0", "--match", "v[0-9]*.[0-9]*.[0-9]*").decode().strip()
    except GeneratorError:
        return None
    return tag if re.fullmatch(r"v[0-9]+\.[0-9]+\.[0-9]+", tag) else None
