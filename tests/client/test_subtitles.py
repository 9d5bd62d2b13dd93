"""Transcriptions become subtitles, by their segments or words."""

from __future__ import annotations

from typing import Any

import pytest

from venice_client import subtitles
from venice_client.models import Transcription

SEGMENTS = [
    {"start": 0, "end": 1.5, "text": " Hello <you>.\n\n"},
    {"start": 3661.0004, "end": 3662, "text": "Bye & bye."},
]
SRT = """1
00:00:00,000 --> 00:00:01,500
Hello <you>.

2
01:01:01,000 --> 01:01:02,000
Bye & bye.
"""
VTT = """WEBVTT

00:00:00.000 --> 00:00:01.500
Hello &lt;you&gt;.

01:01:01.000 --> 01:01:02.000
Bye &amp; bye.
"""


def words(*texts: str, pause: float = 0.0) -> list[dict[str, Any]]:
    step = 0.5 + pause
    return [{"word": text, "start": at * step, "end": at * step + 0.5} for at, text in enumerate(texts)]


@pytest.mark.parametrize("raw", [{"timestamps": {"segment": SEGMENTS, "word": words("no")}}, {"segments": SEGMENTS}])
def test_segments_become_subtitles(raw: dict[str, Any]) -> None:
    said = Transcription.from_dict({"text": "t", **raw})
    assert subtitles.to_srt(said) == SRT
    assert subtitles.to_vtt(said) == VTT
    assert subtitles.read_subtitles(said, offset=10)[0] == (10, 11.5, "Hello <you>.")


@pytest.mark.parametrize("key", ["timestamps", "words"])
def test_words_are_joined_up_to_two_lines_or_a_pause(key: str) -> None:
    def said(listed: list[dict[str, Any]]) -> Transcription:
        return Transcription.from_dict({key: {"word": listed} if key == "timestamps" else listed})

    assert subtitles.read_subtitles(said(words("one", "two"))) == [(0, 1, "one two")]
    assert [item.text for item in subtitles.read_subtitles(said(words("one", "two", pause=2)))] == ["one", "two"]
    lines = subtitles.read_subtitles(said(words(*["letters"] * 40)))
    assert max(len(line.text) for line in lines) <= 84
    assert " ".join(line.text for line in lines).split() == ["letters"] * 40


@pytest.mark.parametrize(
    "said",
    [
        "only a text",
        Transcription.from_dict({"text": "t"}),
        Transcription.from_dict({"segments": [{"text": "no times"}, {"start": 1, "end": 2, "text": " "}, None]}),
        Transcription.from_dict({"timestamps": {"segment": None, "word": []}}),
        Transcription.from_dict({"timestamps": {"segment": 5, "word": True}}),
        Transcription.from_dict({"timestamps": [5], "segments": "x"}),
        None,
    ],
)
def test_a_transcription_without_times_is_refused_with_the_way_out(said: Any) -> None:
    with pytest.raises(ValueError, match="pass timestamps=True"):
        subtitles.to_srt(said)
