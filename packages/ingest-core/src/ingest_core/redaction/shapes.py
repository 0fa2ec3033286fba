"""What looks like a secret though nobody named it: values of telling keys, and known shapes."""

from __future__ import annotations

import re

MASK = "***"

_KEY = (
    r"(?:[\w.-]*(?:password|passwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?)[\w.-]*"
    r"|authorization|proxy-authorization|set-cookie|cookie)"
)
_QUOTED = re.compile(rf"(?i)(\\*[\"']{_KEY}\\*[\"']\s*[:=]\s*(?:[bu]?))(\\*[\"'])(.*?)(?<!\\)(\2)")
_ASSIGNED = re.compile(rf"(?i)(?<![\w{{.$])({_KEY}=)([^\s\"'&;,)}}\]\\]+)")
_USERINFO = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://[^\s/:@\"']*:)([^\s/@\"']+)(@)")
_SCHEME = re.compile(r"(?i)\b((?:bearer|basic)\s+)([A-Za-z0-9._~+/=-]{8,})")
_SHAPES = re.compile(
    r"\b(?:(?:sk|rk|pk)_(?:live|test)_[0-9A-Za-z]{8,}|whsec_[0-9A-Za-z]{8,}|(?:AKIA|ASIA)[0-9A-Z]{16}"
    r"|gh[pousr]_[0-9A-Za-z]{20,}|xox[abprs]-[0-9A-Za-z-]{10,}|pat-[a-z]{2}\d?-[0-9a-f-]{30,}"
    r"|eyJ[0-9A-Za-z_-]{8,}\.eyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]+)"
)
_PEM = re.compile(r"(-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL)
_HINTS = (
    *("pass", "secret", "token", "key", "credential", "authoriz", "cookie", "://", "bearer", "basic"),
    *("_live_", "_test_", "whsec", "akia", "asia", "gh", "xox", "pat-", "eyj"),
)
"""What the patterns below need, in small letters: looking for these first costs a hundredth of the patterns."""


def mask_shapes(text: str) -> str:
    """Mask what looks like a secret. JSON stays JSON: only what stands between quotes is replaced there.

    Args:
        text: Whole lines.
    """
    if not _is_hinted(text):
        return text
    lines = _pem_masked(text).splitlines(keepends=True)
    return "".join(_mask_line(line) if _is_hinted(line) else line for line in lines)


def _is_hinted(text: str) -> bool:
    small = text.lower()
    return any(hint in small for hint in _HINTS)


def _pem_masked(text: str) -> str:
    return _PEM.sub(rf"\1{MASK}\2", text) if "PRIVATE KEY-----" in text else text


def _mask_line(line: str) -> str:
    line = _QUOTED.sub(rf"\1\2{MASK}\4", line)
    line = _ASSIGNED.sub(rf"\1{MASK}", line)
    line = _USERINFO.sub(rf"\1{MASK}\3", line)
    line = _SCHEME.sub(rf"\1{MASK}", line)
    return _SHAPES.sub(MASK, line)
