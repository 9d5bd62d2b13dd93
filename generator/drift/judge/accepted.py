"""
`spec/accepted.toml`: findings that were looked at and that `check` passes, each with a reason.

An entry names a finding by its fingerprint, a hash of its rule and its place, so that it stays accepted when words,
values or the order of a list change. Rule and pointer are for the reader. The file is written by hand and never by a
program.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct, ValidationError, toml

from generator.drift.judge.findings import Finding
from generator.errors import AcceptedError


class Accepted(Struct, frozen=True, forbid_unknown_fields=True):
    """One entry."""

    fingerprint: Annotated[str, Meta(pattern=r"\A[0-9a-f]{12}\Z")]
    reason: Annotated[str, Meta(pattern=r"\S")]
    rule: str = ""
    pointer: str = ""

    @property
    def named(self) -> str:
        """The entry as the file shows it."""
        about = " ".join(filter(None, (self.rule, self.pointer)))
        return f"{self.fingerprint} ({about})" if about else self.fingerprint


class _File(Struct, forbid_unknown_fields=True):
    accepted: tuple[Accepted, ...] = ()


def load_accepted(path: Path) -> tuple[Accepted, ...]:
    """Read the entries, in the order of the file; none where there is no file. Raises AcceptedError."""
    try:
        entries = toml.decode(path.read_bytes(), type=_File).accepted
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise _wrong(path, f"it cannot be read: {error.strerror}") from error
    except ValidationError as error:
        raise _wrong(path, str(error)) from error
    except ValueError as error:  # no TOML, or no UTF-8
        raise _wrong(path, f"it is not TOML: {error}") from error
    names = [entry.fingerprint for entry in entries]
    for entry in entries:
        if names.count(entry.fingerprint) > 1:
            raise _wrong(path, f"{entry.named} is there twice")
    return entries


def divided(
    findings: Iterable[Finding], entries: Iterable[Accepted]
) -> tuple[tuple[Finding, ...], tuple[tuple[Finding, Accepted], ...], tuple[Accepted, ...]]:
    """
    Return the findings that are left, those that were accepted, and the entries that match nothing.

    A finding is accepted by the fingerprint of any of its places.
    """
    waiting = {entry.fingerprint: entry for entry in entries}
    left: list[Finding] = []
    accepted: list[tuple[Finding, Accepted]] = []
    matched: set[str] = set()
    for finding in findings:
        known = [waiting[one] for one in finding.fingerprints if one in waiting]
        if not known:
            left.append(finding)
        else:
            accepted.append((finding, known[0]))
            matched.update(entry.fingerprint for entry in known)
    unmatched = tuple(entry for name, entry in waiting.items() if name not in matched)
    return tuple(left), tuple(accepted), unmatched


def _wrong(path: Path, cause: str) -> AcceptedError:
    return AcceptedError(f"{path.parent.name}/{path.name}: {cause}. See docs/drift.md for its form.")
