"""A history as a page: self-contained, escaped, with a plot."""

from __future__ import annotations

import copy
from html.parser import HTMLParser
from pathlib import Path

import pytest

from generator.drift.judge.classes import Class
from generator.history import plot
from generator.history.bumps import Bump, Description, History
from generator.history.command import rendered
from generator.source.yaml_writer import dump
from generator.spec.pin import pin_text
from tests.contracts import VERSIONS, contract
from tests.generator.history.walking import Document, save, walked

HOSTILE = "<script>alert('&\"1')</script>"


class Reader(HTMLParser):
    """Collects the tags of a page, and finds tags that are not closed in order."""

    VOID = ("meta", "input")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_html_page_loads_no_other_resource(folder: Path) -> None:
    text = rendered(walked(folder), "html")
    tags = Reader(text).tags
    assert not {"script", "link", "img", "iframe", "object", "base"} & {tag for tag, _ in tags}
    assert not {"src", "srcset", "onclick", "onload"} & {name for _, attrs in tags for name in attrs}
    assert not [word for word in ("://", "@import") if word in text]
    assert text.count("url(") == text.count("url(#stripes)")
    assert "prefers-color-scheme: dark" in text
    ids = [attrs["id"] for _, attrs in tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    pointed = {attrs[name] for _, attrs in tags for name in ("aria-labelledby", "for") if attrs.get(name)}
    assert {one for listed in pointed for one in (listed or "").split()} <= set(ids)
    links = [attrs["href"] or "" for tag, attrs in tags if tag == "a"]
    assert len(links) == 5
    assert all(link[0] == "#" and link[1:] in ids for link in links)
    assert [tag for tag, _ in tags if tag in ("h1", "h2")] == ["h1", "h2", "h2", "h2", "h2", "h2"]
    svg = next(attrs for tag, attrs in tags if tag == "svg")
    assert (svg["role"], svg["aria-labelledby"]) == ("img", "plot-title plot-text")
    assert all("scope" in attrs for tag, attrs in tags if tag == "th")
    assert len([attrs for tag, attrs in tags if tag == "tr" and (attrs.get("class") or "").startswith("is-")]) == 9


def test_names_of_a_description_are_escaped_in_html(tmp_path: Path, small: Document) -> None:
    old = copy.deepcopy(small)
    small["info"]["version"] = HOSTILE
    post = small["paths"]["/things"]["post"]
    small["paths"][f"/{HOSTILE}"] = {"post": {**post, "operationId": HOSTILE, "tags": [HOSTILE]}}
    schema = post["requestBody"]["content"]["application/json"]["schema"]
    schema["properties"][HOSTILE] = {"type": "string", "enum": [HOSTILE]}
    schema["required"].append(HOSTILE)
    save(tmp_path, a=old)
    (tmp_path / "<img src=x onerror=alert(1)>.yaml").write_text(dump(small))
    (tmp_path / "<i>.yaml").write_text(f'"{HOSTILE[:8]}": 1\n"{HOSTILE[:8]}": 2\n')
    text = rendered(walked(*sorted(tmp_path.iterdir(), reverse=True)), "html")
    assert not [word for word in ("<script", "<img", "<i>.") if word in text.lower()]
    assert all(word in text for word in ("&lt;script&gt;", "&lt;img src=x", "&lt;i&gt;.yaml"))
    Reader(text)


def history_of(*dates: str) -> History:
    ends = [Description(at, f"{at}.yaml", date) for at, date in enumerate(dates)]
    found = [Bump(one, one, ((Class.WIRE, 1),), "x", ()) for one in ends]
    return History(tuple(ends), tuple(found))


def test_bars_are_months_including_empty_ones() -> None:
    kind, drawn = plot.bars(history_of("2025-11-30", "2025-11-01", "2026-02-01"))
    assert kind == "month"
    assert [(bar.label, bar.under, bar.total) for bar in drawn] == [
        ("Nov", "2025", 2), ("Dec", "", 0), ("Jan", "2026", 0), ("Feb", "", 1),
    ]  # fmt: skip


def test_bars_are_years_if_there_are_too_many_months() -> None:
    kind, drawn = plot.bars(history_of("2019-01-01", "2025-01-01"))
    assert (kind, [bar.total for bar in drawn]) == ("year", [1, 0, 0, 0, 0, 0, 1])


@pytest.mark.parametrize("dates", [["", *["2025-01-01"] * 99], ["0001-01-01", "9999-01-01", *["2025-01-01"] * 98]])
def test_bars_are_ranges_of_bumps_if_dates_are_not_usable(dates: list[str]) -> None:
    kind, drawn = plot.bars(history_of(*dates))
    assert (kind, len(drawn), sum(bar.total for bar in drawn)) == ("stretch", 34, 100)
    assert drawn[1].name == "bumps 4 to 6"
    Reader(plot.svg(kind, drawn))


@pytest.mark.parametrize(
    ("top", "ticks"), [(1, [0, 1]), (5, [0, 1, 2, 3, 4, 5]), (20, [0, 5, 10, 15, 20]), (71, [0, 20, 40, 60, 80])]
)
def test_the_axis_has_few_round_numbers(top: int, ticks: list[int]) -> None:
    assert plot._ticks(top) == ticks


@pytest.mark.slow
def test_the_published_history_is_reported_in_every_format(tmp_path: Path) -> None:
    order = [f"{name}.yaml" for name in VERSIONS]
    for name in VERSIONS:
        (tmp_path / f"{name}.yaml").write_text(pin_text(contract(name)), encoding="utf-8")
    (tmp_path / "INDEX.tsv").write_text("".join(f"{name}\n" for name in ["file", *order]), encoding="utf-8")
    history = walked(tmp_path, jobs=2)
    assert [one.file for one in history.descriptions] == order
    assert not history.unreadable
    assert len(history.bumps) == len(order) - 1
    assert not any(bump.failed for bump in history.bumps)
    by_file = {bump.new.file[:19]: bump for bump in history.bumps}
    assert by_file["2025-11-27.03eacb75"].cls is Class.WIRE
    assert "aspectRatio is no longer accepted: it is called aspect_ratio" in by_file["2025-11-27.03eacb75"].headline
    assert "POST /image/edit added" in by_file["2025-07-08.504735b8"].headline
    text = rendered(history, "text").splitlines()
    assert max(map(len, text)) <= 100
    Reader(rendered(history, "html"))
