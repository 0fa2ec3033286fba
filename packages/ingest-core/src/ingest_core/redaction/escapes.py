"""The ways in which programs escape a text when they write it into another.

Sources: RFC 8259 (JSON strings), RFC 3986 (percent-encoding), the lexical analysis of the Python reference (string and
bytes literals), POSIX.1-2017 Shell 2.2 (quoting), XML 1.0 section 2.4 (entities), ISO 9075-2
character literals, Python's printf-style formatting (a percent sign).
"""

from __future__ import annotations

import html
import json
import re
import shlex
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

_NESTED = 3
"""JSON in JSON in a line of a JSON log."""

_LONG = 512
"""The lines of longer texts are masked on their own: of the whole, only what is commonly seen is listed."""

_UNQUOTED = ("", "/", "!'()*~", "!$&'()*+,;=~", "!#$%&'()*+,/:;=?@[]~")
"""What goes unencoded: with nothing, in ``quote``, in JavaScript, in user and password of httpx, in requests."""


def escaped(text: str) -> set[str]:
    """List the text, its escapes, and those escapes once more escaped by what they are written into.

    Args:
        text: A secret, or a part of one.
    """
    once = {text, *_nested(text), *_json(text)}
    if len(text) <= _LONG:
        once.update(_in_python(text), _in_shell(text), _in_markup(text), _doubled(text))
    found = newest = once
    for _ in range(_NESTED - 1):
        newest = {form for outer in newest for form in _nested(outer)} - found
        found = found | newest
    return found


def percent_encoded(text: str) -> Iterator[str]:
    """Give the percent-encodings, with large and with small digits, and each encoded once more, as in a query.

    Args:
        text: As for ``escaped``.
    """
    raw = text.encode("utf-8", "surrogatepass")
    for encoded in (*(quote(raw, safe=safe) for safe in _UNQUOTED), quote_plus(raw)):
        for form in (encoded, re.sub("%..", lambda match: match[0].lower(), encoded)):
            yield form
            yield form.replace("%", "%25")


def _nested(text: str) -> Iterator[str]:
    """Give what a text becomes within JSON, with and without ASCII only, and within a literal of Python."""
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    yield json.dumps(text)[1:-1]
    yield repr(text)[1:-1]


def _json(text: str) -> Iterator[str]:
    """Give JSON as others write it: slashes escaped as PHP does, large digits, safe for HTML as Go does."""
    plain = json.dumps(text, ensure_ascii=False)[1:-1]
    ascii_only = json.dumps(text)[1:-1]
    yield plain.replace("/", "\\/")
    yield ascii_only.replace("/", "\\/")
    yield re.sub(r"\\u[0-9a-f]{4}", lambda match: "\\u" + match[0][2:].upper(), ascii_only)
    yield re.sub("[&<>]", lambda match: f"\\u{ord(match[0]):04x}", plain)


def _in_python(text: str) -> Iterator[str]:
    """Give the literals: of bytes, and of a text that stands in one with both kinds of quotes."""
    yield repr(text.encode("utf-8", "surrogatepass"))[2:-1]
    yield repr(text)[1:-1].replace("\\'", "'").replace("'", "\\'")


def _in_shell(text: str) -> Iterator[str]:
    """Give what stands within single quotes, within double quotes, and with a backslash before each sign."""
    yield shlex.quote(text).removeprefix("'").removesuffix("'")
    yield re.sub(r'([$`"\\])', r"\\\1", text)
    yield re.sub(r"([^\w@%+=:,./-])", r"\\\1", text)


def _doubled(text: str) -> Iterator[str]:
    """Give what stands in a literal of SQL, and in a text with places to fill in."""
    yield text.replace("'", "''")
    yield text.replace("%", "%%")


def _in_markup(text: str) -> Iterator[str]:
    yield html.escape(text, quote=False)
    yield html.escape(text)
