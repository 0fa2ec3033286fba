"""JSON strings as other programs than Python's write them.

Sources: RFC 8259 section 7, the documentation of PHP's json_encode, Go's encoding/json, Gson, .NET's JavaScriptEncoder,
Django's json_script.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_UNSAFE = ("&<>", "&<>'=", "&<>'\"", "&<>'\"+`")
"""Signs written as numbers, that the JSON may stand in HTML: by Go and Django, Gson, PHP, .NET."""


def json_as_others_do(text: str) -> Iterator[str]:
    """Give JSON with slashes escaped as PHP does, and with large digits.

    Args:
        text: What the string holds.
    """
    for ascii_only in (False, True):
        yield _dumped(text, ascii_only).replace("/", "\\/")
    yield _numbered(_dumped(text, ascii_only=True), "", large=True)


def json_for_markup(text: str) -> Iterator[str]:
    """Give JSON that may stand in HTML, with small and with large digits.

    Args:
        text: What the string holds.
    """
    for ascii_only in (False, True):
        dumped = _dumped(text, ascii_only)
        for signs in _UNSAFE:
            yield _numbered(dumped, signs, large=False)
            yield _numbered(dumped, signs, large=True)


def _dumped(text: str, ascii_only: bool) -> str:  # noqa: FBT001  # what json calls ensure_ascii
    return json.dumps(text, ensure_ascii=ascii_only)[1:-1]


def _numbered(dumped: str, signs: str, *, large: bool) -> str:
    """Write some signs as numbers, and all numbers with large digits if so asked."""

    def number(match: re.Match[str]) -> str:
        sign = match[0].removeprefix("\\")
        if sign in signs:
            return f"\\u{ord(sign):04X}" if large else f"\\u{ord(sign):04x}"
        return f"\\u{sign[1:].upper()}" if large and len(sign) > 1 else match[0]

    # Each escape is taken whole: the u of an escaped backslash and a u is none of a number.
    return re.sub(rf"\\(?:u[0-9a-f]{{4}}|.)|[\\{signs}]", number, dumped)
