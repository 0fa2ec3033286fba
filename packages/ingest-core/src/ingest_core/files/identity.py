"""By what a file is known: its size and SHA-256; its times only save reading it again."""

from __future__ import annotations

import hashlib
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from ingest_core.errors import TransientError

_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Identity:
    """What was in a file when it was read.

    Args:
        size: Bytes.
        mtime_ns: Time of the last change, nanoseconds since 1970.
        sha256: Of the bytes, in hex.
        ctime_ns: Time of the last change of the file or of what is said of it, which no program can set; 0 where an
            earlier release did not note it.
    """

    size: int
    mtime_ns: int
    sha256: str
    ctime_ns: int = 0

    def looks_like(self, file: Path) -> bool:
        """Tell by size and times alone whether a file is unchanged; cheap."""
        now = file.stat()
        if self.ctime_ns and self.ctime_ns != now.st_ctime_ns:
            return False
        return (now.st_size, now.st_mtime_ns) == (self.size, self.mtime_ns)

    def same_content(self, other: Identity) -> bool:
        """Tell whether two files hold the same bytes."""
        return (self.size, self.sha256) == (other.size, other.sha256)

    def as_json(self) -> dict[str, Any]:
        """Give the fields as a cursor holds them."""
        return asdict(self)


def identify(file: Path) -> Identity:
    """Read a whole file to know it."""
    with file.open("rb") as opened:
        hashing = HashingFile(opened)
        while hashing.read(_CHUNK):
            pass
        return hashing.identity()


class HashingFile:
    """A binary file, open for reading, that is identified by being read.

    Args:
        raw: The open file; it is read from its present place to its end.
    """

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._hash = hashlib.sha256()
        self._before = os.fstat(raw.fileno())
        self._read = 0

    def read(self, size: int = -1) -> bytes:
        """Read up to so many bytes."""
        data = self._raw.read(size)
        self._hash.update(data)
        self._read += len(data)
        return data

    @property
    def closed(self) -> bool:
        """Whether the file was closed."""
        return self._raw.closed

    def close(self) -> None:
        """Close the file."""
        self._raw.close()

    def identity(self) -> Identity:
        """Give the identity, after the last byte was read.

        Raises:
            TransientError: The file changed while it was read, so nobody knows what was read.
        """
        after = os.fstat(self._raw.fileno())
        before = self._before
        if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns) or self._read != after.st_size:
            raise TransientError(
                f"{self._raw.name} changed while it was read",
                "run again when it is complete; better, write it elsewhere and move it into place",
            )
        return Identity(after.st_size, after.st_mtime_ns, self._hash.hexdigest(), before.st_ctime_ns)
