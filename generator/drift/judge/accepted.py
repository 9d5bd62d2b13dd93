"""
`spec/accepted.toml`: findings that were looked at and that `check` passes, each with a reason.

An entry names a finding by its fingerprint, a hash of its rule and its place, so that it stays accepted when words,
values or the order of a list change. Rule and pointer are for the reader. The file is written by hand and never by a
program.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from attrs import frozen

from generator.drift.judge.findings import Finding
from generator.errors import AcceptedError

_FINGERPRINT = re.compile("[0-9a-f]{12}")
_KEYS = ("fingerprint", "rule", "pointer", "reason")
_TABLE = "accepted"


@frozen
class Accepted:
    """One entry."""

    fingerprint: str
    reason: str
    rule: str = ""
    pointer: str = ""

    @property
    def named(self) -> str:
        """The entry as the file shows it."""
        about = " ".join(filter(None, (self.rule, self.pointer)))
        return f"{self.fingerprint} ({about})" if about else self.fingerprint


def load_accepted(path: Path) -> tuple[Accepted, ...]:
    """Read the entries, in the order of the file; none where there is no file. Raises AcceptedError."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise _wrong(path, f"it cannot be read: {error.strerror}") from error
    except ValueError as error:  # no TOML, or no UTF-8
        raise _wrong(path, f"it is not TOML: {error}") from error
    if extra := sorted(found.keys() - {_TABLE}):
        raise _wrong(path, f"it holds {', '.join(extra)}, and nothing but [[{_TABLE}]] is known")
    rows = found.get(_TABLE, [])
    if not isinstance(rows, list):
        raise _wrong(path, f"an entry starts with [[{_TABLE}]], in two brackets")
    entries = tuple(_entry(path, number, row) for number, row in enumerate(rows, 1))
    seen: set[str] = set()
    for entry in entries:
        if entry.fingerprint in seen:
            raise _wrong(path, f"{entry.named} is there twice")
        seen.add(entry.fingerprint)
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


def _entry(path: Path, number: int, row: Any) -> Accepted:
    if not isinstance(row, dict) or not all(isinstance(value, str) for value in row.values()):
        raise _wrong(path, f"entry {number} is not made of texts")
    if extra := sorted(row.keys() - set(_KEYS)):
        raise _wrong(path, f"entry {number} has {', '.join(extra)}; it may have {', '.join(_KEYS)}")
    if not _FINGERPRINT.fullmatch(row.get("fingerprint", "")):
        raise _wrong(path, f"entry {number} has no fingerprint of 12 hexadecimal digits, as the json report has it")
    if not row.get("reason", "").strip():
        raise _wrong(path, f"entry {number} ({row['fingerprint']}) gives no reason")
    return Accepted(**row)


def _wrong(path: Path, cause: str) -> AcceptedError:
    return AcceptedError(f"{path.parent.name}/{path.name}: {cause}. See docs/drift.md for its form.")
