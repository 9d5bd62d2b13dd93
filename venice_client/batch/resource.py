"""`images.map` as a method of both resources. What it needs is imported when it is called."""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from venice_client.batch.options import Progress
    from venice_client.batch.run import AsyncMapRun, MapRun


class ManyPictures:
    """The part of `venice.images` that works on many pictures."""

    _client: Any

    def map(
        self,
        pictures: str | os.PathLike[str] | Iterable[Any],
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
        progress: Progress = None,
        **options: Any,
    ) -> MapRun:
        """
        Do the same work on many pictures, and yield a `MapResult` of each as it comes.

            for item in venice.images.map("photos/", "make the sky a sunset", to="out/", progress=True):
                print(item.name, item.path or item.error or item.skipped)

        Nothing is sent before the first result is asked for. One bad picture does not stop the others: its result
        has an `error`. What concerns all of them (a wrong key, an empty balance, a full disk) is raised, when what is
        under way has ended.

        With `to`, each picture is saved there as soon as it has come, under the name of its input, and a manifest
        records what was begun, done and failed. Run it again after a failure, or after the program was killed, and
        what is done is not sent again.

        Of some calls it is not known whether they were paid for: those that ended in a timeout or in a lost
        connection, and, after a kill, those that were under way, at most `concurrency` of them. The next run yields
        each of them with status "unknown" and an error that names it, and does not send it again unless
        `resend_unknown` is True. `run.summary.unknown` lists their names.

        Args:
            pictures: A folder, or an iterable of anything that a method of `images` takes as a picture, or of pairs
                of a name and a picture. It is asked for no more than can be worked on, so that it may be endless.
            prompt: What to change, in words, where the operation is "edit".
            operation: What to do with each picture.
            call: What to do in its place: called with the client and the picture.
            task: A name for what `call` does. The manifest tells work from other work by it: without one, by the
                callable's own name, whatever it does today.
            to: A folder to save the results in; it is made.
            manifest: A file for the manifest; `.venice-map.jsonl` in `to` without it.
            concurrency: How many calls are made at once.
            ordered: Yield the results in the order of the pictures.
            on_error: "raise" to raise the first error of a picture.
            recursive: Take the pictures in the folders below too.
            resend_unknown: Send again what may have been paid for in an earlier run: it may be paid for twice.
            progress: True for a bar on a terminal (tqdm), or what is called with the numbers of pictures that are
                done, and of all of them or None.
            **options: The parameters of the operation.

        Raises:
            RequestValidationError: an argument can't be right, or another run holds the manifest.
        """
        from venice_client.batch.options import plan
        from venice_client.batch.run import MapRun

        return MapRun(
            self._client,
            plan(
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
                asynchronous=False,
            ),
        )


class AsyncManyPictures:
    """The same, for tasks in the place of threads."""

    _client: Any

    def map(
        self,
        pictures: str | os.PathLike[str] | Iterable[Any] | AsyncIterable[Any],
        prompt: str | None = None,
        *,
        operation: Literal["edit", "upscale", "remove_background"] = "edit",
        call: Callable[[Any, Any], Awaitable[Any]] | None = None,
        task: str | None = None,
        to: str | os.PathLike[str] | None = None,
        manifest: str | os.PathLike[str] | None = None,
        concurrency: int = 8,
        ordered: bool = False,
        on_error: Literal["return", "raise"] = "return",
        recursive: bool = False,
        resend_unknown: bool = False,
        progress: Progress = None,
        **options: Any,
    ) -> AsyncMapRun:
        """
        Do the same work on many pictures, and yield a `MapResult` of each as it comes: see `Images.map`.

            async with venice.images.map("photos/", "make the sky a sunset", to="out/") as run:
                async for item in run:
                    print(item.name, item.path or item.error or item.skipped)

        `call` is an async function, and `pictures` may be an asynchronous iterable. It runs on asyncio.
        """
        from venice_client.batch.options import plan
        from venice_client.batch.run import AsyncMapRun

        return AsyncMapRun(
            self._client,
            plan(
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
                asynchronous=True,
            ),
        )
