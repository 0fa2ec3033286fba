"""The last sink: a stream that masks what is written through it, also across the borders of writes."""

from __future__ import annotations

import codecs
import contextlib
import io
import threading
from typing import Protocol

from ingest_core.redaction.hold_back import HoldBack
from ingest_core.redaction.redactor import Redactor


class Inner(Protocol):
    """What a stream must do to be written to through another: every text stream of Python does."""

    @property
    def encoding(self) -> str:
        """How text becomes bytes."""

    def write(self, text: str, /) -> int:
        """Take text."""

    def flush(self) -> None:
        """Pass it on."""

    def isatty(self) -> bool:
        """Tell whether it is a terminal."""

    def fileno(self) -> int:
        """Give the descriptor."""


class RedactingStream(io.TextIOBase):
    """Stands in the place of a text stream.

    Whole lines pass at once. The beginning of a line waits for its end, or for ``flush``, which passes on all but what
    could still become a secret; that waits for the next write, or for ``close``.

    Args:
        inner: Where the masked text goes.
        redactor: Knows the secrets.
    """

    def __init__(self, inner: Inner, redactor: Redactor) -> None:
        super().__init__()
        self._inner = inner
        self._held = HoldBack(redactor)
        self._lock = threading.RLock()
        self.buffer = _Bytes(self)

    @property
    def encoding(self) -> str:  # type: ignore[override]  # writable in the base class, and nobody writes it
        """The inner stream's."""
        return self._inner.encoding

    def write(self, text: str) -> int:
        """Take text; pass on the lines that are complete."""
        with self._lock:
            self._pass(self._held.take(text))
        return len(text)

    def flush(self) -> None:
        """Pass on all but what could still become a secret."""
        with self._lock:
            self._pass(self._held.release())
            self._inner.flush()

    def finish(self) -> None:
        """Pass on the rest: nothing more will come."""
        with self._lock:
            self._pass(self._held.finish())
            self._inner.flush()

    def give_back(self) -> None:
        """End: pass on the rest, and take nothing in the inner stream's place any more."""
        self.finish()

    def close(self) -> None:
        """Finish. The inner stream stays open; it is not ours."""
        if not self.closed:
            # An inner stream that is closed already, as when the interpreter ends, takes nothing more.
            with contextlib.suppress(ValueError):
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

    def _pass(self, text: str) -> None:
        if not text:
            return
        try:
            self._inner.write(text)
        except UnicodeEncodeError:
            # Python's stderr does the same: a file name with odd bytes must not cost the line, nor those after it.
            encoding = self._inner.encoding or "utf-8"
            self._inner.write(text.encode(encoding, "backslashreplace").decode(encoding))


class _Bytes(io.BufferedIOBase):
    """What ``sys.stdout.buffer`` is to ``sys.stdout``: the same door, for bytes."""

    def __init__(self, outer: RedactingStream) -> None:
        super().__init__()
        self._outer = outer
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")

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
