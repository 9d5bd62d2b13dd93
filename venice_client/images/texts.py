"""
A str that somebody passed as a picture: a data URI, a URL, base64, or something else.

Nothing here touches the file system or the network. Base64 is recognised by what its beginning decodes to.
"""

from __future__ import annotations

import binascii
import os
import re
import string
from typing import Final
from urllib.parse import unquote_to_bytes, urlsplit

from venice_client.images.formats.signatures import HEAD, media_type_of
from venice_client.images.picture import check_size
from venice_client.images.wording import refusal, shown

_ALPHABET: Final = string.ascii_letters + string.digits + "+/"
_URL: Final = re.compile(r"https?://", re.IGNORECASE)
_NEVER_IN_URL: Final = re.compile(r"[\s\x00-\x1f\x7f\ud800-\udfff]")
# A data URI that can be decoded: of base64 the letters are told, the other kind takes any.
_ENCODED: Final = re.compile(
    r"data:[^,]*;base64,[\w+/=%\s-]*|(?!data:[^,]*;base64)data:[^,]*,.*", re.IGNORECASE | re.DOTALL | re.ASCII
)
_NAME: Final = re.compile(r"[/\\\0]|^\s*~|\.\w{1,5}\s*$")


def is_data_uri(text: str) -> bool:
    """Whether the text begins as a data URI."""
    return text.lstrip()[:5].lower() == "data:"


def is_url(text: str) -> bool:
    """Whether the text begins as an http(s) URL."""
    return _URL.match(text.lstrip()) is not None


def is_base64(text: str) -> bool:
    """Whether the text begins as base64 of a picture does: 16 characters of it are enough, a dot ends it."""
    start = "".join(text[: 4 * HEAD].split()).replace("-", "+").replace("_", "/")
    run = len(start) - len(start.lstrip(_ALPHABET))
    run = min(run, HEAD) // 4 * 4
    return run >= 16 and media_type_of(binascii.a2b_base64(start[:run])) is not None


def is_foreign(text: str, *, local_files: bool) -> bool:
    """
    Whether a text is neither a picture nor a name: the API may know more of it than is known here.

    A name of a file, even where there is none, and base64 of a picture that is cut off are not foreign.
    """
    if is_data_uri(text):
        return _ENCODED.fullmatch(text.strip()) is None
    if not text.strip() or _NAME.search(text) or is_base64(text):
        return False
    return not (local_files and os.path.lexists(text))


def text_in(data: bytes) -> str | None:
    """The text that bytes are, where it is base64 of a picture, as b64encode() gives it, or a data URI; else None."""
    head = data[: 4 * HEAD].decode("latin-1")
    return data.decode("latin-1") if is_base64(head) or is_data_uri(head) else None


def url(text: str) -> str:
    """The URL that the text is, without white space around it."""
    address = text.strip()
    if not is_url(address) or _NEVER_IN_URL.search(address) or not _has_host(address):
        told = "not a URL, though it starts as one" if is_url(text) else "not an http(s) URL"
        raise refusal(f"{told}: {shown(text)}")
    return address


def from_data_uri(text: str, limit: int) -> tuple[bytes, str]:
    """The bytes of a data URI, and what it is called in errors. The media type that it declares decides nothing."""
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
    """The bytes of base64 in any spelling: white space ignored, standard or URL-safe alphabet, padding or none."""
    return _decoded(text, f"base64 of a picture {shown(text)}", limit), "the base64"


def _has_host(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:  # a bracket too many, or a port that is no number
        return False


def _percent(content: str) -> bytes:
    try:
        return unquote_to_bytes(content)
    except UnicodeEncodeError:  # half of a surrogate pair: no byte stands for it
        return content.encode(errors="surrogatepass")


def _decoded(text: str, what: str, limit: int) -> bytes:
    text = "".join(text.split()).rstrip("=").replace("-", "+").replace("_", "/")
    check_size(len(text) * 3 // 4, what, limit)
    try:
        return binascii.a2b_base64(text + "=" * (-len(text) % 4), strict_mode=True)
    except ValueError as error:
        raise refusal(f"{what} is damaged: {error}") from None
