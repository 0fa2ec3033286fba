"""Finds every form of every known secret in a text, and masks it."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator

import ahocorasick

from ingest_core.redaction.forms import forms, is_maskable
from ingest_core.redaction.json_lines import keep_json
from ingest_core.redaction.mask import MASK
from ingest_core.redaction.private_keys import open_private_key
from ingest_core.redaction.secret import Secret
from ingest_core.redaction.shapes import mask_shapes
from ingest_core.redaction.shortened import Shortened, is_cut

WITHHELD = "[output withheld: it could not be redacted]\n"

Span = tuple[int, int]


class Redactor:
    """Knows the secrets of this process. May learn one at any time, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forms: set[str] = set()
        self._automaton: ahocorasick.Automaton | None = None
        self._shortened: Shortened | None = None
        self._longest = 0
        self._letters = ""

    @property
    def longest(self) -> int:
        """Length in characters of the longest form known."""
        return self._longest

    def add(self, secret: Secret) -> None:
        """Mask a secret from now on.

        A value too short or too common to be told from ordinary text is not masked; a warning says so, by its name.
        """
        value = secret.reveal()
        if not is_maskable(value):
            warnings.warn(f"the secret {secret.name!r} is too short or too common to be masked", stacklevel=2)
            return
        with self._lock:
            self._forms |= forms(value)
            self._longest = max(map(len, self._forms))
            self._letters = "".join(set("".join(self._forms)))
            self._automaton = _automaton(self._forms)
            self._shortened = None

    def text(self, text: str) -> str:
        """Mask a text, whose lines of JSON stay JSON. Fails closed: what cannot be redacted is withheld."""
        try:
            masked = self._masked(text)
            return keep_json(text, masked, self._masked) if masked != text else masked
        except Exception:  # noqa: BLE001  # whatever it is, the text must not pass
            return WITHHELD

    def _masked(self, text: str) -> str:
        return mask_shapes(_without(text, self.spans(text)))

    def data(self, data: bytes) -> bytes:
        """Mask bytes that are UTF-8, or not quite."""
        return self.text(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def spans(self, text: str) -> list[Span]:
        """Give where forms of secrets stand; overlapping ones are one span.

        Returns:
            Begin and end of each, in order.
        """
        automaton = self._automaton
        if automaton is None:
            return []
        found = [(end - length + 1, end + 1) for end, length in automaton.iter(text)]
        if is_cut(text):
            found += self._shortenings().spans(text)
        return list(_united(sorted(found)))

    def _shortenings(self) -> Shortened:
        """Give what finds shortened secrets. Made when first needed: few programs shorten."""
        with self._lock:
            if self._shortened is None:
                self._shortened = Shortened(self._forms)
            return self._shortened

    def unfinished(self, text: str) -> int:
        """Give where the longest ending begins that more text could make a secret of; the text's end if there is none.

        Args:
            text: What was written so far, and not yet passed on.
        """
        automaton, limit = self._automaton, open_private_key(text)
        if automaton is None:
            return limit
        ending = text[max(0, len(text) - self._longest + 1) :]
        # Only letters of forms can continue one: most lines end, with their line end, right here.
        possible = len(ending) - len(ending.rstrip(self._letters))
        for begin in range(len(text) - possible, limit):
            if automaton.match(text[begin:]):
                return begin
        return limit


def _automaton(words: set[str]) -> ahocorasick.Automaton:
    """Build the machine of Aho and Corasick, which finds all words in one pass."""
    automaton = ahocorasick.Automaton()
    for word in words:
        automaton.add_word(word, len(word))
    automaton.make_automaton()
    return automaton


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


def _without(text: str, spans: list[Span]) -> str:
    parts, last = [], 0
    for begin, end in spans:
        parts += [text[last:begin], MASK]
        last = end
    return "".join([*parts, text[last:]])
