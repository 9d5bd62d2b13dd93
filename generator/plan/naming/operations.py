"""
Names by rule for operations that neither the overlay nor the lock names: `audio.isolate` for POST /audio/isolate.

The resource is the one in which the operations at the same path are already. The function is the operationId, or the
path, without the words that the resource says already: `queueAudio` in `audio` is `queue`, and `getX402Balance` in
`x402` is `balance`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from generator.plan.naming.identifiers import (
    ANNOTATIONS,
    ARGUMENTS,
    CLIENT_MEMBERS,
    JOB_METHODS,
    JOBS,
    MODULES,
    RESOURCE_MEMBERS,
    identifier,
    singular,
    snake_words,
)

Address = tuple[str, str]

_METHOD_NAMES = ANNOTATIONS - {"list"}
_NOISE = {"api", "controller", "endpoint", "handler", "operation", "route"}
"""Words that frameworks put into an operationId, and that say nothing."""
_GENERIC = {
    "get": {"get", "list", "fetch", "retrieve", "read"},
    "post": {"post", "create"},
    "put": {"put", "update", "replace"},
    "patch": {"patch", "update"},
    "delete": {"delete"},
}
"""Verbs that say no more than the method does."""
_ON_LIST = {"get": "list", "post": "create", "put": "update", "patch": "update", "delete": "delete"}
_ON_ITEM = {**_ON_LIST, "get": "retrieve"}


class Homes:
    """The resources that named operations are in, by path and by tag."""

    def __init__(self, named: Mapping[Address, str], listed: Mapping[Address, Mapping[str, Any]]) -> None:
        self._by_path = {tuple(segments(path)): name.rpartition(".")[0] for (_, path), name in sorted(named.items())}
        self._by_first: dict[str, Counter[str]] = {}
        self._by_tag: dict[str, Counter[str]] = {}
        for key, name in named.items():
            top = name.split(".")[0]
            self._by_first.setdefault(_first(key[1]), Counter())[top] += 1
            self._by_tag.setdefault(tag_of(listed[key]), Counter())[top] += 1
        self._folders = {name.rpartition(".")[0].replace(".", "_"): name.rpartition(".")[0] for name in named.values()}

    def resource(self, path: str, operation: Mapping[str, Any]) -> str:
        """Return the resource of a new operation: that of the longest path that it continues, else of its kin."""
        parts = segments(path)
        for length in range(len(parts), 0, -1):
            known = self._by_path.get(tuple(parts[:length]))
            if known:
                return known
        for homes in (self._by_first.get(_first(path)), self._by_tag.get(tag_of(operation))):
            if homes and _first(path):
                return min(homes, key=lambda name: (-homes[name], name))
        made = _apart(identifier(_first(path) or tag_of(operation) or "default", reserved=CLIENT_MEMBERS))
        return self._folders.get(made, made)


def derived_name(method: str, path: str, operation: Mapping[str, Any], homes: Homes) -> str:
    """Return the name of an operation by rule."""
    resource = homes.resource(path, operation)
    return f"{resource}.{_safe(_function(method, path, operation, resource), resource)}"


def full_name(method: str, path: str, operation: Mapping[str, Any], homes: Homes) -> str:
    """Return a longer name, for an operation whose name by rule is taken: all of the operationId, or of the path."""
    made = str(operation.get("operationId") or f"{method} {re.sub(r'[{}]', '', path)}")
    resource = homes.resource(path, operation)
    return f"{resource}.{_safe(made, resource)}"


def segments(path: str) -> list[str]:
    """Return the segments of a path, placeholders included and versions (`v1`) excluded."""
    return [part for part in path.strip("/").split("/") if part and not re.fullmatch(r"v\d+(beta\d*)?", part)]


def tag_of(operation: Mapping[str, Any]) -> str:
    """Return the first tag without a remark: "Responses (Alpha)" and "Responses" are one resource."""
    tags = operation.get("tags") or [""]
    return re.sub(r"\(.*?\)", "", str(tags[0])).strip()


def _first(path: str) -> str:
    return next((part for part in segments(path) if not part.startswith("{")), "")


def _function(method: str, path: str, operation: Mapping[str, Any], resource: str) -> str:
    said = {_one(word) for text in (resource, _first(path), tag_of(operation)) for word in snake_words(text)}
    tail = [word for part in segments(path)[1:] if not part.startswith("{") for word in snake_words(part)]
    tail = [word for word in tail if _one(word) not in said]
    placeholders = {word for name in re.findall(r"{([^{}]*)}", path) for word in snake_words(name)} - {
        _one(w) for w in tail
    }
    words = snake_words(str(operation.get("operationId") or "")) or tail
    generic = _GENERIC.get(method, set()) | {method}
    rest = [word for word in words if word not in _NOISE and _one(word) not in said]
    verbs = [word for word in rest[:1] if word in generic] or [word for word in rest[-1:] if word in generic]
    if verbs:
        rest.remove(verbs[0])
    while rest and (rest[-1] in placeholders or rest[-1] in ("by", "with", "for", "from")):
        rest.pop()
    if not rest:
        is_item = path.rstrip("/").endswith("}")
        default = (_ON_ITEM if is_item else _ON_LIST).get(method, method)
        return verbs[0] if verbs and verbs[0] in ("list", "create", "update", "delete", "retrieve") else default
    if verbs and verbs[0] not in ("get", method) and [_one(word) for word in rest] != [_one(word) for word in tail]:
        rest = [*verbs, *rest]  # a verb that the path does not imply: `create_batch`
    elif method == "delete" and verbs:
        rest = ["delete", *rest]
    return "_".join(rest)


def _one(word: str) -> str:
    """Return a word in the singular, so that `voices` and `voice` are one."""
    found = singular(word)
    return word if found.endswith("Item") else found


def _safe(text: str, resource: str) -> str:
    own = JOB_METHODS if resource in JOBS else frozenset[str]()
    return _apart(identifier(text, reserved=_METHOD_NAMES | ARGUMENTS | RESOURCE_MEMBERS | own))


def _apart(name: str) -> str:
    """Keep a name apart from those in the generated packages: an underscore would not, as a module loses it."""
    bare = name.rstrip("_")
    return f"api_{bare}" if bare in MODULES else name
