"""A loaded pyiceberg table behind the port."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pyarrow as pa

from ingest_core.catalogs.growing import NO_GROWTH, grown_metadata
from ingest_core.errors import JobError
from ingest_core.writers.parquet import ParquetWriter, Place

if TYPE_CHECKING:
    from pyiceberg.table import Table


class IcebergTable:
    """A table as it was when it was loaded, and with the columns that it is to have.

    Args:
        inner: pyiceberg's table.
        run_id: Begins the names of the files that its writers write.
        growth: Columns that the next commit adds or widens.
    """

    def __init__(self, inner: Table, run_id: str, growth: pa.Schema = NO_GROWTH) -> None:
        self.inner = inner
        self.growth = growth
        self._run_id = run_id
        self._metadata = grown_metadata(inner, growth)

    @property
    def uuid(self) -> str:
        """See :class:`ingest_core.plugin.Table`."""
        return str(self.inner.metadata.table_uuid)

    @property
    def schema(self) -> pa.Schema:
        """See :class:`ingest_core.plugin.Table`. The fields carry Iceberg's ids."""
        return pa.schema([_small(field) for field in self._metadata.schema().as_arrow()])

    @property
    def sequence_number(self) -> int:
        """See :class:`ingest_core.plugin.Table`."""
        snapshot = self.inner.current_snapshot()
        return (snapshot.sequence_number or 0) if snapshot else 0

    @property
    def properties(self) -> Mapping[str, str]:
        """See :class:`ingest_core.plugin.Table`."""
        return self.inner.properties

    def grown(self, columns: pa.Schema) -> IcebergTable:
        """See :class:`ingest_core.plugin.Table`."""
        return IcebergTable(self.inner, self._run_id, columns)

    def writer(self) -> ParquetWriter:
        """See :class:`ingest_core.plugin.Table`.

        Raises:
            JobError: The table is partitioned, which this release does not write.
        """
        if not self.inner.spec().is_unpartitioned():
            raise JobError(
                f"the table {'.'.join(self.inner.name())} is partitioned; this release writes unpartitioned tables",
                "land the object in a table of its own",
            )
        place = Place(self.inner.io, self.inner.location_provider(), self._metadata)
        return ParquetWriter(place, self.schema, self._run_id)


def _small(field: pa.Field) -> pa.Field:
    """Use Arrow's 32-bit offsets, as sources do; Iceberg has one string and one binary type."""
    small = {pa.large_string(): pa.string(), pa.large_binary(): pa.binary()}
    return field.with_type(small.get(field.type, field.type))
