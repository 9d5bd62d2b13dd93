"""
Report words that plain technical English does not need, in code, documentation and messages.

    python .ci/words.py
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INSTEAD = {
    r"told": "reported, said",
    r"(?<!\.)tells?": "reports, says, distinguishes",
    r"asked": "requested, opt-in",
    r"wanted": "required, expected",
    r"nobody": "no one; or name the subject",
    r"whoever": "the caller, the user",
    r"who comes next": "the next call",
    r"business": "name the responsibility",
    r"(?<!there )is no (?!longer\b)[a-z]+": "is not a",
    r"in the place of": "instead of",
    r"but for": "except",
    r"of our own": "own; or leave it out",
    r"as people have it": "as files, bytes, ...",
    r"goes on": "continues",
    r"at hand": "available, installed",
}
WORDS = re.compile(rf"\b(?:{'|'.join(INSTEAD)})\b", re.IGNORECASE)
SUFFIXES = {".py", ".md", ".yml", ".yaml", ".toml", ".jinja", ""}
SKIPPED = (
    "venice_client/api/",
    "venice_client/models/",
    "spec/swagger",
    "spec/names.toml",
    "tests/client/fuzz/corpus/",
    "CHANGELOG.md",
    ".ci/",
)


def files() -> list[str]:
    """Return the files of the repository that are checked."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return sorted(
        name
        for name in listed.stdout.split("\0")
        if name and Path(name).suffix in SUFFIXES and not name.startswith(SKIPPED) and (ROOT / name).is_file()
    )


def findings(name: str) -> list[str]:
    """Return the words in a file, each with its place and what to write instead."""
    found = []
    for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1):
        for match in WORDS.finditer(line):
            instead = next(text for word, text in INSTEAD.items() if re.fullmatch(word, match[0], re.IGNORECASE))
            found.append(f"{name}:{number}: {match[0]!r}: {instead}")
    return found


def main() -> int:
    """Check the files; the exit code is 1 where a word stands in one."""
    found = [line for name in files() for line in findings(name)]
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
