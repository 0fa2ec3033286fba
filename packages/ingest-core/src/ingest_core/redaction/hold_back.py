"""Holds text back until it is sure that no secret is cut in two."""

from __future__ import annotations

from collections.abc import Callable
from os.path import commonprefix

from ingest_core.redaction.mask import MASK
from ingest_core.redaction.open_shapes import line_begin
from ingest_core.redaction.redactor import WITHHELD, Redactor

LONGEST_LINE = 64 * 1024
"""An unfinished line longer than this is passed on, but for what could become a secret."""

_TELLING = 4
"""So many characters of an unfinished secret at the very end are masked, too."""

_TELLING_NEXT = 128
"""So many characters of a line tell at most what stands behind them: the dots of what is shortened, a key's name."""


class HoldBack:
    """Takes text in pieces and gives it masked. Holds a line at most, and the longest secret.

    Args:
        redactor: Knows the secrets.
    """

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._held = ""
        self._known = 0  # so many characters in front are secret whatever follows
        self._given = ""  # what of the unfinished line was given, as far as it tells what comes next

    @property
    def held(self) -> int:
        """Number of characters held."""
        return len(self._held)

    def take(self, text: str) -> str:
        """Add text; give the lines that are complete."""
        self._held += text
        complete = line_begin(self._held)
        if len(self._held) - complete > LONGEST_LINE:
            complete = len(self._held)
        return self._give(complete, self._redactor.waiting) if complete else ""

    def release(self) -> str:
        """Give all but what could still become a secret, or look like one."""
        return self._give(len(self._held), self._redactor.waiting)

    def finish(self) -> str:
        """Give the rest: nothing more will come."""
        given = self._give(len(self._held), self._redactor.unfinished)
        rest, self._held, self._known, self._given = self._held, "", 0, ""
        return given + (MASK if len(rest) >= _TELLING else rest)

    def _give(self, upto: int, waiting: Callable[[str], int]) -> str:
        """Take the text up to a place, or to where a secret begins that would be cut there, out of what is held."""
        try:
            cut, secret = self._cut(upto, waiting(self._given + self._held) - len(self._given))
            given = self._masked((MASK if secret else "") + self._held[secret:cut]) if cut else ""
        except Exception:  # noqa: BLE001  # fails closed: what cannot be looked at is not passed on
            given, cut = WITHHELD, len(self._held)
        if not cut:
            self._shorten()
            return ""
        self._held, self._known = self._held[cut:], 0
        line = self._given + given
        self._given = line[max(line_begin(line), len(line) - _TELLING_NEXT) :]
        return given

    def _cut(self, upto: int, waiting: int) -> tuple[int, int]:
        """Give where to cut, and how much in front is secret because text before it was."""
        cut, secret = min(upto, waiting), self._known
        if cut <= 0:
            return 0, secret
        text, shift = self._given + self._held, len(self._given)
        if not secret and self._is_clear(text, shift + cut):
            return cut, 0
        for begin, end in self._redactor.spans(text):
            if begin - shift < secret:
                secret = max(secret, end - shift)
            if begin - shift < cut < end - shift:
                cut = max(0, begin - shift)
        return (cut, secret) if cut >= secret else (0, secret)

    def _is_clear(self, text: str, place: int) -> bool:
        """Tell whether no secret reaches from before a place to behind it. Most text ends so, and is searched once."""
        reach = self._redactor.reach
        near = max(0, place - reach)
        return not any(begin < place - near < end for begin, end in self._redactor.spans(text[near : place + reach]))

    def _masked(self, text: str) -> str:
        """Mask a text that goes on the line that was begun, and give what is new."""
        masked, before = self._redactor.text(self._given + text), self._redactor.text(self._given)
        return masked[len(commonprefix((before, masked))) :]  # noqa: RUF071  # letters, not folders

    def _shorten(self) -> None:
        """Forget the inside of an endless run of secrets; its end may begin another one, and stays."""
        if len(self._held) <= LONGEST_LINE:
            return
        begin, end = next(iter(self._redactor.spans(self._held)), (0, 0))
        keep = self._redactor.longest
        if begin == 0 and end > keep:
            self._held, self._known = self._held[end - keep :], keep
