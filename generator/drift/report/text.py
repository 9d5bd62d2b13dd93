"""
A report as text, for a terminal: the headline, then what differs, by operation and the strongest first.

Lines are at most a hundred columns wide, and coloured on terminals alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from generator.drift.judge.classes import Class
from generator.drift.report.groups import DOCUMENT, Group, Line, groups
from generator.drift.report.groups import line as line_of
from generator.drift.report.report import Report, summed
from generator.errors import counted, first_few, printable

WIDTH = 100
STYLES = {
    Class.WIRE: "bold red", Class.SOURCE: "magenta", Class.BEHAVIOUR: "yellow", Class.ERRORS: "blue",
    Class.ADDITIVE: "green", Class.LIFECYCLE: "cyan", Class.DOCS: "dim", Class.VERSION: "dim",
}  # fmt: skip
_LABEL = max(len(cls.value) for cls in Class)
_INDENT = 2 + _LABEL + 2


def print_text(report: Report, console: Console) -> None:
    """Print the report."""
    width = min(console.width, WIDTH)
    lines = []
    for text in _Writer(console, width).report(report):
        # At the start of a line, :: would be a command in a log of GitHub.
        line = Text(text.plain.replace("::", ": :")) if text.plain.lstrip().startswith("::") else text
        line.rstrip()
        line.truncate(width, overflow="ellipsis")
        lines.append(line)
    console.print(Text("\n").join(lines), width=width, soft_wrap=True)


class _Writer:
    def __init__(self, console: Console, width: int) -> None:
        self.console, self.width = console, width

    def report(self, report: Report) -> Iterator[Text]:
        yield from self.wrapped(Text(printable(report.headline, limit=1000), style="bold"))
        old, new = printable(report.comparison.old_version), printable(report.comparison.new_version)
        if old != new:
            yield Text(f"Version {old or '(none)'} -> {new or '(none)'}", style="dim")
        if report.findings:
            said = f"{summed(report)}. Suggested version bump: {report.suggested_bump}."
            yield from self.wrapped(Text(said, style="dim"))
        shown = [finding for finding in report.findings if finding.cls is not Class.VERSION]
        for group in groups(shown):
            yield Text()
            yield from self.title(group)
            for line in group.lines:
                yield from self.line(line)
        if report.accepted:
            yield from (Text(), Text("Accepted in spec/accepted.toml", style="bold"))
        for finding, entry in report.accepted:
            yield from self.line(line_of(finding))
            yield from self.wrapped(Text(f"because: {printable(entry.reason, limit=400)}", style="dim"), _INDENT)

    def title(self, group: Group) -> Iterator[Text]:
        names = [printable(name) for name in group.operations]
        if len(names) < 2:
            yield Text(names[0] if names else DOCUMENT, style="bold")
            return
        reached = f"{counted(len(names), 'operation')}: "
        yield Text(f"{reached}{_cut(names, self.width - len(reached))}", style="bold")

    def line(self, line: Line) -> Iterator[Text]:
        """The class, the words, and the rule behind them; then sentences, where there are any."""
        text = Text.assemble(line.text, "  ", (f"[{line.rule}]", "dim"))
        label = Text.assemble("  ", (line.cls.value.ljust(_LABEL), STYLES[line.cls]), "  ")
        yield from self.wrapped(text, _INDENT, label)
        for sign, style, sentences in (("- ", "red", line.old), ("+ ", "green", line.new)):
            for sentence in sentences:
                mark = Text.assemble(" " * _INDENT, (sign, style))
                yield from self.wrapped(Text(printable(sentence, limit=400), style="italic"), _INDENT + 2, mark)

    def wrapped(self, text: Text, indent: int = 0, first: Text | None = None) -> Iterator[Text]:
        """A text in as many lines as it takes, each after an indent; `first` replaces the first indent."""
        room = max(20, self.width - indent)
        for line in [text] if text.cell_len <= room else text.wrap(self.console, room, overflow="fold"):
            line.rstrip()
            yield Text.assemble(first if first is not None else " " * indent, line)
            first = None


def _cut(texts: Sequence[str], limit: int) -> str:
    """Return as many of the texts as there is room for, and how many more there are."""
    found = (first_few(texts, count) for count in range(len(texts), 0, -1))
    return next((text for text in found if len(text) <= limit), first_few(texts, 1))
