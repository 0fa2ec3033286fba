"""Finds what is left of secrets where a program shortened a text: ``sk_live_51H...9qTzW``, as pydantic's errors do."""

from __future__ import annotations

import re
from collections.abc import Iterator

import ahocorasick

_LEAST = 6
"""Characters. Fewer are found in ordinary words."""

_MOST = 64
"""Characters. Who shortens a text leaves less of it."""

_DOTS = 3
_CUT = re.compile(r"\.{3,}|…")


class Shortened:
    """Knows how secrets begin and end.

    Args:
        forms: The forms of all secrets; not empty.
    """

    def __init__(self, forms: frozenset[str]) -> None:
        self._forms = forms
        self._forwards = _Beginnings(forms)
        self._backwards = _Beginnings(frozenset(form[::-1] for form in forms))

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Give where the beginning of a secret stands before a cut, or an end behind one."""
        for cut in _CUT.finditer(text):
            begin, end = cut.span()
            if before := self._forwards.longest(text[max(0, begin - _MOST) : begin]):
                yield begin - before, begin
            if behind := self._backwards.longest(text[end : end + _MOST][::-1]):
                yield end, end + behind

    def unfinished(self, text: str) -> int:
        """Give where the beginning of a secret stands before what could become a cut; the text's end if none does.

        Args:
            text: What was written so far.
        """
        rest = text.rstrip(".")
        if 0 < len(text) - len(rest) < _DOTS and (found := self._forwards.longest(rest[-_MOST:])):
            return len(rest) - found
        return len(text)

    def behind(self, text: str) -> int:
        """Give where a text goes on behind its last cut as a secret does somewhere; the text's end if it does not.

        Args:
            text: What was written so far.
        """
        *_, end = (len(text), *(cut.end() for cut in _CUT.finditer(text, max(0, len(text) - _MOST - _DOTS))))
        rest = text[end:]
        return end if len(rest) < _MOST and any(rest in form for form in self._forms) else len(text)


def is_cut(text: str) -> bool:
    """Tell whether anything in a text is shortened."""
    return "..." in text or "…" in text


class _Beginnings:
    def __init__(self, words: frozenset[str]) -> None:
        self._first = {word[0] for word in words}
        self._pairs = {word[at : at + 2] for word in words for at in range(len(word) - 1)}
        self._trie = ahocorasick.Automaton()
        for word in words:
            self._trie.add_word(word, True)  # noqa: FBT003  # a value is needed, and none is meant

    def longest(self, text: str) -> int:
        """Give how many characters at a text's end are the beginning of a word; 0 where they are too few to tell."""
        if text[-2:] not in self._pairs:  # nearly always, and soon known
            return 0
        for begin in range(len(text) - _LEAST + 1):
            if text[begin] in self._first and self._trie.match(text[begin:]):
                return len(text) - begin
        return 0
