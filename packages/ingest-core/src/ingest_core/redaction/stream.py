"""The last sink: a stream that masks what is written through it, also across the borders of writes."""

from __future__ import annotations

import codecs
import io
import threading
from typing import TextIO

from ingest_core.redaction.redactor import WITHHELD, Redactor
from ingest_core.redaction.shapes import MASK

LONGEST_LINE = 64 * 1024
"""An unfinished line longer than this is passed on, but for what could become a secret."""

_TELLING = 4
"""So many characters of an unfinished secret at the very end are masked, too."""


class RedactingStream(io.TextIOBase):
    """Stands in the place of a text stream.

    Whole lines pass at once. The beginning of a line waits for its end, or for ``flush``, which passes on all but what
    could still become a secret; that waits for the next write, or for ``close``.

    Args:
        inner: Where the masked text goes.
        redactor: Knows the secrets.
    """

    def __init__(self, inner: TextIO, redactor: Redactor) -> None:
        super().__init__()
        self._inner = inner
        self._redactor = redactor
        self._held = ""
        self._lock = threading.RLock()
        self.buffer = _Bytes(self)

    @property
    def encoding(self) -> str:  # type: ignore[override]  # writable in the base class, and nobody writes it
        """The inner stream's."""
        return self._inner.encoding

    def write(self, text: str) -> int:
        """Take text; pass on the lines that are complete."""
        with self._lock:
            self._held += text
            line_end = max(self._held.rfind("\n"), self._held.rfind("\r")) + 1
            self._pass(len(self._held) if len(self._held) - line_end > LONGEST_LINE else line_end)
        return len(text)

    def flush(self) -> None:
        """Pass on all but what could still become a secret."""
        with self._lock:
            self._pass(len(self._held))
            self._inner.flush()

    def finish(self) -> None:
        """Pass on the rest: nothing more will come."""
        with self._lock:
            self._pass(len(self._held))
            rest, self._held = self._held, ""
            self._inner.write(MASK if len(rest) >= _TELLING else rest)
            self._inner.flush()

    def close(self) -> None:
        """Finish. The inner stream stays open; it is not ours."""
        if not self.closed:
            self.finish()
        super().close()

    def writable(self) -> bool:
        """Yes."""
        return True

    def isatty(self) -> bool:
        """As the inner stream."""
        return self._inner.isatty()

    def fileno(self) -> int:
        """As the inner stream; who writes there directly is not redacted."""
        return self._inner.fileno()

    def _pass(self, upto: int) -> None:
        """Pass on the held text up to a place, or to where a secret begins that would be cut there."""
        try:
            cut = min(upto, self._redactor.unfinished(self._held))
            for begin, end in self._redactor.spans(self._held):
                if begin < cut < end:
                    cut = begin
        except Exception:  # noqa: BLE001  # fails closed: what cannot be looked at is not passed on
            self._held, cut = WITHHELD, len(WITHHELD)
        if cut:
            self._inner.write(self._redactor.text(self._held[:cut]))
            self._held = self._held[cut:]


class _Bytes(io.BufferedIOBase):
    """What ``sys.stdout.buffer`` is to ``sys.stdout``: the same door, for bytes."""

    def __init__(self, outer: RedactingStream) -> None:
        super().__init__()
        self._outer = outer
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def write(self, data: object) -> int:
        """Take bytes."""
        taken = bytes(data)  # type: ignore[call-overload]  # any buffer, as io promises
        self._outer.write(self._decoder.decode(taken))
        return len(taken)

    def flush(self) -> None:
        """As the stream's."""
        self._outer.flush()

    def writable(self) -> bool:
        """Yes."""
        return True
