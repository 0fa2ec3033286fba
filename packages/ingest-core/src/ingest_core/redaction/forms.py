"""The forms in which a secret may show up in text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from ingest_core.redaction.base64_forms import as_digits
from ingest_core.redaction.escapes import escaped
from ingest_core.redaction.percent import percent_encoded
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
    yield from as_digits(text)
