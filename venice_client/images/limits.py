"""
The limits of a place in pixels and bytes, compared with a picture's header before the call is paid for.

What a header lacks is not compared: the server decides then.
"""

from __future__ import annotations

from typing import Final

import attrs

from venice_client.images.picture import SIZE_LIMIT, Picture, refusal

_FIT: Final = "resize=True makes it smaller"


@attrs.frozen(kw_only=True)
class Limits:
    """The limits of a place; None limits nothing."""

    min_pixels: int | None = None
    max_pixels: int | None = None
    """Width times height."""
    max_bytes: int | None = None
    min_side: int | None = None
    """Of width and of height."""


GENERAL: Final = Limits(min_pixels=65_536, max_pixels=33_177_600, max_bytes=SIZE_LIMIT)
"""The API's limits for pictures in general."""


def check_limits(
    picture: Picture,
    *,
    min_pixels: int | None = None,
    max_pixels: int | None = None,
    max_bytes: int | None = None,
    min_side: int | None = None,
    what: str = "the picture",
) -> None:
    """Raise RequestValidationError with every limit that the picture exceeds, and what to do. A URL passes."""
    found = f"{what} is {picture.width:,} x {picture.height:,} pixels" if picture.width and picture.height else ""
    pixels = (picture.width or 0) * (picture.height or 0)
    size = picture.size or 0
    problems = []
    if found and max_pixels is not None and pixels > max_pixels:
        problems.append(f"{found} ({pixels:,}), and at most {max_pixels:,} are taken: {_FIT}")
    if found and min_pixels is not None and pixels < min_pixels:
        problems.append(f"{found} ({pixels:,}), and at least {min_pixels:,} are needed: enlarge it first")
    if found and min_side is not None and min(picture.width or 0, picture.height or 0) < min_side:
        problems.append(f"{found}, and both sides must have at least {min_side:,}: enlarge it first")
    if max_bytes is not None and size > max_bytes:
        problems.append(f"{what} holds {size:,} bytes, and at most {max_bytes:,} are taken: {_FIT}")
    if problems:
        error = refusal(problems[0])
        raise type(error)(problems)
