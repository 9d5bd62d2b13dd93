"""`images.map` as a method of both resources. What it needs is imported when it is called."""

from __future__ import annotations

import inspect
import os
from collections.abc import AsyncIterable, Callable, Iterable
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, TypedDict, TypeVar, Unpack, overload

from venice_client._core.request.arguments import also_takes, check_methods
from venice_client._core.request.call import CallOptions, PictureInput
from venice_client.api.resources import resource_classes

if TYPE_CHECKING:
    from venice_client.api.images.edit import EditOptions
    from venice_client.api.images.remove_background import RemoveBackgroundOptions
    from venice_client.api.images.upscale import UpscaleOptions
    from venice_client.batch.run import AsyncMapRun, MapRun  # noqa: F401  # named in strings
else:
    EditOptions = RemoveBackgroundOptions = UpscaleOptions = CallOptions  # another description may lack one

_METHODS = ("edit", "upscale", "remove_background")
"""The methods of `images` that `map` calls."""
RunT = TypeVar("RunT")
PicturesT = TypeVar("PicturesT")

Picture: TypeAlias = PictureInput | tuple[str, PictureInput]
"""A picture in any form that a method of `images` takes, or a pair of a name and such a picture."""


class MapOptions(TypedDict, total=False):
    """The options of `map` that concern the run, whatever is done with each picture."""

    task: str | None
    to: str | os.PathLike[str] | None
    manifest: str | os.PathLike[str] | None
    concurrency: int
    ordered: bool
    on_error: Literal["return", "raise"]
    recursive: bool
    resend_unknown: bool
    progress: bool | Callable[[int, int | None], object] | None


class _PictureOptions(MapOptions, total=False):
    resize: bool
    strip_metadata: bool


class _EditOptions(_PictureOptions, EditOptions, total=False):
    """Of the operation "edit"."""


class _UpscaleOptions(_PictureOptions, UpscaleOptions, total=False):
    """Of the operation "upscale"."""


class _RemoveBackgroundOptions(_PictureOptions, RemoveBackgroundOptions, total=False):
    """Of the operation "remove_background"."""


class _Map(Generic[RunT, PicturesT]):
    """The method, for both resources. It passes parameters on that a newer description adds to an operation."""

    _client: Any  # a `PictureClient`, whose type the other base of the resource declares

    @overload
    def map(
        self,
        pictures: str | os.PathLike[str] | PicturesT,
        prompt: str,
        *,
        operation: Literal["edit"] = "edit",
        **options: Unpack[_EditOptions],
    ) -> RunT: ...
    @overload
    def map(
        self,
        pictures: str | os.PathLike[str] | PicturesT,
        *,
        operation: Literal["upscale"],
        **options: Unpack[_UpscaleOptions],
    ) -> RunT: ...
    @overload
    def map(
        self,
        pictures: str | os.PathLike[str] | PicturesT,
        *,
        operation: Literal["remove_background"],
        **options: Unpack[_RemoveBackgroundOptions],
    ) -> RunT: ...
    @overload
    def map(
        self,
        pictures: str | os.PathLike[str] | Iterable[Any] | AsyncIterable[Any],
        *,
        call: Callable[[Any, Any], Any],
        **options: Unpack[MapOptions],
    ) -> RunT: ...
    @also_takes(*_METHODS)
    def map(
        self,
        pictures: Any,  # the overloads have the types
        prompt: str | None = None,
        *,
        operation: Literal["edit", "upscale", "remove_background"] = "edit",
        call: Callable[[Any, Any], Any] | None = None,
        task: str | None = None,
        to: str | os.PathLike[str] | None = None,
        manifest: str | os.PathLike[str] | None = None,
        concurrency: int = 8,
        ordered: bool = False,
        on_error: Literal["return", "raise"] = "return",
        recursive: bool = False,
        resend_unknown: bool = False,
        progress: bool | Callable[[int, int | None], object] | None = None,
        **options: Any,
    ) -> Any:
        """
        Do the same work on many pictures, and yield a `MapResult` for each as it comes.

            for item in venice.images.map("photos/", "make the sky a sunset", to="out/", progress=True):
                print(item.name, item.path or item.error or item.skipped)

        Arguments are checked at the call; nothing is sent before the first result is requested. One bad picture does
        not stop the others: its item has an `error`. What concerns all of them (a wrong key, an empty balance, a full
        disk) is raised once the calls in progress have ended.

        With `to`, each result is saved there as it comes, and a manifest records what was begun, done and failed. Run
        it again after a failure or a kill, and what is done is not sent again. Of some calls it is not known whether
        they were paid for: those that ended in a timeout or a lost connection, and, after a kill, those in progress,
        at most `concurrency`. The next run yields each of them with status "unknown" and an error that names it, and
        does not send it; `summary.unknown` lists their names.

        The async client takes asynchronous iterables too, and is used as `async with venice.images.map(...) as run:`,
        `async for item in run:`.

        Args:
            pictures: A folder; or an iterable, which may be endless, of pictures in any form that a method of `images`
                takes, or of pairs of a name and a picture; or a mapping of names to pictures.
            prompt: The change, in words, for the operation "edit".
            operation: The method of `images` to call for each picture.
            call: A function to call instead, with the client and the picture; async for the async client.
            task: A name for what `call` does, which separates its work from other work in the manifest; without it, the
                name of the function.
            to: The folder for the results; it is created.
            manifest: The file of the manifest; `.venice-map.jsonl` in `to` without it.
            concurrency: The number of calls in progress at once, >= 1.
            ordered: Yield the items in the order of the pictures.
            on_error: "raise" raises the first error of a picture.
            recursive: Take the pictures in folders below too.
            resend_unknown: Send again what may have been paid for in an earlier run: it may be paid for twice.
            progress: True for a bar on a terminal (tqdm), or a function of the number of items that have come and of
                all (None where that is not known).
            **options: The parameters of the operation and of every call, as in `images.edit`, `images.upscale` and
                `images.remove_background`.

        Raises:
            RequestValidationError: an argument is unknown or wrong; at the first result: another run holds the
                manifest, or a newer version wrote it.
            SaveError: at the end of the run: a result or the manifest could not be written. `unsaved` has the items
                whose bytes are in memory only.
        """
        from venice_client.batch.options import make_plan
        from venice_client.batch.run import AsyncMapRun, MapRun

        plan = make_plan(
            self._client,
            pictures,
            prompt,
            operation=operation,
            call=call,
            task=task,
            to=to,
            manifest=manifest,
            concurrency=concurrency,
            ordered=ordered,
            on_error=on_error,
            recursive=recursive,
            resend_unknown=resend_unknown,
            progress=progress,
            options=options,
        )
        return (AsyncMapRun if self._client.is_async else MapRun)(self._client, plan)


def _signature() -> inspect.Signature:
    """Return the signature of `map` with the parameters of the operations, for `help` and completion at run time."""
    found = dict(inspect.signature(_Map.map).parameters)
    del found["options"]
    generated, _ = resource_classes("images")
    for name in _METHODS:
        if (method := getattr(generated, name, None)) is not None:
            for item in inspect.signature(method).parameters.values():
                if item.kind is item.KEYWORD_ONLY and item.name != "image_url":  # `map` gives the picture
                    found.setdefault(item.name, item)
    return inspect.Signature(list(found.values()))


_Map.map.__signature__ = _signature()  # type: ignore[attr-defined]
check_methods(_Map)


class ManyPictures(_Map["MapRun", Iterable[Picture]]):
    """The part of `venice.images` that works on many pictures, in threads."""


class AsyncManyPictures(_Map["AsyncMapRun", Iterable[Picture] | AsyncIterable[Picture]]):
    """The part of `venice.images` that works on many pictures, in tasks of asyncio."""
