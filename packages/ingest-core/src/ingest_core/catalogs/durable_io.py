"""Iceberg's files on a local disk, each on the disk before the catalog names it.

SQLite puts a commit on the disk; the data files, manifests and metadata that it names would still wait in memory, and
after a power cut the catalog would name files that are empty or not there. Object stores need none of this.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
from pyiceberg.io import InputFile, OutputFile, OutputStream
from pyiceberg.io.pyarrow import PyArrowFileIO

from ingest_core.durable import make_folder, sync

if TYPE_CHECKING:
    from pyiceberg.io.pyarrow import PyArrowFile

NAME = f"{__name__}.DurableFileIO"
"""For pyiceberg's property ``py-io-impl``."""


class DurableFileIO(PyArrowFileIO):
    """pyiceberg's own, but that a file which is closed is on the disk."""

    def new_output(self, location: str) -> OutputFile:  # type: ignore[override]  # the port asks for no more than this
        """Give a file to write to."""
        _, _, path = self.parse_location(location, self.properties)
        return _DurableFile(super().new_output(location), Path(path))


class _DurableFile(OutputFile):
    def __init__(self, inner: PyArrowFile, path: Path) -> None:
        super().__init__(inner.location)
        self._inner = inner
        self._path = path

    def __len__(self) -> int:
        return len(self._inner)

    def exists(self) -> bool:
        return self._inner.exists()

    def to_input_file(self) -> InputFile:
        return self._inner.to_input_file()

    def create(self, overwrite: bool = False) -> OutputStream:  # noqa: FBT001, FBT002  # pyiceberg's own signature
        if not overwrite and self.exists():
            raise FileExistsError(f"there is a file at {self.location} already")
        make_folder(self._path.parent)
        return _DurableStream(str(self._path), "wb")


class _DurableStream(pa.OSFile):  # type: ignore[misc]  # pyarrow's classes have no types
    """Arrow's file without a buffer of its own, put on the disk when it is closed."""

    def __init__(self, path: str, mode: str) -> None:  # noqa: ARG002  # Arrow's `__cinit__` has opened it in this mode
        self._path = Path(path)

    def close(self) -> None:
        """Put the file and its entry in the folder on the disk, and close it."""
        if self.closed:
            return
        super().close()
        sync(self._path)
        sync(self._path.parent)
