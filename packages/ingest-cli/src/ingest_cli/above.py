"""Puts what is printed above what a terminal draws."""

from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


class Above(io.TextIOBase):
    """A stream whose lines appear above what a console draws.

    Lines go on whole, in one piece and unbroken, so that redaction behind the console meets them as they were written.

    Args:
        console: Draws.
    """

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self._begun = ""
        self._lock = threading.RLock()

    @property
    def encoding(self) -> str:  # type: ignore[override]  # writable in the base class, and nobody writes it
        """As the console's stream."""
        return self._console.encoding

    def write(self, text: str) -> int:
        """Take text; print the lines that are complete."""
        with self._lock:
            *lines, self._begun = (self._begun + text).split("\n")
            if lines:
                self._print("\n".join(lines))
        return len(text)

    def flush(self) -> None:
        """Print the rest: a line that has begun could not go on behind a picture."""
        with self._lock:
            rest, self._begun = self._begun, ""
            if rest:
                self._print(rest)

    def writable(self) -> bool:
        """Yes."""
        return True

    def isatty(self) -> bool:
        """Yes: there is a terminal behind it."""
        return True

    def fileno(self) -> int:
        """As the console's stream."""
        return self._console.file.fileno()

    def _print(self, text: str) -> None:
        from rich.text import Text  # noqa: PLC0415  # heavy; a pipe does without

        self._console.print(Text.from_ansi(text), soft_wrap=True)
