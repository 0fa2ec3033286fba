"""Tells what of an unfinished line could still become what ``shapes`` masks, so that it is not passed on in parts."""

from __future__ import annotations

import re
import string

LONGEST = 64 * 1024
"""Characters. What goes on longer within one line is not waited for."""

_KEYED = re.compile(
    r"(?i)password|passwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|authorization|cookie"
    r"|bearer|basic"
)
"""Words before a secret. Cut in two they do no harm: they are shown anyhow, and known again by what stands before."""

_USERINFO = re.compile(r"://[^\s/:@\"'\\]{0,256}(?::[^\s/\"'\\]{0,1024})?\Z")
_LONGEST_KEY = 8 * 1024
"""Characters of a service's key that are waited for: what servers take as a header."""

_RUN = string.ascii_letters + string.digits + "_-."
"""The letters of such a key."""

_KEYS = (
    *(f"{kind}_{where}_" for kind in ("sk", "rk", "pk") for where in ("live", "test")),
    *("whsec_", "AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "xox", "pat-", "eyJ"),
)


def _begun(word: str) -> str:
    """Give a pattern of a word, or of its beginning at the very end of a text."""
    pattern = ""
    for letter in reversed(word[1:]):
        pattern = rf"(?:{re.escape(letter)}{pattern}|\Z)"
    return word[0] + pattern


_KEY = re.compile(rf"(?<![0-9A-Za-z])(?:{'|'.join(map(_begun, _KEYS))})")


def open_shape(text: str) -> int:
    """Give where the first thing begins, in the last line, that more text could make a secret of; else the text's end.

    Args:
        text: What was written so far.
    """
    line = line_begin(text)
    begin = _start(_KEYED.search(text, line), len(text))
    # What begins before it and reaches up to it may be a secret as a whole.
    begin = _start(_USERINFO.search(text, line, begin), begin)
    near = max(line, begin - _LONGEST_KEY)
    run = near + len(text[near:begin].rstrip(_RUN))
    begin = _start(_KEY.search(text, run, begin), begin)
    return begin if len(text) - begin <= LONGEST else len(text)


def line_begin(text: str) -> int:
    """Give where a text's last line begins, which may be unfinished."""
    return max(text.rfind("\n"), text.rfind("\r")) + 1


def _start(match: re.Match[str] | None, otherwise: int) -> int:
    return match.start() if match else otherwise
