"""Reads what connection strings assign: addresses with a password, the pairs of ODBC, ADO.NET, libpq and JAAS.

Sources: RFC 3986 section 3.2.1 (userinfo), SQLAlchemy's database URLs (which take a password as it stands), section
"Connection Strings" of the PostgreSQL manual, the syntax of ODBC and of ADO.NET connection strings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, unquote_plus

_USERINFO = re.compile(r"://[^\s/?#:@]{0,256}:([^\s/?#]{1,1024})@")
_AS_IT_STANDS = re.compile(r"://[^\s/:@]{0,256}:([^\s@]{1,1024})@")
_QUERY = re.compile(r"[?&]([\w.-]{1,64})=([^&#\s]+)")

_IS_ADO = re.compile(r";\s*(?:[\w .-]{1,64}=|$)")
_ADO = re.compile(
    r"(?:^|;)\s*([\w.-][\w .-]{0,63}?) ?= ?"
    r"(\{(?:[^}]|\}\})*+\}|\"(?:[^\"]|\"\")*+\"|'(?:[^']|'')*+'|[^;]*)"
)

_QUOTED = re.compile(r"(?:^|[\s;,])([\w.-]{1,64})\s?=\s?('(?:[^'\\]|\\.)*+'|\"(?:[^\"\\]|\\.)*+\")(?=[\s;,]|$)")
_BARE = re.compile(r"(?:^|\s)([\w.-]{1,64})\s?=\s?([^\s'\"]\S*)")


def assigned(text: str) -> Iterator[tuple[str, str]]:
    """Give names with their values, as they stand and as they are meant.

    Args:
        text: A connection string, or lines of which some are. Of other texts, what looks like an assignment.
    """
    for line in text.splitlines():
        if "://" in line:
            yield from _in_address(line)
        if "=" in line:
            yield from _in_pairs(line)


def _in_address(line: str) -> Iterator[tuple[str, str]]:
    for pattern in (_USERINFO, _AS_IT_STANDS):
        for password in pattern.findall(line):
            yield from (("password", meant) for meant in {password, unquote(password)})
    for name, value in _QUERY.findall(line):
        yield from ((name, meant) for meant in (value, unquote(value), unquote_plus(value)))


def _in_pairs(line: str) -> Iterator[tuple[str, str]]:
    """Give pairs. Names in small letters: they are the same in capitals here."""
    yield from _meant(_QUOTED, line)
    if _IS_ADO.search(line):
        yield from _meant(_ADO, line)
    elif len(pairs := _BARE.findall(line)) > 1:  # one alone may go on to the end of the line
        yield from ((_lower(name), value) for name, value in pairs)


def _meant(pattern: re.Pattern[str], line: str) -> Iterator[tuple[str, str]]:
    for name, written in pattern.findall(line):
        yield from ((_lower(name), value) for value in _unquoted(written.strip()))


def _lower(name: str) -> str:
    return re.sub("(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _unquoted(written: str) -> Iterator[str]:
    """Give what stands between quotes or braces, and that with a doubled or escaped end of them as one."""
    if len(written) < 2 or written[0] + written[-1] not in ("{}", '""', "''"):  # noqa: PLR2004  # both quotes
        yield written
        return
    inner, closing = written[1:-1], written[-1]
    yield inner
    yield inner.replace(closing * 2, closing)
    yield re.sub(r"\\(.)", r"\1", inner)
