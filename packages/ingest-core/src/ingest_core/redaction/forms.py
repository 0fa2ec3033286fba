"""The forms in which a secret may show up in text.

Source: RFC 4648 (base64, base16); those of ``escapes``.
"""

from __future__ import annotations

import base64
import json
import re
import unicodedata
from collections.abc import Iterator

from ingest_core.redaction.escapes import escaped, percent_encoded

SHORTEST = 4
"""Shorter texts stand in every second line; masking them would leave no log to read."""

_SHORTEST_WITHOUT_LETTERS = 6
"""Shorter numbers are counts and years as often; to mask them would break lines of JSON."""

_SHORTEST_LINE = 8

_COMMON = {
    *("true", "false", "null", "none", "test", "user", "admin", "main", "root", "default", "public"),
    *("password", "secret", "token", "string", "localhost"),
    *("timestamp", "level", "event", "exception"),  # keys of every line of the log
    *("debug", "info", "warning", "error", "critical"),  # its levels
}
_TELLING = re.compile(r"(?i)(?:^|_)(?:key|key_id|password|passphrase|secret|token)$")


def is_maskable(value: str) -> bool:
    """Tell whether masking a value wherever it stands would leave a log that can be read.

    Not maskable are values shorter than four characters, those without a letter shorter than six, and common words.
    """
    core = value.strip()
    shortest = SHORTEST if any(map(str.isalpha, core)) else _SHORTEST_WITHOUT_LETTERS
    return len(core) >= shortest and core.lower() not in _COMMON


def forms(value: str) -> set[str]:
    """List every text by which a value could be told.

    Args:
        value: A secret.
    """
    found: set[str] = set()
    for part in {value, *_inner_secrets(value)}:
        for text in _texts(part):
            found.update(form for form in _encoded(text) if len(form) >= SHORTEST)
    return found


def _inner_secrets(value: str) -> Iterator[str]:
    """Give the secrets within one that is a JSON object, such as the key of a service account."""
    if not value.lstrip().startswith("{"):
        return
    try:
        held = json.loads(value)
    except (ValueError, RecursionError):
        return
    for key, inner in held.items():
        if isinstance(inner, str) and _TELLING.search(key) and is_maskable(inner):
            yield inner


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
