"""
The text of a body, in the charset that its headers name.

A text without a charset is UTF-8, and so is one of a charset that Python does not know: what came may have been paid
for. No text begins with a byte order mark, and bytes that are no text become U+FFFD.
"""

from __future__ import annotations

from codecs import IncrementalDecoder, getincrementaldecoder, lookup
from collections.abc import Mapping
from typing import Final

_UTF_8: Final = "utf-8-sig"  # which drops the mark


def decode_text(content: bytes, headers: Mapping[str, str]) -> str:
    """Return a whole body as text."""
    return content.decode(_charset(headers), errors="replace")


def text_decoder(headers: Mapping[str, str]) -> IncrementalDecoder:
    """Return what decodes the text of a body, wherever its pieces end."""
    return getincrementaldecoder(_charset(headers))(errors="replace")


def _charset(headers: Mapping[str, str]) -> str:
    for parameter in headers.get("content-type", "").split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip("\"'")
            try:
                b"\0".decode(charset, errors="replace")  # an empty text would pass
            except (LookupError, ValueError):  # `idna` and `undefined` are codecs that decode no text of a response
                return _UTF_8
            return _UTF_8 if lookup(charset).name == "utf-8" else charset
    return _UTF_8
