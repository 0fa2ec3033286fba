"""A catalog in memory, for tests: the tables of a real one and its commits, and no disk.

pyiceberg's SQL catalog on a database in memory, and its files in a dictionary. So a commit goes the way of one to the
embedded catalog: staged, posted once with its requirements, refused where the table has moved, read back.
"""

from __future__ import annotations

import contextlib
import io
import threading
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import TableAlreadyExistsError
from pyiceberg.io import FileIO, InputFile, OutputFile
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from ingest_core.catalogs.laying import NewTable
from ingest_core.catalogs.opened import OpenedCatalog, Opener
from ingest_core.ports import RunContext, TableName

SCHEME = "memory"


@partial(Opener, may_have_branches=False)
def open_catalog(properties: Mapping[str, str], branch: str | None, context: RunContext) -> OpenedCatalog:
    """Open the catalog of a home folder, which this process alone has, and which is empty at first.

    Args:
        properties: None are known.
        branch: There are none.
        context: Who is writing; its home names the catalog.
    """
    del properties, branch
    inner = _catalogs.of(context.home)

    def create_table(name: TableName, table: NewTable) -> None:
        with contextlib.suppress(TableAlreadyExistsError):
            inner.create_table((name.namespace, name.table), **table.arguments())

    return OpenedCatalog(inner, context, contextlib.nullcontext, create_table)


class MemoryFileIO(FileIO):
    """Files of this process, by their locations."""

    files: ClassVar[dict[str, bytes]] = {}

    def new_input(self, location: str) -> InputFile:
        """Give a file to read."""
        return _Input(location)

    def new_output(self, location: str) -> OutputFile:
        """Give a file to write."""
        return _Output(location)

    def delete(self, location: str | InputFile | OutputFile) -> None:
        """Drop a file."""
        self.files.pop(location if isinstance(location, str) else location.location, None)


class _Input(InputFile):
    def __len__(self) -> int:
        return len(self._content())

    def exists(self) -> bool:
        return self.location in MemoryFileIO.files

    def open(self, seekable: bool = True) -> Any:  # noqa: ANN401, ARG002, FBT001, FBT002  # pyiceberg's own signature
        return io.BytesIO(self._content())

    def _content(self) -> bytes:
        if not self.exists():
            raise FileNotFoundError(self.location)
        return MemoryFileIO.files[self.location]


class _Output(OutputFile):
    def __len__(self) -> int:
        return len(self.to_input_file())

    def exists(self) -> bool:
        return self.to_input_file().exists()

    def to_input_file(self) -> InputFile:
        return _Input(self.location)

    def create(self, overwrite: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002  # pyiceberg's own signature
        if not overwrite and self.exists():
            raise FileExistsError(self.location)
        return _Stream(self.location)


class _Stream(io.BytesIO):
    """A file being written; it is there once it is closed."""

    def __init__(self, location: str) -> None:
        super().__init__()
        self._location = location

    def close(self) -> None:
        if not self.closed:
            MemoryFileIO.files[self._location] = self.getvalue()
        super().close()


class _Kept(SqlCatalog):
    """A catalog whose database stays, though a run is over."""

    def close(self) -> None:
        """Keep what is in memory."""


class _Catalogs:
    """The catalogs of this process, by the home folders whose they are."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: dict[Path, SqlCatalog] = {}

    def of(self, home: Path) -> SqlCatalog:
        """Give the catalog of a home folder; make it where there is none."""
        with self._lock:
            if home not in self._made:
                self._made[home] = _made(f"{SCHEME}://{len(self._made)}")
            return self._made[home]


def _made(warehouse: str) -> SqlCatalog:
    where = {"uri": "sqlite:///:memory:", "warehouse": warehouse, "init_catalog_tables": "false"}
    catalog = _Kept(SCHEME, **where, **{"py-io-impl": f"{__name__}.{MemoryFileIO.__name__}"})
    # One connection for all threads: each other one would have a database of its own.
    catalog.engine = create_engine(where["uri"], poolclass=StaticPool, connect_args={"check_same_thread": False})
    catalog.create_tables()
    return catalog


_catalogs = _Catalogs()
