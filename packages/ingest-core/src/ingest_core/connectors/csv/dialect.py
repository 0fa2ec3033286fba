"""How the rows of a CSV file are written."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

BLOCK_BYTES = 1024 * 1024
"""What is parsed at once. Larger blocks cost memory and win no time."""


@dataclass(frozen=True)
class Dialect:
    """How the rows of a CSV file are written.

    Args:
        delimiter: Between values, one character.
        encoding: As Python names it.
        null_values: Unquoted texts that stand for no value.
        quote: Around values, one character; ``None``: no character is special.
        escape: Before a character that is not special, one character; ``None``: there is none.
        decimal: Between the whole and the fraction of a number.
        header: Whether the first row names the columns.
        columns: The names where there is no header; none: ``f0``, ``f1``, ...
        skip_rows: Lines before the first row, or the header, that say nothing.
    """

    delimiter: str = ","
    encoding: str = "utf8"
    null_values: tuple[str, ...] = ("",)
    quote: str | None = '"'
    escape: str | None = None
    decimal: str = "."
    header: bool = True
    columns: tuple[str, ...] = ()
    skip_rows: int = 0

    @property
    def is_utf8(self) -> bool:
        """Whether the parser can be given the bytes as they are.

        Raises:
            LookupError: Python knows no such encoding.
        """
        return codecs.lookup(self.encoding).name in ("utf-8", "utf-8-sig", "ascii")

    @property
    def python_encoding(self) -> str:
        """The encoding as Python is to be told it: a mark at the beginning is no part of the text."""
        return "utf-8-sig" if self.is_utf8 else self.encoding
