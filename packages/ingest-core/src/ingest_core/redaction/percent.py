"""Percent-encoding: once, and twice where an address stands in another.

Sources: RFC 3986 section 2.1, the HTML standard (``application/x-www-form-urlencoded``), RFC 5849 section 3.4.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import quote, quote_plus

from ingest_core.redaction.charsets import encodings
from ingest_core.redaction.telling import LONG

_UNQUOTED = ("", "/", "!'()*~", "!$&'()*+,;=~", "!#$%&'()*+,/:;=?@[]~")
"""What goes unencoded: with nothing, in ``quote``, in JavaScript, in user and password of httpx, in requests."""

_WAYS: list[Callable[[bytes], str]] = [*(partial(quote, safe=safe) for safe in _UNQUOTED), quote_plus]


def percent_encoded(text: str) -> Iterator[str]:
    """Give the percent-encodings, with large and with small digits.

    Args:
        text: A secret, or a part of one.
    """
    for raw in encodings(text):
        for way in _WAYS:
            once = way(raw)
            yield from _both(once)
            if len(text) <= LONG:
                yield from (twice for form in _both(once) for twice in _both(way(form.encode())))


def _both(encoded: str) -> tuple[str, str]:
    return encoded, small_digits(encoded)


def small_digits(encoded: str) -> str:
    """Write the digits of a percent-encoding small.

    Args:
        encoded: With large ones.
    """
    return re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), encoded)
