"""
Errors of the generator, and text that is safe to show.

    GeneratorError          exit code 1: the work could not be done; nothing was changed
    ├── UnreadableError     exit code 3: a description could not be fetched or read; the pin is unchanged
    ├── SystemFaultError    exit code 3: the disk, a permission or a lock stopped the work
    ├── OverlayError        a file that is not an overlay, or an action that no longer matches the pin
    ├── AcceptedError       exit code 2: spec/accepted.toml is malformed
    └── VerificationError   the generated client is not what the contract declares
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol


class GeneratorError(Exception):
    """Base of all errors that the generator raises on purpose; its text is shown without a traceback."""

    exit_code = 1


class Mark(Protocol):
    """Position in a text, counted from 0, as PyYAML's marks have it."""

    line: int
    column: int


class UnreadableError(GeneratorError):
    """A description could not be fetched or read. The text says what was tried and what was found."""

    exit_code = 3
    what = ""
    """What was found, and where: for an error about another kind of file."""

    @classmethod
    def found(
        cls,
        source: str,
        found: str,
        mark: Mark | None = None,
        *,
        advice: str = "Fetch it again, or name another file.",
    ) -> UnreadableError:
        """Return the error for what was found in a source, with the position where there is one."""
        place = "" if mark is None else f" at line {mark.line + 1}, column {mark.column + 1}"
        error = cls(f"{source} cannot be read: found {found}{place}. {advice}")
        error.what = f"found {found}{place}"
        return error


class SystemFaultError(GeneratorError):
    """The operating system refused something: no room, no permission, a lock that is held."""

    exit_code = 3

    @classmethod
    def of(cls, error: OSError, *, doing: str = "") -> SystemFaultError:
        """Return the error for one of the system: what could not be done, where, and why."""
        names = [str(name) for name in (error.filename, error.filename2) if name]
        where = printable(" -> ".join(names), limit=300)
        cause = error.strerror or str(error) or type(error).__name__
        return cls(": ".join(filter(None, (doing, where, cause))) + ". Nothing was changed.")


class OverlayError(GeneratorError):
    """An overlay cannot be applied, or no longer matches the pinned contract."""


class AcceptedError(GeneratorError):
    """The list of accepted findings is malformed and has to be corrected by hand."""

    exit_code = 2


class VerificationError(GeneratorError):
    """The rendered client lost something of the contract, or does not import."""


@contextmanager
def system_faults(doing: str) -> Iterator[None]:
    """Raise SystemFaultError for an OSError of the block; `doing` says what could not be done."""
    try:
        yield
    except OSError as error:
        raise SystemFaultError.of(error, doing=doing) from error


def counted(count: int, noun: str) -> str:
    """Return a number with its noun, in the plural except for 1."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def first_few(words: Sequence[str], many: int = 5) -> str:
    """Return the first few of some words as a list, and how many more there are."""
    more = f" and {len(words) - many} more" if len(words) > many else ""
    return ", ".join(words[:many]) + more


def printable(text: str, *, limit: int = 80) -> str:
    """Return one line that is safe to show: white space joined, control characters removed, cut at `limit`."""
    text = text[: 20 * limit]
    if not text.isprintable():
        text = "".join(c for c in text if c.isprintable() or c.isspace())
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
