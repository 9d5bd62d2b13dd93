"""
Judges prose: which of the vendor's sentences that came, went or changed speak of limits, obligation or an end.

A sentence that only moved to another place says what it said. Examples are no sentences. It works on texts, and on
what a lock holds of them: a hash, and a mark for the sentences that matter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import sha256

from generator.drift.compare.compare import Comparison
from generator.drift.compare.reach import Reach
from generator.drift.judge.findings import Ledger, Scope
from generator.source.document import printable
from generator.spec.pointers import parts

Entry = str | tuple[str, bool] | tuple[str, str]
"""A text; or its hash, with whether a sentence of it matters, or with a hash of those that do (empty for none)."""

WORDS = (
    "must", "no longer", "cannot", "can not", "not allowed", "not supported", "unsupported", "forbidden", "mandatory",
    "limit", "limits", "limited", "maximum", "minimum", "at most", "at least", "exceed", "exceeds", "quota",
    "deprecated", "deprecation", "sunset", "retired", "discontinued", "end of life", "will be removed", "was removed",
    "rejected", "refused", "required", "requires", "expire", "expires",
)  # fmt: skip
"""Words that speak of limits, obligation, deprecation or sunset."""

_WORDS = re.compile(rf"\b(?:{'|'.join(sorted(WORDS, key=len, reverse=True))})\b", re.IGNORECASE)
_END = re.compile(r"(?<=[.!?])\s+|\n+")
_EXAMPLES = ("example", "examples", "externalDocs", "contact", "license")
_SHOWN = 320


def behavioural(text: str) -> tuple[str, ...]:
    """The sentences of a text that speak of limits, obligation, deprecation or sunset, white space made even."""
    sentences = (" ".join(sentence.split()) for sentence in _END.split(text))
    return tuple(sentence for sentence in sentences if _WORDS.search(sentence))


def entry(pointer: str, text: str) -> tuple[str, str]:
    """What a lock holds of a text: short hashes of all of it, and of its sentences that matter (empty for none)."""
    found = () if is_example(pointer) else behavioural(text)
    return _hash(text), _hash("\n".join(sorted(found))) if found else ""


def is_example(pointer: str) -> bool:
    """Whether what stands at a place is no prose of its own."""
    return any(part in _EXAMPLES for part in parts(pointer)[-2:])


def judge_prose(
    ledger: Ledger,
    comparison: Comparison,
    old: Mapping[str, Entry] | None,
    new: Mapping[str, Entry] | None,
) -> None:
    """Take down what the prose of two descriptions comes to. Without entries, places alone are counted."""
    changed = comparison.prose
    whole = {change.pointer for change in comparison.changes if change.kind != "changed"}
    places = [*changed.added, *changed.removed, *changed.changed]
    # What came or went together with its operation or property is told with it.
    left = [place for place in places if not _under(place, whole)]
    quiet = len(left)
    if left and old is not None and new is not None:
        quiet -= _sentences(ledger, comparison, left, old, new)
    if quiet:
        word = "place of other prose or examples differs" if quiet == 1 else "places of other prose or examples differ"
        said = f"{quiet} {word}"
        ledger.tell("prose-changed", Scope("none", frozenset()), (), said)


def _sentences(
    ledger: Ledger, comparison: Comparison, places: list[str], old: Mapping[str, Entry], new: Mapping[str, Entry]
) -> int:
    """Take down the places where a sentence that matters came, went or changed; return how many there are."""
    pairs = {place: _both(place, old.get(place), new.get(place)) for place in sorted(places)}
    gone = Counter(one for before, after in pairs.values() for one in set(before) - set(after))
    came = Counter(one for before, after in pairs.values() for one in set(after) - set(before))
    reach_old, reach_new = Reach(comparison.old), Reach(comparison.new)
    count = 0
    for place, (before, after) in pairs.items():
        was = [one for one in before if one not in after and not came[one]]
        now = [one for one in after if one not in before and not gone[one]]
        if not was and not now:
            continue
        count += 1
        where = tuple(parts(place))
        scope = Scope("none", reach_old.of(where) | reach_new.of(where))
        word = "changed" if was and now else "went" if was else "came"
        # The sentence itself is the vendor's: it is shown as old and new, never in a text that may be kept.
        said = f"a sentence about limits, obligation or an end {word}"
        ledger.tell("prose-behaviour", scope, where, said, old=_shown(was), new=_shown(now))
    return count


def _both(place: str, old: Entry | None, new: Entry | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The sentences that matter of both sides, or stand-ins for them where one side is a hash."""
    if is_example(place):
        return (), ()
    if (old is None or isinstance(old, str)) and (new is None or isinstance(new, str)):
        return behavioural(old or ""), behavioural(new or "")
    return tuple(_marks(place, old)), tuple(_marks(place, new))


def _marks(place: str, one: Entry | None) -> Iterator[str]:
    if one is not None:
        hashed, mark = entry(place, one) if isinstance(one, str) else one
        if mark:
            yield f"#{mark if isinstance(mark, str) else hashed}"


def _shown(sentences: list[str]) -> list[str] | None:
    found = [printable(one, limit=_SHOWN) for one in sentences if not one.startswith("#")]
    return found or None


def _under(place: str, whole: set[str]) -> bool:
    steps = place.split("/")
    return any("/".join(steps[:length]) in whole for length in range(2, len(steps) + 1))


def _hash(text: str) -> str:
    return sha256(text.encode(errors="surrogatepass")).hexdigest()[:12]
