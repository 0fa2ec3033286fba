"""Names what a table needs, and its neighbours, in a catalog whose tables keep their snapshots themselves."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pyiceberg.exceptions import (
    BadRequestError,
    ForbiddenError,
    NoSuchNamespaceError,
    NoSuchTableError,
    ValidationError,
)

from ingest_core.catalogs.maintenance.file_names import compared, overlap
from ingest_core.catalogs.maintenance.reachable import Reachable
from ingest_core.errors import JobError, TransientError

if TYPE_CHECKING:
    from pyiceberg.catalog import Catalog
    from pyiceberg.table import Table
    from pyiceberg.table.metadata import TableMetadata

UNREADABLE = (NoSuchTableError, ForbiddenError, FileNotFoundError, ValidationError, ValueError)
"""What loading a table raises that is gone, not for us to see, or whose metadata is gone or unknown to pyiceberg."""

ELSEWHERE = ("write.data.path", "write.metadata.path", "write.object-storage.path", "write.folder-storage.path")
"""Iceberg's properties that say where a table writes, if it is not below its location.

Source: https://iceberg.apache.org/docs/latest/configuration/#write-properties
"""


def live_in_catalog(catalog: Catalog, table: Table, forgotten: frozenset[int] = frozenset()) -> Iterator[str]:
    """Name the files that a table needs as it is now, and those of every other table that may write where it does.

    Args:
        catalog: pyiceberg's catalog, whose tables keep their snapshots themselves.
        table: The table.
        forgotten: Snapshots of the table that count as expired.

    Raises:
        JobError: Its files may be others' as well, or a file that names others is gone.
        TransientError: It was dropped meanwhile, or another one took its name.
    """
    present = _present(catalog, table)
    if present.metadata.table_uuid != table.metadata.table_uuid:
        raise TransientError(f"another table is {'.'.join(table.name())} by now", "run again")
    refuse_shared(present.metadata)
    own = _without(present.metadata, forgotten)
    neighbours = ((each, each.metadata) for each in _neighbours(catalog, present))
    for each, metadata in ((present, own), *neighbours):
        try:
            yield from Reachable(each.io).named(metadata, each.metadata_location)
        except FileNotFoundError as error:
            name = ".".join(each.name())
            raise JobError(
                f"a snapshot of {name} cannot be read, so nobody knows which files it needs: {error}",
                f"bring the file back, or expire the snapshots of {name} that need it",
            ) from error


def refuse_shared(metadata: TableMetadata) -> None:
    """Refuse a table that says that its files may be those of other tables.

    Raises:
        JobError: It does.
    """
    if _shares(metadata.properties):
        raise JobError(
            f"the table says `gc.enabled: false`: its files may be those of other tables, {metadata.location}",
            "maintain it by hand, or set the property if it has the files to itself",
        )


def _shares(properties: Mapping[str, str]) -> bool:
    return properties.get("gc.enabled", "true").lower() == "false"


def _without(metadata: TableMetadata, forgotten: frozenset[int]) -> TableMetadata:
    left = [each for each in metadata.snapshots if each.snapshot_id not in forgotten]
    return metadata.model_copy(update={"snapshots": left})


def _present(catalog: Catalog, table: Table) -> Table:
    try:
        return catalog.load_table(table.name())
    except NoSuchTableError as error:
        raise TransientError(f"{'.'.join(table.name())} was dropped meanwhile", "see who dropped it") from error


def writes_within(location: str, properties: Mapping[str, Any], folder: str) -> bool:
    """Tell whether a table may have files in a folder.

    Args:
        location: Its location.
        properties: Its properties.
        folder: The folder, as :func:`compared` gives it.
    """
    places = [location, *(str(properties[name]) for name in ELSEWHERE if name in properties)]
    return any(overlap(compared(place), folder) for place in places)


def _neighbours(catalog: Catalog, table: Table) -> Iterator[Table]:
    """Load the tables that may write where a table does; those that are hidden from us, or unreadable, are none."""
    folder = compared(table.location())
    for name in _names(catalog, ()):
        if name == table.name():
            continue
        try:
            other = catalog.load_table(name)
        except UNREADABLE:
            continue
        # One whose files may be others' may have some of this table's, wherever it lies.
        if writes_within(other.location(), other.properties, folder) or _shares(other.properties):
            yield other


def _names(catalog: Catalog, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Name all tables that we may see, in namespaces within others, too."""
    for namespace in _namespaces(catalog, above):
        with contextlib.suppress(NoSuchNamespaceError, ForbiddenError):
            yield from (tuple(name) for name in catalog.list_tables(namespace))
        yield from _names(catalog, namespace)


def _namespaces(catalog: Catalog, above: tuple[str, ...]) -> list[tuple[str, ...]]:
    """List the namespaces of a level. A server that knows one level refuses to look below it, or repeats itself."""
    try:
        found = [tuple(each) for each in catalog.list_namespaces(above)]
    except (NoSuchNamespaceError, ForbiddenError, BadRequestError):
        return []
    return [each for each in found if len(each) == len(above) + 1]
