"""The bytes of a text, and what becomes of them where they are taken for others.

Sources: ISO/IEC 8859-1, which older clients of HTTP write (RFC 9110 section 5.5); Python's error handlers (PEP 293 and
383).
"""

from __future__ import annotations

from collections.abc import Iterator

_LEAST_KEPT = 6
"""Letters. Fewer beside question marks are found in ordinary text."""


def encodings(text: str) -> list[bytes]:
    """Encode a text in UTF-8, and in Latin-1 where it is another and can be.

    Args:
        text: Any; may hold halves of surrogate pairs.
    """
    found = [text.encode("utf-8", "surrogatepass")]
    if not text.isascii():
        found += [raw for raw in [text.encode("latin-1", "ignore")] if raw.decode("latin-1") == text]
    return found


def misread(text: str) -> Iterator[str]:
    """Give what is read where bytes of one encoding are taken for another, or are replaced.

    Args:
        text: Any.
    """
    if text.isascii():
        return
    for raw in encodings(text):
        yield from (
            raw.decode("latin-1"),
            raw.decode("ascii", "surrogateescape"),
            raw.decode("utf-8", "surrogateescape"),
        )
    replaced = text.encode("ascii", "replace").decode()
    if sum(letter != "?" for letter in replaced) >= _LEAST_KEPT:
        yield replaced
        yield from (raw.decode("ascii", "replace") for raw in encodings(text))
