"""
A str or bytes of text as a picture: a data URI, a URL, base64, or something else.

Nothing here touches the file system or the network, except that `is_foreign` looks whether there is a file of a name.
"""

from __future__ import annotations

import binascii
import os
import re
import string
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote_to_bytes

from venice_client._core.response.sniffing import HEAD, picture_type
from venice_client._core.transport.network import split_url
from venice_client.images.picture import check_size, refusal, shown

_ALPHABET: Final = string.ascii_letters + string.digits + "+/"
_URL: Final = re.compile(r"https?://", re.IGNORECASE)
_NEVER_IN_URL: Final = re.compile(r"[\s\x00-\x1f\x7f\ud800-\udfff]")
# A data URI that can be decoded: base64 has an alphabet, the other kind takes any character.
_ENCODED: Final = re.compile(
    r"data:[^,]*;base64,[\w+/=%\s-]*|(?!data:[^,]*;base64)data:[^,]*,.*", re.IGNORECASE | re.DOTALL | re.ASCII
)
_LINE_LENGTHS: Final = {64, 76}
_NAME: Final = re.compile(r"[/\\\0]|^\s*~|\.\w{1,5}\s*$")


def is_data_uri(text: str) -> bool:
    """Whether the text begins as a data URI."""
    return text.lstrip()[:5].lower() == "data:"


def is_url(text: str) -> bool:
    """Whether the text begins as an http(s) URL."""
    return _URL.match(text.lstrip()) is not None


def is_base64(text: str, detect: Callable[[bytes], str | None] = picture_type) -> bool:
    """Whether the text begins as base64 of what `detect` knows: 16 characters of it are enough, a dot ends it."""
    start = _joined(text[: 4 * HEAD]).replace(" ", "+").replace("-", "+").replace("_", "/")
    run = len(start) - len(start.lstrip(_ALPHABET))
    run = min(run, HEAD) // 4 * 4
    return run >= 16 and detect(binascii.a2b_base64(start[:run])) is not None


def is_foreign(text: str, *, local_files: bool) -> bool:
    """
    Whether a text is neither a picture nor a file name, so that the API may know a form that this client does not.

    The name of a missing file and base64 of a picture that is cut off are not foreign.
    """
    if is_data_uri(text):
        return _ENCODED.fullmatch(text.strip()) is None
    if not text.strip() or _NAME.search(text) or is_base64(text):
        return False
    return not (local_files and os.path.lexists(text))


def text_in(data: bytes, detect: Callable[[bytes], str | None] = picture_type) -> str | None:
    """Return bytes as text where they are base64, as b64encode() gives it, or a data URI; else None."""
    head = data[: 4 * HEAD].decode("latin-1")
    return data.decode("latin-1") if is_base64(head, detect) or is_data_uri(head) else None


def parse_url(text: str) -> str:
    """Return the URL without white space around it. Raises RequestValidationError where it is not one."""
    address = text.strip()
    if not is_url(address) or _NEVER_IN_URL.search(address) or split_url(address) is None:
        what = "not a URL, though it starts as one" if is_url(text) else "not an http(s) URL"
        raise refusal(f"{what}: {shown(text)}")
    return address


def from_data_uri(text: str, limit: int) -> tuple[bytes, str]:
    """Return the bytes of a data URI, whatever media type it declares, and its name in errors."""
    uri = text.strip()
    what = f"the data URI {shown(uri)}"
    if not is_data_uri(uri):
        raise refusal(f"not a data URI: {shown(text)}")
    declared, comma, content = uri[5:].partition(",")
    if not comma:
        raise refusal(f"{what} has no comma, and so no content")
    marks = [mark.strip().lower() for mark in declared.split(";")]
    if "base64" in marks or is_base64(content):  # some forget the mark, or put another one behind it
        if "%" in content:
            content = unquote_to_bytes(content).decode("latin-1")
        return _decoded(content, what, limit), what
    check_size(len(content) - 2 * content.count("%"), what, limit)
    return _percent(content), what


def from_base64(text: str, limit: int) -> tuple[bytes, str]:
    """Return the bytes of base64 in any spelling, and its name in errors."""
    return _decoded(text, f"base64 {shown(text)}", limit), "the base64"


def _percent(content: str) -> bytes:
    try:
        return unquote_to_bytes(content)
    except UnicodeEncodeError:  # half of a surrogate pair: no byte stands for it
        return content.encode(errors="surrogatepass")


def decode_base64(text: str) -> bytes:
    """
    Return the bytes of base64: standard or URL-safe alphabet, padded or not, with line breaks or without.

    A blank within a line stands for "+". Raises ValueError for anything else: no character is skipped.
    """
    text = _unwrapped(text).rstrip("=")
    return binascii.a2b_base64(text + "=" * (-len(text) % 4), strict_mode=True)


def _decoded(text: str, what: str, limit: int) -> bytes:
    check_size((len(text) // 4 - 1) * 3 - text.count("\n") * 3, what, limit)  # at least so many bytes
    try:
        return decode_base64(text)
    except ValueError as error:
        raise refusal(f"{what} is damaged: {error}") from None


def _unwrapped(text: str) -> str:
    """
    Return base64 on one line, in the standard alphabet.

    A blank is a line break where all lines have a usual length, else a "+" that was lost if the text has no other. The
    length must then be right without padding. Other blanks stay, and decoding fails: to skip them gives other bytes.
    """
    joined = _joined(text)
    if " " in joined:
        lines = joined.split(" ")
        if len({len(line) for line in lines[:-1]} | _LINE_LENGTHS) == len(_LINE_LENGTHS):
            joined = "".join(lines)
        elif not {"+", "-", "_"} & set(joined):
            joined = joined.replace(" ", "+")
    if len(joined) % 4 and " " in text.strip():
        return text
    return joined.replace("-", "+").replace("_", "/")


def _joined(text: str) -> str:
    """Return a text without line breaks and the indentation of its lines."""
    text = text.strip()
    if len(text.split(None, 1)) < 2:
        return text
    first, *others = text.splitlines()
    indent = min((len(line) - len(line.lstrip()) for line in others), default=0)
    return "".join([first, *(line[indent:] for line in others)]).replace("\t", "")
