"""
Statements: the sentences of a description that say what a caller must, may or must not do, or what it costs.

A statement is known by its words of limit and its numbers, so that a sentence in other words says the same. Dates,
names of versions and numbers in examples are no numbers of it. In a list of `name: value`, the name belongs to it.
"""

from __future__ import annotations

import re
from hashlib import sha256

from attrs import frozen

from generator.spec.pointers import parts

WORDS = (
    # obligation and end
    "must", "must not", "required", "requires", "mandatory", "cannot", "can not", "can't", "may not", "no longer",
    "deprecated", "deprecation", "sunset", "retired", "discontinued", "end of life", "will be removed", "was removed",
    "expire", "expires", "expired", "goes away", "phased out", "shut down", "only", "exactly",
    # limits
    "limit", "limits", "limited", "maximum", "minimum", "max", "min", "up to", "at most", "at least", "between",
    "more than", "less than", "fewer than", "no more than", "greater than", "larger than", "within",
    "exceed", "exceeds", "exceeding", "quota", "per second", "per minute", "per hour", "per day", "per month",
    "per request", "rate limit", "rate-limited", "throttled", "cap", "caps", "capped",
    "time out", "times out", "timeout",
    # refusal
    "reject", "rejects", "rejected", "refuse", "refuses", "refused", "fail", "fails", "error", "errors", "forbidden",
    "not allowed", "not supported", "not accepted", "not available", "not permitted", "unsupported", "unavailable",
    "invalid", "disallowed", "does not support", "do not support", "deny", "denies", "denied", "blocked",
    "prohibited",
    # silent effect
    "ignored", "ignores", "no effect", "overridden", "overrides", "truncated", "discarded", "dropped", "only the first",
    "only the last", "clamped", "skipped", "rounded", "cut off",
    # money and defaults
    "price", "prices", "priced", "pricing", "billed", "billing", "charged", "charges", "credits", "costs",
    "free of charge", "refunded", "default", "defaults",
)  # fmt: skip
"""Words of limit, refusal, silent effect, obligation, end, money and default."""

_WORDS = re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(map(re.escape, WORDS), key=len, reverse=True))})(?![\w-])")
"""For texts in lower case: a search that ignores the case takes five times as long."""
_BOUND = re.compile(
    r"[<>\u2264\u2265]=?\s?\d|\branges?\b.*\d|\bfrom -?\d[\d.,]* to -?\d|\bevery \d"
    r"|\b(?:cached|deleted|kept|retained|stored|valid)\b.* \d+ ?(?:second|minute|hour|day|week|month|year)"
)
"""A number that is a limit without a word of limit."""
_SPAN = re.compile(r"(?<![\w.-])(\d[\d,.]*)\s?[-\u2013]\s?(?=\d[\d,.]*(?![\w-]))")
_STATUS = re.compile(r"(?<![\w.-])4\d\d(?![\w.-])")
_END = re.compile(r"(?<=[.!?])(?<![eE]\.g\.)(?<![iI]\.e\.)\s+|\n+")
_ENTRY = re.compile(r"^[\s*•-]*[`*\"]*([\w./ -]{1,60}?)[`*\"]*\s*:\s")
_EXAMPLE = re.compile(
    r"\be\.g\..*|\bfor example\b.*|\bexamples?:.*|\bsuch as\b.*|\([^()]*\be\.g\.[^()]*\)", re.IGNORECASE
)
_DATE = re.compile(r"\b\d{4}-\d\d(?:-\d\d)?\b|\b\d{1,2}/\d{1,2}/\d{2,4}\b|\b(?:19|20)\d\d\b")
_NUMBER = re.compile(
    r"(?<![\w.-])[$€]?(-?\d[\d,_]*(?:\.\d+)?)(?:\s?(?:k|kb|mb|gb|mib|px|s|ms|m|h|x|%))?(?![\w.]*\d|\w|-\w)",
    re.IGNORECASE,
)
_SPELLED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMERAL = re.compile(rf"\b(?:{'|'.join(_SPELLED)})\b", re.IGNORECASE)
_EXAMPLES = ("example", "examples", "externalDocs", "contact", "license")
_VALUE = re.compile(r"`[^`]{1,60}`|\"[^\"]{1,60}\"|'[^']{1,60}'|\b(?:true|false|null|none)\b", re.IGNORECASE)


@frozen
class Statement:
    """A sentence that matters."""

    text: str
    """The sentence, with single spaces."""
    key: str
    """The same for every sentence with the same words of limit and the same numbers."""


def statements(text: str) -> tuple[Statement, ...]:
    """Return the sentences of a text that matter."""
    found = []
    for piece in _END.split(text):
        sentence = " ".join(piece.split())
        key = _key(sentence)
        if key:
            found.append(Statement(sentence, key))
    return tuple(found)


def prose_entry(text: str, *, is_example: bool = False) -> tuple[str, ...]:
    """Return what a lock holds of a text: a short hash of all of it, and one of each of its statements, sorted."""
    found = () if is_example else statements(text)
    return short_hash(text), *sorted(short_hash(one.key)[:8] for one in found)


def is_example(pointer: str) -> bool:
    """Return whether the text at a place is not a sentence about the API."""
    return any(part in _EXAMPLES for part in parts(pointer)[-2:])


def short_hash(text: str) -> str:
    """Return 12 hexadecimal digits: long enough to see a change, too short to be of other use."""
    return sha256(text.encode(errors="surrogatepass")).hexdigest()[:12]


def _key(sentence: str) -> str:
    """Return the words of limit and the numbers of a sentence; empty for one that has no such word."""
    words = sorted(set(_WORDS.findall(sentence.lower())))
    if not words and not _STATUS.search(sentence) and not _BOUND.search(sentence.lower()):
        return ""
    plain = _SPAN.sub(r"\1 to ", _DATE.sub(" ", _EXAMPLE.sub(" ", sentence)))
    numbers = sorted({match.replace(",", "").replace("_", "") for match in _NUMBER.findall(plain)})
    numbers += sorted({str(_SPELLED.index(match.lower()) + 1) for match in _NUMERAL.findall(plain)} - set(numbers))
    named = _ENTRY.match(sentence)
    values = sorted(set(_VALUE.findall(sentence))) if {"default", "defaults"} & set(words) else []
    return " ".join([named[1].lower() + ":" if named else "", *words, *numbers, *values]).strip()
