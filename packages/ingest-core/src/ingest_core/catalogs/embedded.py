"""The embedded catalog: no server, a SQLite file and a folder below the home's ``state/``."""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import TableAlreadyExistsError
from sqlalchemy import URL
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from ingest_core.catalogs import durable_io
from ingest_core.catalogs.laying import NewTable
from ingest_core.catalogs.maintaining import by_snapshots
from ingest_core.catalogs.opened import FILES, OpenedCatalog, Opener
from ingest_core.durable import make_folder
from ingest_core.errors import JobError, TransientError
from ingest_core.failpoints import reach
from ingest_core.owning import mend
from ingest_core.ports import NamespaceSeen, RunContext, TableName

NAME = "ingest"
BUSY_SECONDS = 30


def _may_write(context: RunContext) -> bool:
    """Tell whether the state folder, or the deepest that exists above it, may be written."""
    folder = context.home / "state" / "warehouse"
    while not folder.exists() and folder != context.home:
        folder = folder.parent
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


def _not_made_yet(branch: str | None, context: RunContext) -> NamespaceSeen | None:
    _check_branch(branch)
    if (context.home / "state" / "catalog.db").exists():
        return None
    return NamespaceSeen(exists=False, writable=_may_write(context))


@partial(Opener, may_have_branches=False, missing=_not_made_yet, writable=_may_write)
def open_catalog(properties: Mapping[str, str], branch: str | None, context: RunContext) -> OpenedCatalog:
    """Open the catalog in ``state/catalog.db``, with its files below ``state/warehouse/``; make it if need be.

    Args:
        properties: None are known.
        branch: The embedded catalog has no branches; only ``main`` may be named.
        context: Who is writing; its home holds the catalog.

    Raises:
        JobError: A branch is named, the state folder cannot be written, or the database in it is none.
    """
    del properties
    _check_branch(branch)
    state = _expressible(context.home / "state")
    warehouse = state / "warehouse"
    with _writable(state), _translated(warehouse):
        make_folder(warehouse)
        inner = _open(state / "catalog.db", warehouse)

    def create_table(name: TableName, table: NewTable) -> None:
        # The row of a new table is inserted under a unique key, so of two creators one is refused here.
        with contextlib.suppress(TableAlreadyExistsError):
            inner.create_table((name.namespace, name.table), **table.arguments())
            reach("table made, no snapshot yet")

    translated = partial(_translated, warehouse)
    return OpenedCatalog(inner, context, translated, create_table, maintainer=by_snapshots)


def _check_branch(branch: str | None) -> None:
    if branch not in (None, "main"):
        raise JobError("the embedded catalog has no branches", "leave it out", ("target", "branch"))


def _open(database: Path, warehouse: Path) -> SqlCatalog:
    """Open the database, one process at a time: of two that find it empty both would make its tables, and one fail."""
    descriptor = os.open(database.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o664)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with contextlib.closing(sqlite3.connect(database, timeout=BUSY_SECONDS)) as connection:
            # Readers and a writer work side by side; SQLite remembers the mode in the file.
            connection.execute("PRAGMA journal_mode=WAL")
        uri = URL.create("sqlite", database=str(database), query={"timeout": str(BUSY_SECONDS)}).render_as_string()
        # Not `as_uri()`: pyiceberg takes the path as it stands, and would make a folder `my%20home` beside `my home`.
        where = {"uri": uri, "warehouse": f"file://{warehouse}"}
        return SqlCatalog(NAME, **where, **FILES, **{"py-io-impl": durable_io.NAME})
    finally:
        os.close(descriptor)


def _expressible(state: Path) -> Path:
    """Refuse a path that cannot stand in a URI as pyiceberg reads it."""
    if found := sorted(set("?#") & set(str(state))):
        raise JobError(
            f"the home folder's path holds {' and '.join(found)}, which the embedded catalog cannot write in its URIs",
            f"rename or move {state.parent}",
        )
    return state


@contextlib.contextmanager
def _writable(state: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        if not isinstance(error, sqlite3.OperationalError):
            raise _damaged(error) from error
        raise _refused(state, error) from error
    except OSError as error:
        raise _refused(state, error) from error


def _refused(state: Path, error: Exception) -> JobError:
    return JobError(f"the state folder {state} cannot be written: {error}", mend(state))


def _damaged(error: Exception) -> JobError:
    return JobError(
        f"state/catalog.db is no database, or is damaged: {error}",
        "bring it back from a backup; the tables' files are untouched",
    )


@contextlib.contextmanager
def _translated(warehouse: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise JobError(
            f"the embedded catalog names a file that is not there: {error.filename or error}",
            f"the catalog holds whole paths: use the home where it was made, or give {warehouse} its former path",
        ) from error
    except DatabaseError as error:
        if not isinstance(error.orig, sqlite3.OperationalError):
            raise _damaged(error.orig or error) from error
        raise TransientError(f"the embedded catalog did not answer: {error.orig}", "run again") from error
    except SQLAlchemyError as error:
        raise TransientError(f"the embedded catalog did not answer: {type(error).__name__}", "run again") from error
