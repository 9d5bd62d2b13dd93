"""
The list of models, GET /models: in memory, else in a file of the user's cache folder, else from the network.

One catalog is shared by a client and its copies. One thread or task at a time fetches the list, the others wait for
it. Nothing of a row is relied on: a row of another shape is left out, and what a row does not state is unknown.

The file spares programs that start often a request. It is private, holds no key, and a missing or damaged one counts
as none. VENICE_CACHE_DIR names another folder; an empty value switches the file off.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import anyio
import msgspec
from attrs import field, frozen

from venice_client._core.client import awaited, run_blocking
from venice_client._core.errors import RequestValidationError, VeniceError
from venice_client._core.errors.text import one_line
from venice_client._core.forks import renew_in_children
from venice_client._core.request.call import CallOptions
from venice_client._core.response.response import decode_error
from venice_client._core.response.save import replace_content
from venice_client._core.schema.values import is_integer, is_number
from venice_client.api import OPERATIONS
from venice_client.capabilities.request import fields
from venice_client.capabilities.rules import KIND_OF, KINDS, RULES_OF

if TYPE_CHECKING:
    from venice_client._core.client import AsyncClient, SyncClient
    from venice_client._core.response.response import Response

MAX_AGE: Final = 3600.0
"""Seconds for which a list is used without a new request."""
HOLD_OFF: Final = 60.0
"""Seconds without another request after one has failed that a call was waiting for."""
PATIENCE: Final = 10.0
"""Seconds that a call waits for the list."""
LIST: Final = "GET /models"
_MAX_FILE: Final = 32 * 1024 * 1024


@frozen
class Capabilities:
    """What GET /models states of one model. Print it to read its limits by operation."""

    id: str
    kind: str
    """`text`, `image`, `inpaint` (edits pictures), `video`, ...; empty where the row has none."""
    row: Mapping[str, Any] = field(repr=False)
    """The row as it came."""

    @property
    def spec(self) -> Mapping[str, Any]:
        """The row's `model_spec`; empty where it has none."""
        return fields(self.row.get("model_spec"))

    @property
    def constraints(self) -> Mapping[str, Any]:
        """The row's limits, by the API's names."""
        return fields(self.spec.get("constraints"))

    @property
    def features(self) -> Mapping[str, Any]:
        """What a text model supports (`capabilities` in the row), by the API's names."""
        return fields(self.spec.get("capabilities"))

    @property
    def context_length(self) -> int | None:
        """The tokens that prompt and completion may have together; None where the row does not say."""
        value = self.spec.get("availableContextTokens")
        return value if is_integer(value) else None

    @property
    def traits(self) -> tuple[str, ...]:
        """Names that stand for this model too, such as `default`."""
        traits = self.spec.get("traits")
        return tuple(trait for trait in traits if isinstance(trait, str)) if isinstance(traits, list) else ()

    @property
    def offline(self) -> bool:
        """Whether it can't be used at present."""
        return self.spec.get("offline") is True

    @property
    def limits(self) -> dict[str, dict[str, str]]:
        """Its limits in words, by operation and parameter."""
        found: dict[str, dict[str, str]] = {}
        for operation, rules in RULES_OF.items():
            for rule in rules if self.kind == KIND_OF[operation] or self.kind not in KINDS else ():
                if limit := rule.compare.limit(rule.state(self.spec)):
                    own = found.setdefault(operation, {})
                    own[rule.field] = "; ".join(filter(None, [own.get(rule.field), limit]))
        return found

    def deprecation(self) -> str | None:
        """Return a sentence where the row says that the model goes away, and the time of warning has come."""
        row = fields(self.spec.get("deprecation"))
        starts, until, successor = (row.get(name) for name in ("startsAt", "removesAt", "replacementModelId"))
        if not row or _is_future(starts):
            return None
        until = until or row.get("date")
        text = f"the model {self.id} is deprecated" + (f", until {until}" if isinstance(until, str) else "")
        return one_line(text + (f"; use {successor}" if isinstance(successor, str) else ""), 500)

    def __str__(self) -> str:
        lines = [one_line(f"{self.id} ({self.kind or 'of an unknown kind'}{', offline' if self.offline else ''})", 200)]
        for operation, limits in self.limits.items():
            lines += [f"  {operation}", *(f"    {name}: {one_line(limit, 1000)}" for name, limit in limits.items())]
        return "\n".join(lines)


class Catalog:
    """All models of one API."""

    def __init__(self, rows: Iterable[Any], fetched: float) -> None:
        """`fetched` is when the list came, in seconds since 1970."""
        self.fetched = fetched
        self._by_name: dict[str, list[Capabilities]] = {}
        self._by_trait: dict[str, list[Capabilities]] = {}
        for row in rows:
            name = row.get("id") if isinstance(row, Mapping) else None
            if isinstance(name, str) and name:
                kind = row.get("type")
                model = Capabilities(name, kind if isinstance(kind, str) else "", row)
                self._by_name.setdefault(name, []).append(model)
                for trait in model.traits:
                    self._by_trait.setdefault(trait, []).append(model)

    def __len__(self) -> int:
        return len(self._by_name)

    def find(self, name: Any, kind: str = "") -> Capabilities | None:
        """
        Return a model by its id, by an id with features behind a colon, or by a trait that one model of the kind has.

        Names of other vendors' models, which the API translates, are not in the list.
        """
        for text in dict.fromkeys((name, name.partition(":")[0])) if isinstance(name, str) else ():
            if rows := self._by_name.get(text):
                return next((row for row in rows if row.kind == kind), rows[0])
            rows = [row for row in self._by_trait.get(text, ()) if not kind or row.kind == kind]
            if len(rows) == 1:
                return rows[0]
        return None

    def of_kind(self, kind: str) -> list[Capabilities]:
        """Return the models of a kind that can be used at present."""
        return [row for rows in self._by_name.values() for row in rows if row.kind == kind and not row.offline]

    def having(self, kind: str, features: Iterable[str], min_context: int) -> list[Capabilities]:
        """Return the models of a kind with all features, in the order of the list. Raises for an unknown feature."""
        unchecked: Any = min_context
        problems = [
            f"{name} must be str, got {type(value).__name__}"
            for name, value in (("kind", kind), *(("feature", feature) for feature in features))
            if not isinstance(value, str)
        ]
        if not is_number(unchecked):
            problems.append(f"min_context must be a number of tokens, got {type(unchecked).__name__}")
        if problems:
            raise RequestValidationError(problems)
        rows = self.of_kind(kind)
        if kind not in (kinds := sorted({row.kind for same in self._by_name.values() for row in same})):
            raise RequestValidationError([f"kind: no model is of the kind {kind[:80]!r}; there are {', '.join(kinds)}"])
        names = {_plain(name): name for row in rows for name in row.features}
        required = [_plain(feature) for feature in features]
        if unknown := [feature for feature in features if _plain(feature) not in names]:
            known = f"the list of models states {', '.join(sorted(names.values())) or 'none'} of {kind} models"
            raise RequestValidationError([f"feature: {name[:80]!r} is not known; {known}" for name in unknown])
        return [
            row
            for row in rows
            if all(row.features.get(names[name]) is True for name in required)
            and (row.context_length or 0) >= min_context
        ]

    def nearest(self, name: str, kind: str = "") -> str:
        """Return a sentence that names the models of a kind whose ids are nearest to a name."""
        from difflib import get_close_matches

        ids = [model.id for model in self.of_kind(kind)] if kind else list(self._by_name)
        near = get_close_matches(name, ids, 3, 0.4)
        known = f"the nearest are {', '.join(near)}" if near else "venice.models.list(type='all') has all"
        return one_line(f"the list of models has no {name[:80]!r}; {known}", 500)


class _Answer(msgspec.Struct):
    data: list[Any]


class _File(msgspec.Struct):
    fetched: float
    models: list[dict[str, Any]]


class CatalogSource:
    """Where a client and its copies get the list of one API's models."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._catalog: Catalog | None = None
        self._failed = 0.0
        self.is_failure_reported = False
        # One lock for threads and tasks: a waiting task polls it, which works in every event loop.
        self._lock = threading.Lock()
        renew_in_children(self)

    def forked(self) -> None:
        """Renew the lock in a forked child."""
        self._lock = threading.Lock()

    @classmethod
    def of(cls, client: SyncClient | AsyncClient) -> CatalogSource:
        """Return the source that a client shares with its copies."""
        source: CatalogSource = client.shared.setdefault("catalog", cls(client.base_url))
        return source

    def get(self, client: SyncClient, max_age: float, *, in_call: bool = False) -> Catalog:
        """
        Return a list that is at most `max_age` seconds old. Raises VeniceError where there is none.

        `in_call`: a call waits for it, so that there is one short attempt, and none soon after a failure.
        """
        return run_blocking(self.get_async(client, max_age, in_call=in_call))

    async def get_async(self, client: SyncClient | AsyncClient, max_age: float, *, in_call: bool = False) -> Catalog:
        """Return the same; only the waits of an async client are awaited."""
        if not is_number(max_age):
            raise RequestValidationError([f"max_age must be a number of seconds, got {type(max_age).__name__}"])
        while not self._lock.acquire(blocking=not client.is_async):  # noqa: ASYNC110  # see the lock
            await anyio.sleep(0.005)
        try:
            if (known := self._known(max_age, in_call=in_call)) is not None:
                return known
            operation, options = OPERATIONS.require(LIST), CallOptions(validate=False)
            if in_call:
                client = client.with_options(max_retries=0)
                options["timeout"] = min(PATIENCE, client.timeout or PATIENCE)
            try:
                found: Any = client.send(operation, {"type": "all"}, options=options, mode="raw")
                return self._store(await awaited(client, found))
            except VeniceError:
                self._failed = time.time()
                raise
        finally:
            self._lock.release()

    def _known(self, max_age: float, *, in_call: bool) -> Catalog | None:
        if self._is_young(self._catalog, max_age):
            return self._catalog
        if in_call and 0 <= time.time() - self._failed < HOLD_OFF:
            raise VeniceError("the last request of the list of models failed")
        kept = self._load()
        if kept is None or not self._is_young(kept, max_age):
            return None
        self._catalog = kept
        return kept

    def _is_young(self, catalog: Catalog | None, max_age: float) -> bool:
        # A list of the future was saved under another clock.
        return catalog is not None and 0 <= time.time() - catalog.fetched < max_age

    def _store(self, response: Response[Any]) -> Catalog:
        """Read the rows here, not as models, so that an odd row costs nothing but itself."""
        try:
            answer = msgspec.json.decode(response.content, type=_Answer)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            raise decode_error(response, f"the list of models can't be read: {one_line(str(error))}") from None
        rows = [row for row in answer.data if isinstance(row, dict)]
        catalog = Catalog(rows, time.time())
        if not len(catalog):  # kept, it would refuse every model until it is old
            raise decode_error(response, "the list of models is empty")
        self._catalog, self._failed, self.is_failure_reported = catalog, 0.0, False
        self._save(_File(catalog.fetched, rows))
        return catalog

    def _path(self) -> Path | None:
        name = f"models-{hashlib.sha256(self._base_url.encode()).hexdigest()[:24]}.json"
        folder = os.environ.get("VENICE_CACHE_DIR")
        if folder is not None:
            return Path(folder).expanduser() / name if folder.strip() else None
        from platformdirs import user_cache_path

        return user_cache_path("venice-client", appauthor=False) / name

    def _load(self) -> Catalog | None:
        with contextlib.suppress(OSError, RuntimeError, ValueError, RecursionError, msgspec.DecodeError):
            path = self._path()
            if path is not None and path.is_file() and path.stat().st_size <= _MAX_FILE:  # a pipe would block
                kept = msgspec.json.decode(path.read_bytes(), type=_File)
                return Catalog(kept.models, kept.fetched) or None  # an empty one is damaged
        return None

    def _save(self, content: _File) -> None:
        with contextlib.suppress(OSError, RuntimeError, ValueError, TypeError):  # no folder, no room, no home
            if (path := self._path()) is None:
                return
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_content(path, msgspec.json.encode(content))


def _plain(feature: str) -> str:
    """Return the name of a feature without case, separators and the word that all begin with."""
    return feature.casefold().replace("_", "").replace("-", "").replace(" ", "").removeprefix("supports")


def _is_future(value: Any) -> bool:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) > datetime.now(UTC)
