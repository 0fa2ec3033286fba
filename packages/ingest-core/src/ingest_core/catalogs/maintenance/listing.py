"""Lists the files below a table's location, and deletes some of them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from pyarrow.fs import FileSelector, FileSystem, FileType, LocalFileSystem
from pyiceberg.io.pyarrow import PyArrowFileIO

from ingest_core.errors import JobError
from ingest_core.ports import StoredFile

if TYPE_CHECKING:
    from pyiceberg.table import Table

THREADS = 8
"""How many folders are listed, and files deleted, at once: an object store takes its time for each of them."""


@dataclass(frozen=True)
class Entry:
    """What a folder holds.

    Args:
        path: As the file system knows it.
        size: Bytes in it; ``None`` of a folder.
        modified: When it was written, where the storage tells that.
    """

    path: str
    size: int | None
    modified: datetime | None


@dataclass(frozen=True)
class Folder:
    """A table's location in its file system.

    Args:
        location: Its address, as the table has it.
        base: The same, as the file system knows it.
        entries: Lists one folder, without those below it; of one that is gone, nothing.
        delete_path: Deletes one file; raises :class:`FileNotFoundError` when it is gone.
    """

    location: str
    base: str
    entries: Callable[[str], Sequence[Entry]]
    delete_path: Callable[[str], None]

    def files(self) -> Iterator[StoredFile]:
        """List all files, folder by folder, so that never all of them are held.

        What is hidden is left out, as Iceberg's own procedure does, and so is what has no time.
        """
        waiting = [self.base]
        with ThreadPoolExecutor(THREADS, thread_name_prefix="list") as pool:
            while waiting:
                part = waiting[-THREADS:]
                del waiting[-THREADS:]
                for entry in (each for found in pool.map(self.entries, part) for each in found):
                    if is_hidden(entry):
                        continue
                    if entry.size is None:
                        waiting.append(entry.path)
                    elif entry.modified is not None:
                        yield StoredFile(self._address(entry.path), entry.size, entry.modified)

    def delete(self, file: StoredFile) -> None:
        """Delete a file that was listed.

        Raises:
            FileNotFoundError: It is gone already.
            OSError: The storage refuses it, or fails.
        """
        if not file.path.startswith(f"{self.location}/"):
            raise OSError(f"{file.path} is not spelled as {self.location} is, where the table is by now")
        # Never by the FileIO: it would read the address as a URI, and of `a#b` delete `a`.
        self.delete_path(self.base + file.path.removeprefix(self.location))

    def _address(self, path: str) -> str:
        return self.location + path.removeprefix(self.base)


def folder_of(table: Table) -> Folder:
    """Find a table's location in its file system, with the table's own credentials.

    Args:
        table: The table.

    Raises:
        JobError: Its files are reached by other means than Arrow's, or the location cannot be told apart from others.
    """
    location = table.location().rstrip("/")
    if not isinstance(table.io, PyArrowFileIO):
        raise JobError(
            f"files cannot be listed by {type(table.io).__name__}, which this catalog reaches them by",
            "leave `py-io-impl` out of the catalog's properties, or remove orphans with another tool",
            ("target", "catalog"),
        )
    if found := sorted({"?", "#"} & set(location)):
        raise JobError(
            f"the table's location {location} holds {' and '.join(found)}, at which pyiceberg cuts addresses off",
            "remove its orphans with another tool",
        )
    scheme, authority, path = table.io.parse_location(location, table.io.properties)
    system = table.io.fs_by_scheme(scheme, authority)
    if isinstance(system, LocalFileSystem):
        return Folder(location, path.rstrip("/"), _on_disk, os.unlink)
    return Folder(location, path.rstrip("/"), partial(_in_store, system), system.delete_file)


def is_hidden(entry: Entry) -> bool:
    """Tell whether a name is one that Iceberg's procedure leaves alone: it begins with ``.`` or ``_``.

    The folder of a partition is none, though its column's name begins so.

    Source: ``PartitionAwareHiddenPathFilter`` in Iceberg's ``DeleteOrphanFilesSparkAction``.
    """
    name = entry.path.rpartition("/")[2]
    return name.startswith((".", "_")) and not (entry.size is None and name.startswith("_") and "=" in name)


def _on_disk(folder: str) -> Sequence[Entry]:
    """List a folder on a disk. A link is followed nowhere: what it leads to may be somebody else's."""
    found = []
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
        for each in entries:
            if each.is_dir(follow_symlinks=False):
                found.append(Entry(each.path, None, None))
            elif each.is_file(follow_symlinks=False):
                with contextlib.suppress(FileNotFoundError):
                    facts = each.stat(follow_symlinks=False)
                    modified = datetime.fromtimestamp(facts.st_mtime, UTC)
                    found.append(Entry(each.path, facts.st_size, modified))
    return found


def _in_store(system: FileSystem, folder: str) -> Sequence[Entry]:
    infos = system.get_file_info(FileSelector(folder, recursive=False, allow_not_found=True))
    sizes = {FileType.File: True, FileType.Directory: False}
    return [
        Entry(info.path, info.size if sizes[info.type] else None, info.mtime) for info in infos if info.type in sizes
    ]
