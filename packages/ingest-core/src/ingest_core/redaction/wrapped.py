"""Joins what is broken into lines of a fixed length, as base64 is, that secrets are found across them.

Sources: RFC 2045 section 6.8 (76 columns), RFC 7468 section 2 (64 columns).
"""

from __future__ import annotations

import re
import string
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

_COLUMNS = 64
"""No program breaks base64 earlier, and ordinary lines seldom end with so many of its letters."""

_FULL = rf"[A-Za-z0-9+/_-]{{{_COLUMNS}}}"
_GOES_ON = r"(?=[A-Za-z0-9+/=_-]|\Z)"

_ENDS = tuple(
    re.compile(rf"{end}(?<={_FULL}{end}){more}[ \t]{{0,64}}{_GOES_ON}")
    for end, more in (("\n", ""), ("\r\n", ""), ("\r", "(?!\n)"))
)
"""Each begins with plain letters, and tells second what stands before these: so the search is ten times as fast."""

_ESCAPED = re.compile(rf"\\\\{{0,7}}(?:r\\{{1,8}})?n{_GOES_ON}")
_BEFORE = re.compile(_FULL)
_LETTERS = string.ascii_letters + string.digits + "+/_-"


@dataclass(frozen=True)
class Joined:
    """A text without breaks within base64.

    Args:
        before: The text as it was.
        text: What is left.
        breaks: Where in it they were, in order.
        taken: Characters taken away before the first break, before the second, and so on; one more than breaks.
    """

    before: str
    text: str
    breaks: list[int]
    taken: list[int]

    def original(self, at: int) -> int:
        """Give where a character of the joined text stands in the text as it was."""
        return at + self.taken[bisect_right(self.breaks, at)]

    def crosses(self, begin: int, end: int) -> bool:
        """Tell whether there was a break between the first and the last of some characters."""
        return bisect_right(self.breaks, begin) != bisect_right(self.breaks, end - 1)

    def with_line(self, at: int) -> int:
        """Give where base64 begins that goes on to a character, as far as it tells that a break behind it is one.

        Who cuts the text there, and looks at the rest later, finds the same breaks.
        """
        begin = self.original(at)
        head = self.before[max(0, begin - _COLUMNS) : begin]
        return begin - len(head) + len(head.rstrip(_LETTERS))


def joined(text: str) -> Joined | None:
    """Join lines that end with 64 letters of base64, also where line ends are escaped; nothing if there are none.

    Args:
        text: Any.
    """
    spans = sorted(match.span() for end in _ENDS for match in end.finditer(text))
    if "\\" in text:
        spans = sorted([*spans, *_escaped(text)])
    if not spans:
        return None
    taken = [0, *accumulate(end - begin for begin, end in spans)]
    kept = zip([0, *(end for _, end in spans)], [*(begin for begin, _ in spans), len(text)], strict=True)
    breaks = [begin - before for (begin, _), before in zip(spans, taken, strict=False)]
    return Joined(text, "".join(text[begin:end] for begin, end in kept), breaks, taken)


def _escaped(text: str) -> Iterator[tuple[int, int]]:
    for match in _ESCAPED.finditer(text):
        if _BEFORE.match(text, max(0, match.start() - _COLUMNS), match.start()):
            yield match.span()
