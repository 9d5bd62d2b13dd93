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
    r"(?<!there\s)is no (?!longer\b)[a-z]+": "is not a",
    r"in the place of": "instead of",
    r"but for": "except",
    r"of our own": "own; or leave it out",
    r"as people have it": "as files, bytes, ...",
    r"goes on": "continues",
    r"at hand": "available, installed",
    r"a person": "the user, the caller, a maintainer",
}
# Letters alone belong to a word: `_` separates the words of a name, and a line may end within a phrase.
WORDS = re.compile(rf"(?<![a-z])(?:{'|'.join(INSTEAD)})(?![a-z])".replace(" ", r"\s+"), re.IGNORECASE)
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
    text = (ROOT / name).read_text(encoding="utf-8")
    found = []
    for match in WORDS.finditer(text):
        words = " ".join(match[0].split())
        instead = next(other for word, other in INSTEAD.items() if re.fullmatch(word, words, re.IGNORECASE))
        number = text.count("\n", 0, match.start()) + 1
        found.append(f"{name}:{number}: {words!r}: {instead}")
    return found


def main() -> int:
    """Check the files; the exit code is 1 where a word stands in one."""
    found = [line for name in files() for line in findings(name)]
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
