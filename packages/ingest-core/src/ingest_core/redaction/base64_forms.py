"""Base64 and hexadecimal digits.

Source: RFC 4648 sections 4, 5 and 8.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from urllib.parse import quote

from ingest_core.redaction.charsets import encodings
from ingest_core.redaction.percent import small_digits


def as_digits(text: str) -> Iterator[str]:
    """Give a text's bytes in base64, wherever in the encoded bytes it begins, and in hexadecimal digits.

    Args:
        text: A secret, or a part of one.
    """
    for raw in encodings(text):
        yield raw.hex()
        yield raw.hex().upper()
        for own in _base64(raw):
            yield from _written(own)


def _base64(raw: bytes) -> Iterator[str]:
    """Give the characters that the value alone determines, wherever in the encoded bytes it begins.

    Three bytes become four characters, so there are three ways to begin. Characters shared with neighbours are not
    among them.
    """
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + raw).rstrip(b"=").decode()
        yield encoded[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]


def _written(own: str) -> Iterator[str]:
    """Give base64 as it is, for addresses and names of files, percent-encoded, and in JSON of PHP and .NET."""
    yield own
    yield own.translate(str.maketrans("+/", "-_"))
    percent = quote(own, safe="")
    yield percent
    yield small_digits(percent)
    yield own.replace("/", "\\/")
    yield own.replace("+", "\\u002B")
