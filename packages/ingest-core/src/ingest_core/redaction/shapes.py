"""What looks like a secret though nobody named it: values of telling keys, and known shapes."""

from __future__ import annotations

import re

from ingest_core.redaction.mask import MASK
from ingest_core.redaction.private_keys import mask_private_keys
from ingest_core.redaction.quoted import KEY, mask_quoted

_PLAIN = r"(?!(?:\d{1,5}|true|false|none|null)(?![^\s\"'&;,)}\]\\]))"
"""Counts and switches, such as ``max_tokens=4096``, are no secrets."""

_ASSIGNED = re.compile(rf"(?i)({KEY}=){_PLAIN}([^\s\"'&;,)}}\]\\]+)")
_USERINFO = re.compile(r"(://[^\s/:@\"'\\]{0,256}:)([^\s/\"'\\]{1,1024})(@)")
_HEADER = re.compile(r"(?i)(authorization:\s{0,8}(?:bearer|basic|digest|token)\s{1,8})([^\s\"'\\,;]+)")
_SCHEME = re.compile(r"(?i)\b((?:bearer|basic)\s{1,8})(?=[a-z._~+/-]{0,256}[0-9=])([a-z0-9._~+/=-]{8,})")
_SHAPES = re.compile(
    r"(?<![0-9A-Za-z])(?:(?:sk|rk|pk)_(?:live|test)_[0-9A-Za-z]{8,}|whsec_[0-9A-Za-z]{8,}|(?:AKIA|ASIA)[0-9A-Z]{16}"
    r"|gh[pousr]_[0-9A-Za-z]{20,}|xox[abprs]-[0-9A-Za-z-]{10,}|pat-[a-z]{2}\d?-[0-9a-f-]{30,}"
    r"|eyJ[0-9A-Za-z_-]{8,}+\.eyJ[0-9A-Za-z_-]{8,}+\.[0-9A-Za-z_-]+)"
)
_HINTS = (
    *("password", "passwd", "secret", "token", "apikey", "api_key", "api-key", "accesskey", "access_key", "access-key"),
    *("privatekey", "private_key", "private-key", "credential", "authorization", "cookie", "bearer", "basic"),
    *("_live_", "_test_", "whsec_", "akia", "asia", "xox", "pat-", "eyj", "ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
)
"""What the patterns below need, in small letters: looking for these first costs a hundredth of the patterns."""


def mask_shapes(text: str) -> str:
    """Mask what looks like a secret. JSON stays JSON: only what stands between quotes is replaced there.

    Args:
        text: Whole lines.
    """
    text = mask_private_keys(text)
    if not _is_hinted(text):
        return text
    lines = text.splitlines(keepends=True)
    return "".join(_mask_line(line) if _is_hinted(line) else line for line in lines)


def _is_hinted(text: str) -> bool:
    small = text.lower()
    return any(hint in small for hint in _HINTS) or ("://" in text and "@" in text)


def _mask_line(line: str) -> str:
    line = mask_quoted(line)
    line = _ASSIGNED.sub(rf"\1{MASK}", line)
    line = _USERINFO.sub(rf"\1{MASK}\3", line)
    line = _HEADER.sub(rf"\1{MASK}", line)
    line = _SCHEME.sub(rf"\1{MASK}", line)
    return _SHAPES.sub(MASK, line)
