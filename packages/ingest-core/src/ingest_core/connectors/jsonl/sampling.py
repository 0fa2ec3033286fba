"""Takes a sample of a file of JSON lines: from its beginning, and where it can be sought, from further on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from ingest_core.connectors.jsonl.lines import Block, blocks

FIRST_BYTES = 256 * 1024
"""What is looked at of a file's beginning."""

LATER_BYTES = 64 * 1024
LATER_PLACES = 4
"""Keys may come late: so many bytes are looked at in so many other places."""


def samples(opened: BinaryIO, size: int | None) -> Iterator[Block]:
    """Read some lines of a file.

    Args:
        opened: The file at its beginning.
        size: Its bytes, where it can be sought; else ``None``.

    Yields:
        Blocks of whole lines, each of one line at least.

    Raises:
        LongLineError: A line is too long.
    """
    first = next(blocks(opened), None)
    if first is not None:
        yield Block(0, _cut(first.data, FIRST_BYTES))
    step = (size or 0) // (LATER_PLACES + 1)
    for place in range(step, step * LATER_PLACES + 1, step) if step > FIRST_BYTES else ():
        found = next(blocks(opened, place, size), None)
        if found is not None:
            yield Block(found.offset, _cut(found.data, LATER_BYTES))


def _cut(data: bytes, most: int) -> bytes:
    """Keep whole lines: up to a number of bytes, or the first that ends behind them."""
    cut = data.rfind(b"\n", 0, most) + 1 or data.find(b"\n", most) + 1
    return data[:cut] if cut and len(data) > most else data
