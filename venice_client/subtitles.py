"""
Subtitles of a transcription, as SRT or WebVTT.

    from venice_client import subtitles

    said = venice.audio.transcriptions.create("talk.mp3", timestamps=True)
    Path("talk.srt").write_text(subtitles.to_srt(said), encoding="utf-8")

They take the times of segments, or of words where there are no segments. Not every model gives either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from venice_client.models import Transcription

_LONGEST = 84
"""Characters of a subtitle made of words: two lines of 42, as is usual."""
_PAUSE = 1.0
"""Seconds without a word that end a subtitle."""


class Subtitle(NamedTuple):
    """A text with the seconds at which it begins and ends."""

    start: float
    end: float
    text: str


def read_subtitles(transcription: Transcription | str, *, offset: float = 0.0) -> list[Subtitle]:
    """
    Return the subtitles of a transcription; `offset` is added to all times, for a part of a longer recording.

    Raises ValueError where the transcription has neither segments nor words with times.
    """
    found: list[Subtitle] = []
    if not isinstance(transcription, str):
        times = getattr(transcription, "timestamps", None)
        segments = _items(times, "segment") or _items(transcription, "segments")
        words = _items(times, "word") or _items(transcription, "words")
        found = list(_timed(segments, "text") or _joined(_timed(words, "word")))
    if not found:
        text = "the transcription has no times: pass timestamps=True, and a model that gives segments or words"
        if isinstance(transcription, str):
            text = "a text has no times: leave response_format='text' out, and pass timestamps=True"
        raise ValueError(text)
    return [Subtitle(item.start + offset, item.end + offset, item.text) for item in found]


def to_srt(transcription: Transcription | str, *, offset: float = 0.0) -> str:
    """Return the subtitles of a transcription as the text of an .srt file: see `read_subtitles`."""
    lines = enumerate(read_subtitles(transcription, offset=offset), 1)
    return "\n".join(f"{number}\n{_span(item, ',')}\n{item.text}\n" for number, item in lines)


def to_vtt(transcription: Transcription | str, *, offset: float = 0.0) -> str:
    """Return the subtitles of a transcription as the text of a .vtt file: see `read_subtitles`."""
    texts = (
        f"{_span(item, '.')}\n{escape(item.text, quote=False)}\n"
        for item in read_subtitles(transcription, offset=offset)
    )
    return "WEBVTT\n\n" + "\n".join(texts)


def _items(holder: object, name: str) -> list[Any]:
    """Return the list in a field; [] where there is none, or another value against the contract."""
    found = getattr(holder, name, None)
    return found if isinstance(found, list) else []


def _timed(items: Iterable[Any], field: str) -> list[Subtitle]:
    """Return the segments or words that have both times and a text. They are models, or objects of other servers."""
    found = []
    for item in items:
        start, end, text = (getattr(item, name, None) for name in ("start", "end", field))
        if isinstance(start, int | float) and isinstance(end, int | float) and isinstance(text, str) and text.strip():
            found.append(Subtitle(start, end, " ".join(text.split())))  # an empty line would end the subtitle
    return found


def _joined(words: list[Subtitle]) -> Iterator[Subtitle]:
    """Join words to subtitles, up to the length of two lines or a pause."""
    line: Subtitle | None = None
    for word in words:
        if line is not None and (len(line.text) + len(word.text) >= _LONGEST or word.start - line.end > _PAUSE):
            yield line
            line = None
        line = word if line is None else Subtitle(line.start, word.end, f"{line.text} {word.text}")
    if line is not None:
        yield line


def _span(item: Subtitle, mark: str) -> str:
    return f"{_time(item.start, mark)} --> {_time(item.end, mark)}"


def _time(seconds: float, mark: str) -> str:
    whole, milliseconds = divmod(round(max(seconds, 0) * 1000), 1000)
    minutes, rest = divmod(whole, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest:02}{mark}{milliseconds:03}"
