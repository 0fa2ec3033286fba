"""Masks the values of telling keys where both are quoted: JSON, JSON in JSON, Python's mappings."""

from __future__ import annotations

import re

from ingest_core.redaction.mask import MASK

KEY = (
    r"(?:password|passwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|authorization|cookie)"
    r"[\w.-]{0,64}"
)
"""How the name of a key ends that tells of a secret. Bounded, so that no line takes long to search."""

_OPENING = re.compile(rf"(?i){KEY}\\*[\"']\s{{0,8}}[:=]\s{{0,8}}[bu]?(\\*)([\"'])")
# A run of backslashes is looked at from its beginning alone, and once: else a long one takes quadratic time.
_QUOTE = re.compile(r"(?<!\\)(\\*+)([\"'])")


def mask_quoted(line: str) -> str:
    """Replace what stands between the quotes, and nothing else: JSON stays JSON.

    Args:
        line: One line.
    """
    parts, last = [], 0
    while opening := _OPENING.search(line, last):
        parts += [line[last : opening.end()], MASK]
        last = _closing(line, opening)
    return "".join([*parts, line[last:]])


def _closing(line: str, opening: re.Match[str]) -> int:
    """Give where the quote stands that closes a value; the line's end if there is none.

    A quote that n backslashes escape is closed by one that n escape. Within the value a backslash is written n + 1
    times and a quote has all of its own besides, so that the number before it tells which it is.
    """
    depth = len(opening[1])
    for quote in _QUOTE.finditer(line, opening.end()):
        before = len(quote[1])
        if quote[2] == opening[2] and before % (2 * (depth + 1)) == depth:
            return quote.end() - 1 - depth
        if quote[2] == '"' and (before + 1) % max(depth + 1, 2):
            return quote.start()  # the text around ends here, whatever the value was
    return len(line.rstrip("\r\n"))
