"""By what a file is known: what a listing says of it, and a digest of its bytes, which may come in parts.

The digest is XXH3 with 128 bits (https://github.com/Cyan4973/xxHash): it tells files apart, and is no proof against
somebody who makes two alike. Positions that an earlier release left hold SHA-256 and are understood.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, Protocol

import xxhash

from ingest_core.files.file import File, Seen

_CHUNK = 1024 * 1024

Noted = Mapping[str, Any]
"""What a position holds of a file: see :func:`noted_part`."""


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...

    def hexdigest(self) -> str: ...


def noted_part(file: File, part: int, parts: int, division: str) -> Noted:
    """Give what a position holds of a file of which a part was read.

    Args:
        file: The file.
        part: Which part, from 0.
        parts: Of how many.
        division: By what the division is known.

    Returns:
        What was seen; for a file read whole its ``xxh3``, where it can be read again cheaply; for others ``parts``,
        ``division`` and ``done``: for each part that was read the division, and a digest of the like part of the bytes.
        A position keeps what it held of former content beside this, so parts of another division are not done.
    """
    if not division:
        return {**file.seen, "xxh3": _digest(file, 0, 1, xxhash.xxh3_128)} if file.path else dict(file.seen)
    done = {str(part): f"{division} {_digest(file, part, parts, xxhash.xxh3_128)}"}
    return {**file.seen, "parts": parts, "division": division, "done": done}


def done_parts(noted: Noted) -> Mapping[str, str]:
    """Give the parts that were read of a file as it was noted last, each with its digest."""
    tagged = {part: text.rpartition(" ") for part, text in noted.get("done", {}).items()}
    return {part: digest for part, (division, _, digest) in tagged.items() if division in ("", noted["division"])}


def looks_like(noted: Noted, seen: Seen) -> bool:
    """Tell by what a listing says alone whether a file is unchanged; cheap."""
    if noted.get("ctime_ns") and noted["ctime_ns"] != seen.get("ctime_ns"):
        return False
    marks = [(noted.get(mark), seen.get(mark)) for mark in ("size", "mtime_ns", "etag", "modified")]
    # Of a file of which its server tells nothing, nobody can say that it is unchanged.
    return any(now is not None for _, now in marks) and all(before == now for before, now in marks)


def same_content(noted: Noted, file: File) -> bool:
    """Read a file on this machine to tell whether it holds the bytes that were noted."""
    if file.path is None or noted["size"] != file.size:
        return False
    if "done" in noted:
        parts = noted["parts"]
        done = done_parts(noted).items()
        return all(_digest(file, int(part), parts, xxhash.xxh3_128) == digest for part, digest in done)
    if "xxh3" not in noted:
        return bool(_digest(file, 0, 1, hashlib.sha256) == noted["sha256"])
    return bool(_digest(file, 0, 1, xxhash.xxh3_128) == noted["xxh3"])


def _digest(file: File, part: int, parts: int, kind: Callable[[], _Digest]) -> str:
    """Digest the stored bytes of a part: the file divided evenly, whatever its rows."""
    size = file.size or 0
    start, end = size * part // parts, size * (part + 1) // parts
    digest = kind()
    with file.store.open(file.place) as raw:
        raw.seek(start)
        _feed(raw, end - start, digest)
    return digest.hexdigest()


def _feed(raw: BinaryIO, length: int, digest: _Digest) -> None:
    while length > 0 and (data := raw.read(min(_CHUNK, length))):
        digest.update(data)
        length -= len(data)
