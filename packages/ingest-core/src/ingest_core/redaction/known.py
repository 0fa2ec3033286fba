"""What a redactor knows at one time: every form of every secret, and how to find them all in one pass."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import ahocorasick

from ingest_core.redaction.shortened import Shortened, is_cut
from ingest_core.redaction.wrapped import joined

_BREAKS = 256
"""A secret broken into lines, indented too, is no longer than twice its form and so many characters."""

Span = tuple[int, int]
"""Begin and end."""


class Known:
    """Finds forms in texts. Never changes, so that any thread may ask.

    Args:
        forms: The forms of all secrets; not empty.
    """

    def __init__(self, forms: frozenset[str]) -> None:
        self._forms = forms
        self._letters = "".join(set("".join(forms)))
        self.longest = max(map(len, forms))
        """Characters of the longest form."""
        self.reach = 2 * self.longest + _BREAKS
        """Characters of the longest form once it is broken into lines, with the line before it, which tells breaks."""
        self._automaton = ahocorasick.Automaton()  # of Aho and Corasick
        for form in forms:
            self._automaton.add_word(form, len(form))
        self._automaton.make_automaton()

    def spans(self, text: str) -> list[Span]:
        """Give where forms stand, or what is left of shortened ones; overlapping ones are one span."""
        found = self._found(text)
        if is_cut(text):
            found += self._shortened.spans(text)
        if whole := joined(text):
            crossing = (span for span in self._found(whole.text) if whole.crosses(*span))
            found += [(whole.with_line(begin), whole.original(end - 1) + 1) for begin, end in crossing]
        return list(_united(sorted(found)))

    def unfinished(self, text: str, limit: int) -> int:
        """Give where the longest ending begins that more text could make a form of; the limit, where none is before it.

        Args:
            text: What was written so far.
            limit: A place in it.
        """
        found = self._begun(text, limit)
        cut = max(0, len(text) - self.reach)
        if whole := joined(text[cut:]):
            begun = self._begun(whole.text, len(whole.text))
            if begun < len(whole.text):
                return min(found, cut + whole.with_line(begun))
        return found

    def _found(self, text: str) -> list[Span]:
        return [(end - length + 1, end + 1) for end, length in self._automaton.iter(text)]

    def _begun(self, text: str, limit: int) -> int:
        ending = text[max(0, len(text) - self.longest + 1) :]
        # Only letters of forms can continue one: most lines end, with their line end, right here.
        possible = len(ending) - len(ending.rstrip(self._letters))
        for begin in range(len(text) - possible, limit):
            if self._automaton.match(text[begin:]):
                return begin
        return min(limit, self._shortened.unfinished(text)) if text.endswith(".") else limit

    def behind(self, text: str) -> int:
        """Give where what may be the end of a shortened secret begins; the text's end if there is none.

        Args:
            text: What was written so far.
        """
        return self._shortened.behind(text) if is_cut(text) else len(text)

    @cached_property
    def _shortened(self) -> Shortened:
        """Made when first needed: few programs shorten."""
        return Shortened(self._forms)


def _united(spans: list[Span]) -> Iterator[Span]:
    current: Span | None = None
    for span in spans:
        if current and span[0] < current[1]:
            current = (current[0], max(current[1], span[1]))
            continue
        if current:
            yield current
        current = span
    if current:
        yield current
