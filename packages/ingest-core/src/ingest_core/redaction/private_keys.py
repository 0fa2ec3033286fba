"""Private keys in PEM that nobody named.

Source: RFC 7468 (textual encodings of PKIX), RFC 1421 section 4.6 (the headers of encrypted ones).
"""

from __future__ import annotations

import re

from ingest_core.redaction.mask import MASK

_BEGIN = r"-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----"
_END = r"-----END [A-Z ]{0,32}PRIVATE KEY-----"
_BODY = r"(?:(?:Proc-Type|DEK-Info):[^\r\n\\]*|[A-Za-z0-9+/=\s\\])*+"
"""Base64, its line ends, also written with backslashes, and headers."""

_LONGEST = 16 * 1024
"""A key of 16384 bits is shorter. What goes on longer is none, and is not waited for."""

_BLOCK = re.compile(rf"({_BEGIN})(?=(?:\s|\\+[nr]?)*+(?:[A-Za-z0-9+/=]{{16}}|Proc-Type:)){_BODY}({_END})?")
_OPEN = re.compile(rf"{_BEGIN}{_BODY}-{{0,5}}\Z")


def mask_private_keys(text: str) -> str:
    """Mask what stands between begin and end, or is cut off before the end.

    Args:
        text: Any text.
    """
    if "PRIVATE KEY-----" not in text:
        return text
    return _BLOCK.sub(lambda match: f"{match[1]}{MASK}{match[2] or ''}", text)


def open_private_key(text: str) -> int:
    """Give where a private key begins that more text may belong to; the text's end if there is none."""
    begin = text.rfind("-----BEGIN ")
    if begin < 0 or len(text) - begin > _LONGEST:
        return len(text)
    return begin if _OPEN.match(text, begin) else len(text)
