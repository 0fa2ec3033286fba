"""Holds text back until it is sure that no secret is cut in two."""

from __future__ import annotations

from ingest_core.redaction.mask import MASK
from ingest_core.redaction.redactor import WITHHELD, Redactor

LONGEST_LINE = 64 * 1024
"""An unfinished line longer than this is passed on, but for what could become a secret."""

_TELLING = 4
"""So many characters of an unfinished secret at the very end are masked, too."""


class HoldBack:
    """Takes text in pieces and gives it masked. Holds a line at most, and the longest secret.

    Args:
        redactor: Knows the secrets.
    """

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._held = ""
        self._known = 0  # so many characters in front are secret whatever follows

    @property
    def held(self) -> int:
        """Number of characters held."""
        return len(self._held)

    def take(self, text: str) -> str:
        """Add text; give the lines that are complete."""
        self._held += text
        line_end = max(self._held.rfind("\n"), self._held.rfind("\r")) + 1
        if len(self._held) - line_end > LONGEST_LINE:
            line_end = len(self._held)
        return self._given(line_end) if line_end else ""

    def release(self) -> str:
        """Give all but what could still become a secret."""
        return self._given(len(self._held))

    def finish(self) -> str:
        """Give the rest: nothing more will come."""
        given = self.release()
        rest, self._held, self._known = self._held, "", 0
        return given + (MASK if len(rest) >= _TELLING else rest)

    def _given(self, upto: int) -> str:
        """Take the text up to a place, or to where a secret begins that would be cut there, out of what is held."""
        try:
            cut, secret = self._cut(upto)
            given = (MASK if secret else "") + self._redactor.text(self._held[secret:cut])
        except Exception:  # noqa: BLE001  # fails closed: what cannot be looked at is not passed on
            given, cut = WITHHELD, len(self._held)
        if cut:
            self._held, self._known = self._held[cut:], 0
            return given
        self._shorten()
        return ""

    def _cut(self, upto: int) -> tuple[int, int]:
        """Give where to cut, and how much in front is secret because text before it was."""
        cut, secret = min(upto, self._redactor.unfinished(self._held)), self._known
        for begin, end in self._redactor.spans(self._held):
            if begin < secret:
                secret = max(secret, end)
            if begin < cut < end:
                cut = begin
        return (cut, secret) if cut >= secret else (0, secret)

    def _shorten(self) -> None:
        """Forget the inside of an endless run of secrets; its end may begin another one, and stays."""
        if len(self._held) <= LONGEST_LINE:
            return
        begin, end = next(iter(self._redactor.spans(self._held)), (0, 0))
        keep = self._redactor.longest
        if begin == 0 and end > keep:
            self._held, self._known = self._held[end - keep :], keep
