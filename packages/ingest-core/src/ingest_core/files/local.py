"""Files on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from ingest_core.errors import JobError, TransientError
from ingest_core.files.file import File, Seen
from ingest_core.files.paths import relative_name


class LocalStore:
    """Files on this machine: see :class:`ingest_core.files.file.Store`."""

    def look(self, place: str) -> Seen:
        """Say how a file is now: ``size``, ``mtime_ns`` and ``ctime_ns``, which no program can set."""
        try:
            found = Path(place).stat()
        except OSError as error:
            raise _translated(place, error) from error
        return {"size": found.st_size, "mtime_ns": found.st_mtime_ns, "ctime_ns": found.st_ctime_ns}

    def open(self, place: str) -> BinaryIO:
        """Open a file."""
        try:
            return Path(place).open("rb")
        except OSError as error:
            raise _translated(place, error) from error

    def stream(self, place: str) -> pa.NativeFile:
        """Open a file without Python."""
        try:
            return pa.OSFile(place)
        except OSError as error:
            raise _translated(place, error) from error

    pieces = stream


LOCAL = LocalStore()


def local_file(path: Path, home: Path) -> File:
    """Make a file of a path, named by its place below the home folder.

    Raises:
        TransientError: It is gone.
    """
    return File(relative_name(path, home), str(path), LOCAL, LOCAL.look(str(path)))


def _translated(place: str, error: OSError) -> JobError | TransientError:
    if isinstance(error, FileNotFoundError):
        return TransientError(f"{place} vanished after it was listed", "run again when the files stay where they are")
    return JobError(f"{place} cannot be read: {error.strerror}", "mend its rights, or leave it out of `path`")
