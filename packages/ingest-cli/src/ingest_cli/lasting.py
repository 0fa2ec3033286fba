"""A terminal that may go away: what is shown there is then shown to nobody, and no run ends by that."""

from __future__ import annotations

import contextlib
import io
from typing import TextIO


class Lasting(io.TextIOBase):
    """A stream to which writing never fails.

    Args:
        stream: Where it is written for as long as that is there.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream

    @property
    def encoding(self) -> str:  # type: ignore[override]  # as the stream's
        """The stream's."""
        return self._stream.encoding

    def write(self, text: str) -> int:
        """Write, if somebody is there."""
        with contextlib.suppress(OSError):  # said above
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Hand on what was written, if somebody is there."""
        with contextlib.suppress(OSError):  # said above
            self._stream.flush()

    def isatty(self) -> bool:
        """Tell what the stream is."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """Give the stream's descriptor."""
        return self._stream.fileno()
