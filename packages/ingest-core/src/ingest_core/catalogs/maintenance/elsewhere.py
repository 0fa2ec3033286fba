"""Finds metadata below a table's location that this catalog does not know, and that somebody may need all the same.

A catalog that was copied, or brought back from a backup, knows a table as it was; where its files are, another catalog
may have gone on with it. And a table that was dropped may have lain where another one was made since. What such
metadata names is kept (docs/decisions/2026-11-27-maintenance.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyiceberg.exceptions import ValidationError
from pyiceberg.serializers import FromInputFile

from ingest_core.catalogs.maintenance.reachable import Reachable

if TYPE_CHECKING:
    from datetime import datetime

    from pyiceberg.table import Table
    from pyiceberg.table.metadata import TableMetadata

    from ingest_core.ports import StoredFile

SUFFIXES = (".metadata.json", ".metadata.json.gz")
HEAD = 4096
"""Bytes in which a table's id stands nearly always; where it does not, the whole is read."""
_NUMBER = re.compile(r"0*(\d+)-[^/]*$")
_UUID = re.compile(rb'"table-uuid"\s*:\s*"([^"]+)"')


def is_metadata(path: str) -> bool:
    """Tell whether a file is, by its name, a table's metadata."""
    return path.endswith(SUFFIXES)


@dataclass(frozen=True)
class Elsewhere:
    """Judges metadata that the catalog does not know.

    Args:
        table: The table, as the catalog has it.
        since: From when on what a table showed is kept, in UTC.
    """

    table: Table
    since: datetime

    def named(self, unknown: Iterable[StoredFile]) -> Iterator[str]:
        """Name what is needed by metadata that is unknown: itself, and all that it names.

        Raises:
            FileNotFoundError: Another catalog's metadata of this very table names a file that is gone.
        """
        for file in unknown:
            uuid = self._uuid(file)
            if uuid == str(self.table.metadata.table_uuid):
                yield from self._all(file) if self._is_later(file) else ()
            elif uuid and file.modified >= self.since:
                yield from self._all_that_is_there(file)

    def _uuid(self, file: StoredFile) -> str | None:
        """Read whose metadata it is; ``None`` of a file that was never finished."""
        with self.table.io.new_input(file.path).open() as stream:
            found = _UUID.search(stream.read(HEAD))
        if found:
            return found[1].decode()
        try:
            return str(FromInputFile.table_metadata(self.table.io.new_input(file.path)).table_uuid)
        except (ValueError, ValidationError):
            return None

    def _is_later(self, file: StoredFile) -> bool:
        """Tell whether metadata goes on from where this catalog stands; of files that are counted, only higher ones."""
        own, other = _number(self.table.metadata_location), _number(file.path)
        if own and other and other <= own:
            return False
        try:
            metadata = FromInputFile.table_metadata(self.table.io.new_input(file.path))
        except (ValueError, ValidationError):
            return False  # whoever wrote it was killed before it was whole, and nobody could name it
        return _reached(metadata) > _reached(self.table.metadata)

    def _all(self, file: StoredFile) -> Iterator[str]:
        metadata = FromInputFile.table_metadata(self.table.io.new_input(file.path))
        yield from Reachable(self.table.io).named(metadata, file.path)

    def _all_that_is_there(self, file: StoredFile) -> Iterator[str]:
        """Name what a former table's metadata needs, as far as it can still be read: nobody shows it any more."""
        yield file.path
        try:
            yield from self._all(file)
        except (FileNotFoundError, ValueError, ValidationError):
            return


def _reached(metadata: TableMetadata) -> tuple[int, int]:
    """Say how far a table has come. Tables of version 1 count no commits, but have a time."""
    return getattr(metadata, "last_sequence_number", 0), metadata.last_updated_ms


def _number(path: str) -> int:
    found = _NUMBER.search(path.rpartition("/")[2])
    return int(found[1]) if found else 0
