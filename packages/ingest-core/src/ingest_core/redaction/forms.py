"""The forms in which a secret may show up in text.

Sources: RFC 3986 (percent-encoding), RFC 8259 (JSON strings), RFC 4648 (base64, base16).
"""

from __future__ import annotations

import base64
import json
import shlex
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

SHORTEST = 4
"""Shorter texts stand in every second line; masking them would leave no log to read."""

_COMMON = {"true", "false", "null", "none", "test", "user", "admin", "main", "password", "secret", "token"}
_SHORTEST_LINE = 12


def is_maskable(value: str) -> bool:
    """Tell whether masking a value wherever it stands would leave a log that can be read."""
    return len(value) >= SHORTEST and value.lower() not in _COMMON


def forms(value: str) -> set[str]:
    """List every text by which a value could be told.

    Args:
        value: A secret.
    """
    found: set[str] = set()
    for text in _texts(value):
        found.update(form for form in _encoded(text) if len(form) >= SHORTEST)
    return found


def _texts(value: str) -> Iterator[str]:
    """Give the value, its other line ends, its long lines, each in both normal forms of Unicode."""
    unix = value.replace("\r\n", "\n")
    texts = {value, value.strip()}
    if "\n" in unix:
        lines = unix.split("\n")
        texts |= {unix, unix.replace("\n", "\r\n"), "".join(lines), " ".join(lines)}
        texts |= {line for line in lines if len(line) >= _SHORTEST_LINE and not line.startswith("-----")}
    for text in texts:
        for form in ("NFC", "NFD"):
            yield text
            yield unicodedata.normalize(form, text)


def _encoded(text: str) -> Iterator[str]:
    yield text
    yield shlex.quote(text)
    yield repr(text)[1:-1]
    for ascii_only in (True, False):
        once = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
        yield once
        yield json.dumps(once, ensure_ascii=ascii_only)[1:-1]
    raw = text.encode("utf-8", "surrogatepass")
    for percent in (quote(raw, safe=""), quote(raw), quote_plus(raw)):
        yield percent
        yield _lower_percent(percent)
    yield raw.hex()
    yield raw.hex().upper()
    yield from _base64(raw)


def _lower_percent(text: str) -> str:
    """Write the digits of percent-encodings small, as some programs do."""
    head, *rest = text.split("%")
    return "%".join([head, *(part[:2].lower() + part[2:] for part in rest)])


def _base64(raw: bytes) -> Iterator[str]:
    """Give the characters that the value alone determines, wherever in the encoded bytes it begins.

    Three bytes become four characters, so there are three ways to begin. Characters shared with neighbours are not
    among them.
    """
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + raw).rstrip(b"=").decode()
        own = encoded[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
        yield own
        yield own.translate(str.maketrans("+/", "-_"))
