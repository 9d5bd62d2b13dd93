"""
Images of PIL and arrays of NumPy as PNG. The one module that imports Pillow, on first use.

NumPy is not imported: an array has its shape, and Pillow reads it.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from venice_client._core.errors import RequestValidationError
from venice_client.images.picture import refusal, shown

if TYPE_CHECKING:
    from PIL.Image import Image

# Modes of Pillow that PNG can't hold -> what they become.
_MODES: Final = {
    "PA": "RGBA",
    "RGBa": "RGBA",
    "La": "LA",
    "RGBX": "RGB",
    "CMYK": "RGB",
    "YCbCr": "RGB",
    "HSV": "RGB",
    "LAB": "RGB",
}
_OTHER_COLOURS: Final = frozenset({"CMYK", "LAB"})  # a profile of these does not fit what they become


def png_of(source: Any) -> bytes:
    """
    The PNG of a PIL image or of an array.

    An image that was opened and not yet changed is turned upright as its EXIF data say; one that was changed is taken
    as its pixels stand.
    """
    loaded = sys.modules.get("PIL.Image")
    if loaded and isinstance(source, loaded.Image):
        with _refusing("the PIL image"):
            return encoded(upright(source) if source.format else source)
    with _refusing("the array"):
        return encoded(_from_array(source))


def encoded(image: Image) -> bytes:
    """The image as PNG."""
    check_depth(image)
    options: dict[str, Any] = {"icc_profile": None} if image.mode in _OTHER_COLOURS else {}
    target = io.BytesIO()
    if image.mode in _MODES:
        image = image.convert(_MODES[image.mode])
    image.save(target, "PNG", **options)
    return target.getvalue()


def check_depth(image: Image) -> None:
    """Raise RequestValidationError for floats and 32 bits: their values for black and white are unknown."""
    if image.mode in {"F", "I"}:
        held = "floats" if image.mode == "F" else "whole numbers of 32 bits"
        raise refusal(f"the image holds {held}: scale it to 8 bits a channel first")


def upright(image: Image) -> Image:
    """The image turned as its EXIF data say, and without what says so."""
    from PIL import ImageOps

    return ImageOps.exif_transpose(image)


@contextmanager
def opened(data: bytes, what: str) -> Iterator[Image]:
    """Open a picture, and turn errors of Pillow into RequestValidationError."""
    pillow = required(what)
    with _refusing(what), pillow.open(io.BytesIO(data)) as image:
        yield image


def required(purpose: str) -> Any:
    """The module PIL.Image. RequestValidationError where Pillow is not installed."""
    try:
        from PIL import Image
    except ImportError:
        raise refusal(f"{purpose} needs Pillow: pip install 'venice-client[pillow]'") from None
    return Image


@contextmanager
def _refusing(what: str) -> Iterator[None]:
    try:
        yield
    except RequestValidationError:
        raise
    except Exception as error:  # of a damaged picture, Pillow raises nearly anything
        problem = f"{what} can't be read by Pillow: {shown(str(error), 100)}"
        if type(error).__name__.startswith("DecompressionBomb"):
            advice = "raise PIL.Image.MAX_IMAGE_PIXELS if you trust the picture"
            problem = f"{what} has more pixels than Pillow decodes: {advice}"
        elif type(error).__name__ == "UnidentifiedImageError":
            problem = f"{what} is not one that Pillow can read: convert it to PNG or JPEG first"
        raise refusal(problem) from error


def _from_array(array: Any) -> Image:
    pillow = required("an array as a picture")
    interface = array.__array_interface__
    shape, kind = tuple(interface["shape"]), str(interface["typestr"])
    if kind[1:] != "u1":
        advice = "scale it to 0 to 255, and convert it by .astype('uint8')"
        raise refusal(f"an array of {getattr(array, 'dtype', kind)} is not a picture: {advice}")
    if len(shape) not in (2, 3) or (len(shape) == 3 and shape[2] not in (1, 3, 4)) or 0 in shape:
        raise refusal(f"an array of shape {shape} is not a picture: height x width, or height x width x 1, 3 or 4")
    if len(shape) == 3 and shape[2] == 1:
        array = array[:, :, 0]
    image: Image = pillow.fromarray(array)
    return image
