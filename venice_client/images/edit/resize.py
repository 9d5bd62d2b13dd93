"""
Pictures that are larger than the API takes, made smaller: `resize=True`.

Proportions, media type and colour profile stay; the picture is turned upright by its EXIF data, and other metadata are
left out. A picture within the limits is not changed, and one that is too small is not enlarged.
"""

from __future__ import annotations

import io
from math import sqrt
from typing import TYPE_CHECKING, Any, Final

import attrs

from venice_client.images.edit.pillow import check_depth, opened, upright
from venice_client.images.picture import Limits, Picture, fitting_name, refusal
from venice_client.images.uploads import BytesUpload

if TYPE_CHECKING:
    from PIL.Image import Image

_ATTEMPTS: Final = 8
# Media type -> the format in Pillow, its options, and the modes that it holds. What is not here becomes PNG.
_FORMATS: Final[dict[str, tuple[str, dict[str, Any], tuple[str, ...]]]] = {
    "image/jpeg": ("JPEG", {"quality": 90}, ("RGB", "L", "CMYK")),
    "image/webp": ("WEBP", {"quality": 90}, ("RGB", "RGBA")),
    "image/png": ("PNG", {}, ("RGB", "RGBA", "L", "LA", "I;16")),
}


def resized(picture: Picture, limits: Limits) -> Picture:
    """
    The picture within the limits of pixels and bytes. A URL is returned as it is.

    Raises RequestValidationError where Pillow is missing or can't read it, where it is animated, or holds more pixels
    than Pillow is willing to decode.
    """
    if picture.upload is None or _fits(picture, limits):
        return picture
    what = f"the picture {picture.filename!r}" if picture.filename else "the picture"
    media_type = picture.media_type if picture.media_type in _FORMATS else "image/png"
    with opened(picture.data or b"", what) as source:
        # Photos of phones may hold a second view, as JPEG: the first is the photo.
        if picture.media_type != "image/jpeg" and getattr(source, "n_frames", 1) > 1:
            raise refusal(f"{what} has several frames, and resize=True would keep one of them: choose it first")
        goal = _within(source.size, limits.max_pixels)
        source.draft(None, goal)  # a JPEG is decoded at a half, a quarter or an eighth where that is enough
        data, size = _encoded(_prepared(upright(source), str(media_type)), goal, limits, str(media_type), what)
    return attrs.evolve(
        picture,
        upload=BytesUpload(data),
        media_type=media_type,
        filename=fitting_name(picture.filename, str(media_type)),
        width=size[0],
        height=size[1],
    )


def _fits(picture: Picture, limits: Limits) -> bool:
    pixels = (picture.width or 0) * (picture.height or 0)
    return (limits.max_pixels is None or pixels <= limits.max_pixels) and (
        limits.max_bytes is None or (picture.size or 0) <= limits.max_bytes
    )


def _within(size: tuple[int, int], pixels: int | None) -> tuple[int, int]:
    width, height = size
    if pixels is None or width * height <= pixels:
        return size
    return _scaled(size, sqrt(pixels / (width * height)))


def _scaled(size: tuple[int, int], factor: float) -> tuple[int, int]:
    return max(1, int(size[0] * factor)), max(1, int(size[1] * factor))


def _prepared(image: Image, media_type: str) -> Image:
    """The image in a mode that can be resized and that the format holds."""
    check_depth(image)
    modes = _FORMATS[media_type][2]
    # Resizing mixes the colour that stands for transparency with its neighbours, so it needs an alpha channel.
    if image.mode in modes and (image.mode == "I;16" or "transparency" not in image.info):
        return image
    if image.mode == "1":
        return image.convert("L" if "L" in modes else "RGB")
    has_alpha = image.has_transparency_data and "RGBA" in modes
    return image.convert("RGBA" if has_alpha else "RGB")


def _encoded(
    image: Image, goal: tuple[int, int], limits: Limits, media_type: str, what: str
) -> tuple[bytes, tuple[int, int]]:
    kind, options, _ = _FORMATS[media_type]
    profile = image.info.get("icc_profile")
    # It may have been turned upright, and then what was its width is its height.
    size = goal if (image.width > image.height) == (goal[0] > goal[1]) else (goal[1], goal[0])
    for _ in range(_ATTEMPTS):
        from PIL.Image import Resampling

        gap = None if image.mode == "I;16" else 3.0  # Pillow can't average that mode in its first, rough step
        resized = image if size == image.size else image.resize(size, Resampling.LANCZOS, reducing_gap=gap)
        target = io.BytesIO()
        resized.save(target, kind, icc_profile=profile, **options)
        data = target.getvalue()
        if limits.max_bytes is None or len(data) <= limits.max_bytes:
            return data, size
        size = _scaled(size, min(0.9, 0.95 * sqrt(limits.max_bytes / len(data))))
    raise refusal(f"{what} can't be made small enough for {limits.max_bytes:,} bytes")
