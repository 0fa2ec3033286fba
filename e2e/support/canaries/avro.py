"""Opens the blocks of an Avro file, as Iceberg's manifests are.

Source: Avro specification 1.12, "Object Container Files".
"""

from __future__ import annotations

from collections.abc import Iterator

from pyiceberg.avro.codecs import KNOWN_CODECS
from pyiceberg.avro.decoder import BinaryDecoder, new_decoder

MAGIC = b"Obj\x01"
_SYNC = 16
_CODEC = "avro.codec"


def blocks(data: bytes) -> Iterator[bytes]:
    """Give what is in each block.

    Args:
        data: A whole file.

    Raises:
        KeyError: A codec is not known.
    """
    decoder = new_decoder(data)
    decoder.skip(len(MAGIC))
    codec = KNOWN_CODECS[_metadata(decoder).get(_CODEC, b"null").decode()]  # type: ignore[index]  # any text, until it is looked up
    decoder.skip(_SYNC)
    while decoder.tell() < len(data):
        decoder.read_int()
        block = decoder.read_bytes()
        yield codec.decompress(block) if codec else block
        decoder.skip(_SYNC)


def _metadata(decoder: BinaryDecoder) -> dict[str, bytes]:
    """Read a map: its pieces, each with its count before it; a negative one is followed by a size."""
    found = {}
    while count := decoder.read_int():
        if count < 0:
            decoder.skip_int()
        for _ in range(abs(count)):
            key = decoder.read_utf8()
            found[key] = decoder.read_bytes()
    return found
