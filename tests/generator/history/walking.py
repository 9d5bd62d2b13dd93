"""What the tests of histories share: descriptions in a folder, and how they are walked."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

from generator.history import walk
from generator.history.bumps import History
from generator.history.order import sources
from generator.source.yaml_writer import dump

Document = dict[str, Any]


def versions(small: Document) -> list[Document]:
    """Eight descriptions with bumps of every kind that a history distinguishes."""
    found = [copy.deepcopy(small)]

    def after(version: str, edit: Callable[[Document], object] = lambda _: None) -> None:
        new = copy.deepcopy(found[-1])
        new["info"]["version"] = version
        edit(new)
        found.append(new)

    def schema(one: Document) -> Document:
        found = one["paths"]["/things"]["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert isinstance(found, dict)
        return found

    after("2")
    after("3", lambda one: schema(one)["properties"].update(size={"type": "integer"}))
    after("4", lambda one: schema(one).update(required=["name", "size"]))
    after("4", lambda one: one["paths"]["/things"]["post"].update(description="You must not."))
    after("3", lambda one: one["paths"]["/things"]["post"].update(summary="Makes a thing."))
    after("3")
    more = {"operationId": "makeMore", "tags": ["Things"], "responses": {"200": {}}}
    after("5", lambda one: one["paths"].update({"/more": {"get": more}}))
    return found


def save(folder: Path, **descriptions: Document | str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, one in descriptions.items():
        (folder / f"{name.replace('_', '-')}.yaml").write_text(
            one if isinstance(one, str) else dump(one), encoding="utf-8"
        )
    return folder


def walked(*named: Path, jobs: int = 1) -> History:
    return walk.walk(sources(named)[0], jobs=jobs)
