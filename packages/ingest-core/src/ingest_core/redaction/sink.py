"""Writes text to a descriptor at once, so that nothing of it is lost however the process ends."""

from __future__ import annotations

import io
import os
import select


class DescriptorSink(io.TextIOBase):
    """Where masked text goes. Keeps nothing: what was written is with the kernel, or raised.

    Args:
        kept: A descriptor to write to.
        public: What ``fileno`` says: who writes there on its own must not pass by redaction.
        encoding: Of the text. Bytes that were none of it, kept as surrogates, go out as they came.
    """

    def __init__(self, kept: int, public: int, encoding: str) -> None:
        super().__init__()
        self._kept = kept
        self._public = public
        self._encoding = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]  # writable in the base class, and nobody writes it
        """As given."""
        return self._encoding

    def write(self, text: str) -> int:
        """Write all of a text, and wait where the reader is slow.

        Raises:
            OSError: Nobody reads, or nothing more fits.
            UnicodeEncodeError: The encoding cannot say it; nothing is written.
        """
        data = memoryview(text.encode(self._encoding, "surrogateescape"))
        while data:
            try:
                data = data[os.write(self._kept, data) :]
            except BlockingIOError:  # somebody who shares it made it so
                waiting = select.poll()
                waiting.register(self._kept, select.POLLOUT)
                waiting.poll()
        return len(text)

    def move(self, kept: int) -> None:
        """Write to another descriptor from now on."""
        self._kept = kept

    def writable(self) -> bool:
        """Yes."""
        return True

    def isatty(self) -> bool:
        """Tell whether the text ends up at a terminal."""
        return os.isatty(self._kept)

    def fileno(self) -> int:
        """Give the descriptor that is redacted."""
        return self._public
