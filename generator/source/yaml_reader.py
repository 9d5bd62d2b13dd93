"""
YAML 1.2 by its core schema, read from the events of PyYAML's parser.

`16:9`, `off` and `2024-01-01` are strings, `<<` is a key like any other, and each key is the text that the file shows
(`200:` is "200"). JSON is read by the standard library, since YAML limits a key to 1,024 characters. Text that has two
readings, or could exhaust the reader, is refused with its place. It knows no OpenAPI.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from typing import Any

import yaml
from attrs import define, frozen
from yaml import events

from generator.errors import UnreadableError, printable

MAX_NODES = 1_000_000  # keys and values, after the expansion of aliases
MAX_DEPTH = 200
MAX_DIGITS = 400

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The faster of PyYAML's loaders, of which only the parser is used; libyaml may be absent."""
_TAG = "tag:yaml.org,2002:"
_TAGS = {
    _TAG + "null": ("null",),
    _TAG + "bool": ("true", "false"),
    _TAG + "int": ("int", "oct", "hex"),
    _TAG + "float": ("float", "int", "special"),
}
_CORE = re.compile(
    r"(?P<null>~|null|Null|NULL|)|(?P<true>true|True|TRUE)|(?P<false>false|False|FALSE)"
    r"|(?P<int>[-+]?[0-9]+)|(?P<oct>0o[0-7]+)|(?P<hex>0x[0-9a-fA-F]+)"
    r"|(?P<float>[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<special>[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))"
)
_CORE_FIRST = frozenset("~nNtTfF-+.0123456789")  # what does not start with one of these is a string
_BASES = {"int": 10, "oct": 8, "hex": 16}
_refused = UnreadableError.found
_BREAKS_OF_1_1 = "\x85\u2028\u2029"
_JSON_PAIR = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


def parse(text: str, *, source: str) -> Any:
    """
    Return the value of a text; its collections share nothing.

    Raises `UnreadableError` for what is refused here, errors of PyYAML and `ValueError` for what it refuses.
    """
    if text[:4000].lstrip().startswith("{"):
        try:
            return _json(text)
        except (ValueError, RecursionError):
            pass  # it is YAML in braces, or has a mistake that the YAML reader reports with its position
        # JSON writes characters beyond U+FFFF as two escapes, YAML as one.
        text = _JSON_PAIR.sub(lambda m: f"{m[1]}\\U{_joined(int(m[2], 16), int(m[3], 16)):08x}", text)
    return _Builder(source=source).build(_parsed(text))


def _json(text: str) -> Any:
    """Return the value of JSON within the limits of this module; raise ValueError for anything else."""

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) != len(items):
            raise ValueError("a key stands twice")
        return found

    def number(kind: type[int | float]) -> Any:
        def read(digits: str) -> int | float:
            value = kind(digits)
            if len(digits) > MAX_DIGITS or not math.isfinite(value):
                raise ValueError("a number is too long")
            return value

        return read

    def constant(name: str) -> Any:
        raise ValueError(name)

    value = json.loads(
        text, object_pairs_hook=pairs, parse_int=number(int), parse_float=number(float), parse_constant=constant
    )
    json.dumps(value, ensure_ascii=False).encode()  # no lone surrogate
    nodes, level, depth = 1, [value], 0
    while level := [item for item in level if isinstance(item, dict | list)]:
        depth += 1
        nodes += sum(len(item) * (2 if isinstance(item, dict) else 1) for item in level)
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            raise ValueError("too deep or too large")
        level = [one for item in level for one in (item.values() if isinstance(item, dict) else item)]
    return value


@frozen
class _Anchored:
    value: Any
    size: int  # nodes
    text: str | None  # of a scalar, as the file shows it


@define
class _Frame:
    """A collection whose end has not come."""

    into: dict[str, Any] | list[Any]
    anchor: str | None
    before: int  # nodes that came before it
    marks: list[Any]  # of the keys
    key: str | None = None


@define
class _Builder:
    """Builds values from the parser's events in one pass, counting what aliases expand to before they do."""

    source: str
    nodes: int = 0

    def build(self, stream: Iterable[Any]) -> Any:
        roots: list[Any] = []
        frame = _Frame(roots, None, 0, [])  # of the collection that is open, at first of what holds the root
        outer: list[_Frame] = []
        anchors: dict[str, _Anchored | None] = {}  # None while it is open
        documents = 0
        for event in stream:
            kind = type(event)
            if kind is events.ScalarEvent:
                self._count(event, 1)
                text = event.value
                is_key = frame.key is None and type(frame.into) is dict
                plain_key = is_key and event.tag is None and event.anchor is None
                value = text if plain_key else self._scalar(event)
                self._add(frame, value, text, event)
                if event.anchor is not None:
                    anchors[event.anchor] = _Anchored(value, 1, event.value)
            elif kind is events.MappingStartEvent or kind is events.SequenceStartEvent:
                into: dict[str, Any] | list[Any] = {} if kind is events.MappingStartEvent else []
                if event.tag not in (None, "!", _TAG + ("map" if into == {} else "seq")):
                    raise self._bad_tag(event)
                if len(outer) >= MAX_DEPTH:
                    raise _refused(self.source, f"more than {MAX_DEPTH} levels of nesting", event.start_mark)
                self._count(event, 1)
                self._add(frame, into, None, event)
                outer.append(frame)
                frame = _Frame(into, event.anchor, self.nodes, [])
                if event.anchor is not None:
                    anchors[event.anchor] = None
            elif kind is events.MappingEndEvent or kind is events.SequenceEndEvent:
                if frame.anchor is not None:
                    anchors[frame.anchor] = _Anchored(frame.into, self.nodes - frame.before + 1, None)
                frame = outer.pop()
            elif kind is events.AliasEvent:
                found = anchors.get(event.anchor)
                if found is None:
                    why = "contains itself" if event.anchor in anchors else "has no anchor before it"
                    raise _refused(self.source, f"the alias *{printable(event.anchor)} {why}", event.start_mark)
                self._count(event, found.size)  # before it is copied
                copied = self._copy(found.value, event, MAX_DEPTH - len(outer))
                self._add(frame, copied, found.text, event)
            elif kind is events.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    raise _refused(self.source, "a second YAML document", event.start_mark)
        if not documents:
            raise _refused(self.source, "nothing: it holds comments alone")
        return roots[0]

    def _count(self, event: Any, nodes: int) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            found = f"more than {MAX_NODES:,} keys and values, aliases expanded"
            raise _refused(self.source, found, event.start_mark)

    def _add(self, frame: _Frame, value: Any, text: str | None, event: Any) -> None:
        into = frame.into
        if isinstance(into, list):
            into.append(value)
        elif frame.key is not None:
            into[frame.key] = value
            frame.key = None
        elif text is None:
            raise _refused(self.source, "a mapping or a sequence as a key", event.start_mark)
        elif text in into:
            first = frame.marks[list(into).index(text)].line + 1
            found = f"the key {printable(text)!r} a second time in one mapping (the first is in line {first})"
            raise _refused(self.source, found, event.start_mark)
        else:
            frame.key = text
            frame.marks.append(event.start_mark)

    def _scalar(self, event: Any) -> Any:
        tag, text = event.tag, event.value
        if tag is None:
            if not event.implicit[0] or (text and text[0] not in _CORE_FIRST):
                return text
        elif tag in ("!", _TAG + "str"):
            return text
        elif tag not in _TAGS:
            raise self._bad_tag(event)
        match = _CORE.fullmatch(text)
        kind = "" if match is None else str(match.lastgroup)
        if tag is not None and kind not in _TAGS[tag]:
            raise self._bad_tag(event)
        if match is None:
            return text
        if kind in ("null", "true", "false"):
            return {"null": None, "true": True, "false": False}[kind]
        if len(text) > MAX_DIGITS:
            raise _refused(self.source, f"a number of {len(text):,} characters", event.start_mark)
        if kind in _BASES and tag != _TAG + "float":
            return int(text, _BASES[kind])
        number = math.nan if kind == "special" else float(text)
        if not math.isfinite(number):
            raise _refused(self.source, f"{printable(text)}, a number that is not finite", event.start_mark)
        return number

    def _bad_tag(self, event: Any) -> UnreadableError:
        name = "!!" + event.tag[len(_TAG) :] if event.tag.startswith(_TAG) else event.tag
        return _refused(self.source, f"the tag {printable(name)} on what JSON does not know", event.start_mark)

    def _copy(self, value: Any, event: Any, levels: int) -> Any:
        if not isinstance(value, dict | list):
            return value
        if levels <= 0:
            raise _refused(self.source, f"more than {MAX_DEPTH} levels, aliases expanded", event.start_mark)
        if isinstance(value, dict):
            return {key: self._copy(item, event, levels - 1) for key, item in value.items()}
        return [self._copy(item, event, levels - 1) for item in value]


def _parsed(text: str) -> Iterable[Any]:
    """The parser's events. To it, as to YAML 1.1, three more characters end a line: it is shown others."""
    spare = (chr(code) for code in range(0xE000, 0xF900) if chr(code) not in text)
    hidden = dict(zip((ord(char) for char in _BREAKS_OF_1_1 if char in text), spare, strict=False))
    stream = _events(LOADER(text.translate(hidden) if hidden else text))
    if not hidden:
        return stream
    return _shown_again(stream, {ord(other): chr(char) for char, other in hidden.items()})


def _events(loader: Any) -> Iterable[Any]:
    """`yaml.parse` without its check before each event."""
    try:
        yield from iter(loader.get_event, None)
    finally:
        loader.dispose()


def _shown_again(stream: Iterable[Any], table: dict[int, str]) -> Iterable[Any]:
    for event in stream:
        if type(event) is events.ScalarEvent:
            event.value = event.value.translate(table)
        yield event


def _joined(high: int, low: int) -> int:
    return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)
