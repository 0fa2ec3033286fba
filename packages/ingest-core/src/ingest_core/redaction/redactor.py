"""Finds every form of every known secret in a text, and masks it."""

from __future__ import annotations

import threading
import warnings

from ingest_core.redaction.forms import forms
from ingest_core.redaction.json_lines import keep_json
from ingest_core.redaction.known import Known, Span
from ingest_core.redaction.mask import MASK
from ingest_core.redaction.open_shapes import line_begin, open_shape
from ingest_core.redaction.private_keys import open_private_key
from ingest_core.redaction.secret import Secret
from ingest_core.redaction.shapes import mask_shapes
from ingest_core.redaction.telling import is_maskable

WITHHELD = "[output withheld: it could not be redacted]\n"


class Redactor:
    """Knows the secrets of this process. May learn one at any time, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forms: set[str] = set()
        self._known: Known | None = None

    @property
    def longest(self) -> int:
        """Length in characters of the longest form known."""
        known = self._now()
        return known.longest if known else 0

    @property
    def reach(self) -> int:
        """So many characters around a place tell whether a secret stands there, broken into lines or not."""
        known = self._now()
        return known.reach if known else 0

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
            self._known = None

    def enter_child(self) -> None:
        """Go on in a forked child: a thread that held the lock is not there to give it back."""
        self._lock = threading.Lock()

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
        """Give where forms of secrets stand, or what is left of shortened ones; overlapping ones are one span.

        Returns:
            Begin and end of each, in order.
        """
        known = self._now()
        return known.spans(text) if known else []

    def unfinished(self, text: str) -> int:
        """Give where the longest ending begins that more text could make a secret of; the text's end if there is none.

        Args:
            text: What was written so far, and not yet passed on.
        """
        known, limit = self._now(), open_private_key(text)
        return known.unfinished(text, limit) if known else limit

    def waiting(self, text: str) -> int:
        """Give from where on a text is to wait for more: as ``unfinished``, and for what only looks like a secret.

        Args:
            text: What was written so far.
        """
        known, begin = self._now(), line_begin(text)
        # Known secrets are masked first, and what then looks like one may begin right behind them.
        line = _without(text[begin:], self.spans(text[begin:]), in_length=True)
        limit = min(self.unfinished(text), begin + open_shape(line))
        return min(limit, known.behind(text)) if known else limit

    def _now(self) -> Known | None:
        """Give what is known. Made when it is first asked for: secrets come many at a time."""
        known = self._known  # read once: a secret that comes meanwhile makes it nothing
        if known is None and self._forms:
            with self._lock:
                known = self._known = Known(frozenset(self._forms))
        return known


def _without(text: str, spans: list[Span], *, in_length: bool = False) -> str:
    parts, last = [], 0
    for begin, end in spans:
        parts += [text[last:begin], "*" * (end - begin) if in_length else MASK]
        last = end
    return "".join([*parts, text[last:]])
