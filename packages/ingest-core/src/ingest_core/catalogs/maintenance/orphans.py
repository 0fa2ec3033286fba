"""Finds the files below a table's location that nothing names, and removes them.

Files are listed first and what is named is read afterwards, so that whatever is committed in between is seen
(docs/decisions/2026-11-27-maintenance.md).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING

from ingest_core.catalogs.maintenance.elsewhere import Elsewhere, is_metadata
from ingest_core.catalogs.maintenance.file_names import compared, is_below
from ingest_core.catalogs.maintenance.listing import THREADS, Folder, folder_of
from ingest_core.catalogs.maintenance.reachable import Reachable
from ingest_core.errors import JobError
from ingest_core.ports import Kept, StoredFile
from ingest_core.writers.storage import storage_errors

if TYPE_CHECKING:
    from pyiceberg.table import Table

Live = Callable[[], Iterable[str]]
"""Names every file that is needed, at the time when it is called; a name may come more than once."""


def orphans(table: Table, kept: Kept, live: Live) -> list[StoredFile]:
    """Find the files below a table's location that nothing names.

    Args:
        table: The table, loaded fresh.
        kept: What stays all the same.
        live: Names what is needed; called once the files are listed.

    Returns:
        The files, by their paths. Held meanwhile are those alone that are old enough and not in the current snapshot.

    Raises:
        JobError: It cannot be told for sure: a file that is needed is spelled otherwise than it is listed, or is gone.
        TransientError: The storage failed.
        Exception: Whatever ``live`` raises, be it the catalog's or the storage's.
    """
    folder = folder_of(table)
    metadata: dict[str, StoredFile] = {}
    with storage_errors(), _nothing_gone(folder):
        candidates = _old(folder, _shown(table), kept.younger_than, metadata)
    with _nothing_gone(folder):
        _take_out(candidates, _noted(live(), metadata), folder)
    with storage_errors(), _nothing_gone(folder):
        for name in Elsewhere(table, kept.history_since).named(metadata.values()):
            candidates.pop(compared(name), None)
    return sorted(candidates.values(), key=lambda file: file.path)


def remove(table: Table, files: Sequence[StoredFile]) -> list[StoredFile]:
    """Delete files that were found to be orphans, after a last look whether the table names them by now.

    Args:
        table: The table, loaded fresh.
        files: The files.

    Returns:
        Those that are gone now. Empty folders stay.

    Raises:
        JobError: The storage refuses to delete any; or the table has another location by now.
        TransientError: The storage failed.
    """
    with storage_errors():
        folder = folder_of(table)
        left = {compared(file.path): file for file in files}
        _check_below(left, folder)
        with _nothing_gone(folder):
            for name in Reachable(table.io).named(table.metadata, table.metadata_location):
                left.pop(compared(name), None)
        return _deleted(folder, list(left.values()))


def _shown(table: Table) -> dict[str, str]:
    """Name what the current snapshot needs and lies below the table's location."""
    snapshot = table.current_snapshot()
    names = [table.metadata_location, *(Reachable(table.io).shown(snapshot) if snapshot else ())]
    base = compared(table.location())
    return {path: name for name in names if is_below(path := compared(name), base)}


def _noted(live: Iterable[str], metadata: dict[str, StoredFile]) -> Iterator[str]:
    """Pass names on, and leave over the metadata that nobody names."""
    for name in live:
        metadata.pop(compared(name), None)
        yield name


def _old(
    folder: Folder, shown: dict[str, str], younger_than: datetime, metadata: dict[str, StoredFile]
) -> dict[str, StoredFile]:
    """List the files that are old enough and not shown, and see that all that is shown is listed.

    Metadata is noted however young it is.

    This is how a storage is found out that spells names otherwise than the table, before harm is done.
    """
    candidates = {}
    missing = dict(shown)
    for file in folder.files():
        path = compared(file.path)
        if path in shown:
            missing.pop(path, None)
            continue
        if is_metadata(path):
            metadata[path] = file
        if file.modified < younger_than:
            candidates[path] = file
    for name in missing.values():
        raise _unsure(folder, f"{name}, which the table shows, is not listed there under that name")
    return candidates


def _take_out(candidates: dict[str, StoredFile], live: Iterable[str], folder: Folder) -> None:
    """Take out what is needed. One that is named elsewhere, like an orphan, may be the same, spelled otherwise."""
    base = compared(folder.location)
    last = {_last(path) for path in candidates}
    elsewhere = {}
    for name in live:
        path = compared(name)
        if candidates.pop(path, None) is None and _last(path) in last and not is_below(path, base):
            elsewhere[_last(path)] = name
    for path, file in candidates.items():
        if _last(path) in elsewhere:
            raise _unsure(folder, f"{file.path} may be {elsewhere[_last(path)]}, which is needed")


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _unsure(folder: Folder, what: str) -> JobError:
    return JobError(
        f"it cannot be told for sure what nothing names below {folder.location}: {what}",
        "see whether the file was deleted, or is reached by another name (a link, an alias of the bucket); "
        "until then nothing is removed",
    )


@contextlib.contextmanager
def _nothing_gone(folder: Folder) -> Iterator[None]:
    """Say of a file that is gone, and is to name others, that without it nobody knows which these are."""
    try:
        yield
    except FileNotFoundError as error:
        raise _unsure(folder, f"what names files is gone: {error}") from error


def _check_below(files: Iterable[str], folder: Folder) -> None:
    base = compared(folder.location)
    for path in files:
        if not is_below(path, base) or path == base:
            raise JobError(f"{path} does not lie below {folder.location}, where the table is by now", "look anew")


def _deleted(folder: Folder, files: Sequence[StoredFile]) -> list[StoredFile]:
    """Delete files side by side; one that is refused stops no other."""
    with ThreadPoolExecutor(THREADS, thread_name_prefix="remove") as pool:
        faults = list(pool.map(lambda file: _fault(folder, file), files))
    gone = [file for file, fault in zip(files, faults, strict=True) if fault is None]
    if not gone:
        for fault in _raised(faults):
            raise fault
    return gone


def _fault(folder: Folder, file: StoredFile) -> OSError | None:
    try:
        folder.delete(file)
    except FileNotFoundError:
        return None  # somebody else deleted it
    except OSError as error:
        return error
    return None


def _raised(faults: Iterable[OSError | None]) -> Iterator[OSError]:
    return (fault for fault in faults if fault is not None)
