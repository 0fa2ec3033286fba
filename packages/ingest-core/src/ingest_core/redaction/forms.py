"""The forms in which a secret may show up in text.

Source: RFC 4648 (base64, base16); those of ``escapes``.
"""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Iterator

from ingest_core.redaction.escapes import escaped, percent_encoded
from ingest_core.redaction.telling import SHORTEST, is_maskable
from ingest_core.redaction.within import inner_secrets

_SHORTEST_LINE = 8


def forms(value: str) -> set[str]:
    """List every text by which a value could be told.

    Args:
        value: A secret. Those within it are told by theirs.
    """
    found: set[str] = set()
    for part in {value, *inner_secrets(value)}:
        for text in _texts(part):
            found.update(form for form in _encoded(text) if len(form) >= SHORTEST)
    return found


def _texts(value: str) -> Iterator[str]:
    """Give the value, its other line ends, its long lines, each in both normal forms of Unicode."""
    unix = value.replace("\r\n", "\n")
    texts = {value, value.strip()}
    if "\n" in unix:
        lines = unix.split("\n")
        texts |= {unix, unix.replace("\n", "\r\n"), "".join(lines), " ".join(lines)}
        texts |= {line for full in lines for line in (full, full.strip()) if _is_telling(line)}
    for text in texts:
        for form in ("NFC", "NFD"):
            yield text
            yield unicodedata.normalize(form, text)


def _is_telling(line: str) -> bool:
    return len(line.strip()) >= _SHORTEST_LINE and not line.startswith("-----") and is_maskable(line)


def _encoded(text: str) -> Iterator[str]:
    yield from escaped(text)
    yield from percent_encoded(text)
    raw = text.encode("utf-8", "surrogatepass")
    yield raw.hex()
    yield raw.hex().upper()
    yield from _base64(raw)


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
