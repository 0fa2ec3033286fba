"""How letters and digits are written in each encoding that changes them; all others leave them as they are.

Sources: RFC 4648 (base64, hexadecimal digits), RFC 3986 section 2.1 (percent-encoding), RFC 8259 section 7 (JSON).
"""

from __future__ import annotations

import base64
import functools
from collections.abc import Iterator, Mapping


@functools.cache
def written(text: str) -> Mapping[bytes, str]:
    """Give each way to write a text, by what is then to be seen wherever in other bytes it stands.

    JSON, repr, quoting, escapes of addresses, of markup and of shells leave letters and digits alone: all are "plain".

    Args:
        text: ASCII letters and digits, no others.

    Returns:
        The bytes to look for, each with the encoding's name.
    """
    return {needle: how for how, needle in _ways(text.encode("ascii"))}


def _ways(raw: bytes) -> Iterator[tuple[str, bytes]]:
    # The last name wins where two are the same, so the plainest comes last.
    yield "numbers", ", ".join(map(str, raw)).encode()
    yield "UTF-16", b"\0".join(raw[at : at + 1] for at in range(len(raw)))
    for way in ("%{:02x}", "\\u{:04x}", "\\x{:02x}"):
        for escape in (way, way.replace("x}", "X}")):
            yield f"escaped as {way[:2]}", "".join(map(escape.format, raw)).encode()
    for own in _base64(raw):
        yield "base64", own
    yield "hex", raw.hex().encode()
    yield "hex", raw.hex().upper().encode()
    yield "small letters", raw.lower()
    yield "capitals", raw.upper()
    yield "plain", raw


def _base64(raw: bytes) -> Iterator[bytes]:
    """Give what the text alone determines, wherever in the encoded bytes it begins: three bytes become four letters.

    Of ASCII letters and digits base64 makes letters and digits alone: so its variant for addresses, and whatever is
    escaped there, is the same.
    """
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + raw)
        yield encoded[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
