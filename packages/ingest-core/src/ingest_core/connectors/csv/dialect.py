"""How the rows of a CSV file are written."""

from __future__ import annotations

from dataclasses import dataclass

BLOCK_BYTES = 1024 * 1024
"""What is parsed at once. Larger blocks cost memory and win no time."""


@dataclass(frozen=True)
class Dialect:
    """How the rows of a CSV file are written.

    Args:
        delimiter: One character.
        encoding: As Python names it.
        null_values: Unquoted texts that stand for no value.
    """

    delimiter: str
    encoding: str
    null_values: tuple[str, ...]
