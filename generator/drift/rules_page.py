"""The table of rules, as text and as the page docs/rules.md: made from the table, so that neither goes stale."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from generator.drift.judge.classes import Class
from generator.drift.judge.rules import RULES, Rule
from generator.drift.report.report import LINE

_WIDTH = 100
_BEGIN = """\
# Rules

Made by `python -m generator rules --format markdown`: do not edit. [drift.md](drift.md) says how findings are
reported, accepted and made to fail a run.

A difference between two descriptions is a finding of one rule, and the rule gives it its class. The direction says
whether the rule is about requests, success responses, error responses, both requests and responses, or none of them. A
rule that ends in `-unseen` is the twin of another: it applies where the names, arguments and types of the Python
client, made from both descriptions, are the same.
"""


def as_text() -> str:
    """The table for a terminal: a line a rule, continued below where it is too long."""
    name = max(len(rule.id) for rule in RULES) + 2
    cls = max(len(one.value) for one in Class) + 2
    direction = max(len(_direction(rule)) for rule in RULES) + 2
    lines = [f"{'rule':{name}}{'class':{cls}}{'direction':{direction}}help"]
    for rule in RULES:
        start = f"{rule.id:{name}}{rule.cls.value:{cls}}{_direction(rule):{direction}}"
        for line in textwrap.wrap(rule.help, _WIDTH - len(start)):
            lines.append(f"{start}{line}")
            start = " " * len(start)
    return "\n".join(lines) + "\n"


def as_markdown() -> str:
    """The page docs/rules.md."""
    return "\n".join(_page())


def _page() -> Iterator[str]:
    yield _BEGIN
    yield "| class | what it means to a caller | `check` fails on it |"
    yield "| --- | --- | --- |"
    for cls in Class:
        yield f"| [{cls.value}](#{cls.value.lower()}) | {cls.meaning} | {'yes' if cls.rank <= LINE.rank else 'no'} |"
    for cls in Class:
        yield ""
        yield f"## {cls.value}"
        yield ""
        yield "| rule | direction | when |"
        yield "| --- | --- | --- |"
        for rule in RULES:
            if rule.cls is cls:
                yield f"| `{rule.id}` | {_direction(rule)} | {rule.help.replace('|', chr(92) + '|')} |"
    yield ""


def _direction(rule: Rule) -> str:
    return "-" if rule.direction == "none" else rule.direction
