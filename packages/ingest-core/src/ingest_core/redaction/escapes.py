"""The ways in which programs escape a text when they write it into another.

Sources: RFC 8259 (JSON strings), the lexical analysis of the Python reference (string and bytes literals),
POSIX.1-2017 Shell 2.2 (quoting), the Bash manual section 3.1.2.4 (``$'...'``), ISO 9075-2 and the MySQL manual
(character literals), RFC 4180 (CSV), Python's printf-style formatting (a percent sign), Compose files (a dollar sign).
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator

from ingest_core.redaction.charsets import encodings, misread
from ingest_core.redaction.json_escapes import json_as_others_do, json_for_markup
from ingest_core.redaction.markup import in_markup
from ingest_core.redaction.telling import LONG

_NESTED = 3
"""JSON in JSON in a line of a JSON log."""

_NAMED = dict(zip("\a\b\t\n\v\f\r\x1b", "abtnvfrE", strict=True))


def escaped(text: str) -> set[str]:
    """List the text, its escapes, and those escapes once more escaped by what they are written into.

    Args:
        text: A secret, or a part of one.
    """
    often = _within({text, *_nested(text), *json_as_others_do(text)}, _NESTED - 1)
    return often if len(text) > LONG else often | _within(set(_seldom(text)) - often, 1)


def _within(forms: set[str], times: int) -> set[str]:
    """Give forms, and what they become where they are nested up to so many times."""
    found = newest = forms
    for _ in range(times):
        newest = {form for outer in newest for form in _nested(outer)} - found
        found = found | newest
    return found


def _nested(text: str) -> Iterator[str]:
    """Give what a text becomes within JSON, with and without ASCII only, and within a literal of Python."""
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    yield json.dumps(text)[1:-1]
    yield repr(text)[1:-1]


def _seldom(text: str) -> Iterator[str]:
    yield from json_for_markup(text)
    yield from _in_python(text)
    yield from _in_shell(text)
    yield from _in_c(text)
    yield from in_markup(text)
    yield from _doubled(text)
    yield from misread(text)


def _in_python(text: str) -> Iterator[str]:
    """Give literals of bytes and in ASCII, one that stands in a text with both kinds of quotes, and a pattern."""
    yield from (repr(raw)[2:-1] for raw in encodings(text))
    yield ascii(text)[1:-1]
    yield text.encode("ascii", "backslashreplace").decode()
    yield repr(text)[1:-1].replace("\\'", "'").replace("'", "\\'")
    yield re.escape(text)


def _in_shell(text: str) -> Iterator[str]:
    """Give what stands within single quotes, within double quotes, and with a backslash before each sign."""
    yield shlex.quote(text).removeprefix("'").removesuffix("'")
    yield text.replace("'", "'\\''")
    yield re.sub(r'([$`"\\])', r"\\\1", text)
    yield re.sub(r"([^\w@%+=:,./-])", r"\\\1", text)


def _in_c(text: str) -> Iterator[str]:
    """Give what stands in a literal of C, as shells, Git and strace write it, in ASCII alone or not."""
    for quotes in ("", "'", '"', "'\""):
        plain = re.sub(rf"[\\{quotes}]", r"\\\g<0>", text)
        named = re.sub("[\a\b\t\n\v\f\r\x1b]", lambda match: "\\" + _NAMED[match[0]], plain)
        yield named
        for raw in encodings(named):
            yield "".join(chr(byte) if byte < 0x7F else f"\\{byte:03o}" for byte in raw)  # noqa: PLR2004  # ASCII


def _doubled(text: str) -> Iterator[str]:
    """Give what stands in literals of SQL, in CSV, and in a text with places to fill in."""
    for sign in "'\"%$":
        yield text.replace(sign, sign * 2)
    yield text.replace("\\", "\\\\").replace("'", "''")
