"""Opens what is compressed, wherever in other bytes it stands, so that a search sees what is in it.

Sources: RFC 1952 (gzip), RFC 8878 (Zstandard frames), the Avro specification ("Object Container Files"), the Puffin
specification of Iceberg ("Footer"). Pages of Parquet files in Zstandard are opened as any other frame is.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

import pyarrow as pa
import zstandard

from e2e.support.canaries import avro

PUFFIN = b"PFA1"
DEPTH = 3
"""A file in an archive in an archive."""


PIECE = 1 << 16


class Opener(Protocol):
    """Decompresses from a beginning to the end of what begins there, and no further."""

    @property
    def eof(self) -> bool:
        """Whether the end was reached."""

    def decompress(self, data: bytes, /) -> bytes:
        """Give what is inside the next bytes."""


_FRAMES: dict[bytes, Callable[[], Opener]] = {
    b"\x1f\x8b\x08": lambda: zlib.decompressobj(wbits=31),
    b"\x28\xb5\x2f\xfd": lambda: zstandard.ZstdDecompressor().decompressobj(),
}


def layers(data: bytes, depth: int = DEPTH) -> Iterator[bytes]:
    """Give bytes, what is compressed in them, what is compressed in that.

    Args:
        data: Any.
        depth: How often at most.
    """
    yield data
    if depth:
        for inner in _inner(data):
            yield from layers(inner, depth - 1)


def _inner(data: bytes) -> Iterator[bytes]:
    if data.startswith(avro.MAGIC):
        yield from avro.blocks(data)
    if data.endswith(PUFFIN):
        yield _footer(data)
    for magic, opener in _FRAMES.items():
        at = data.find(magic)
        while at >= 0:
            yield _opened(opener(), data, at)
            at = data.find(magic, at + 1)


def _opened(opener: Opener, data: bytes, at: int) -> bytes:
    """Decompress from a place on, as far as it goes: a file may be cut, and bytes may only look like a beginning."""
    found = []
    try:
        while at < len(data) and not opener.eof:
            found.append(opener.decompress(data[at : at + PIECE]))
            at += PIECE
    except (zlib.error, zstandard.ZstdError):
        return b"".join(found)
    return b"".join(found)


def _footer(data: bytes) -> bytes:
    """Give a Puffin file's footer: its payload, four bytes of length, four of flags, the magic."""
    end = len(data) - 12
    length = int.from_bytes(data[end : end + 4], "little", signed=True)
    payload = data[end - length : end]
    if not data[end + 4] & 1:
        return payload
    with pa.input_stream(pa.BufferReader(payload), compression="lz4") as stream:
        return bytes(stream.read())
