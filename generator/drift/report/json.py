"""
A report as JSON, for programs: one object, the same bytes in every run. docs/drift.md says what is in it.

`SCHEMA_VERSION` is raised when a reader of the older form would go wrong; a new key does not raise it.
"""

from __future__ import annotations

import json
import re
from typing import Any

from generator.drift.compare.changes import Change
from generator.drift.judge.accepted import Accepted
from generator.drift.judge.findings import Finding
from generator.drift.report.report import Report
from generator.drift.report.wording import message

SCHEMA_VERSION = 2
# What JSON may hold as it is, but a terminal or an encoder should not get.
_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]")


def as_json(report: Report) -> str:
    """Return the report as JSON, without a line end."""
    comparison, prose = report.comparison, report.comparison.prose
    strongest = report.strongest
    document = {
        "schema_version": SCHEMA_VERSION,
        "old_version": comparison.old_version,
        "new_version": comparison.new_version,
        "headline": report.headline,
        "class": None if strongest is None else strongest.value,
        "suggested_bump": report.suggested_bump,
        "counts": {cls.value: count for cls, count in report.counts.items()},
        "findings": [_finding(finding) for finding in report.findings],
        "accepted": [_finding(finding) | {"reason": entry.reason} for finding, entry in report.accepted],
        "unmatched": [_entry(entry) for entry in report.unmatched],
        "prose": {"count": prose.count, **{kind: list(prose.of(kind)) for kind in _KINDS}},
        "changes": [_change(change) for change in comparison.changes],
    }
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


_KINDS = ("added", "removed", "changed", "moved")


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "class": finding.cls.value,
        "direction": finding.direction,
        "pointer": finding.pointer,
        "pointers": list(finding.pointers),
        "operations": list(finding.operations),
        "places": [place._asdict() for place in finding.places],
        "media_types": list(finding.media_types),
        "old": finding.old,
        "new": finding.new,
        "python": list(finding.python),
        "message": message(finding),
        "fingerprint": finding.fingerprint,
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind.value,
        "direction": change.direction,
        "pointer": change.pointer,
        "operations": list(change.operations),
        "subject": change.subject,
        "old": change.old,
        "new": change.new,
    }


def _entry(one: Accepted) -> dict[str, str]:
    return {"fingerprint": one.fingerprint, "rule": one.rule, "pointer": one.pointer, "reason": one.reason}
