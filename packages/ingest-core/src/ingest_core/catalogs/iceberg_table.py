"""A loaded pyiceberg table behind the port."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import pyarrow as pa

from ingest_core.catalogs.growing import NO_GROWTH, grown_metadata
from ingest_core.errors import JobError
from ingest_core.merging import Gathering, Rule, gather
from ingest_core.ports import RunContext
from ingest_core.state import encode_part
from ingest_core.writers.parquet import ParquetWriter, Place

if TYPE_CHECKING:
    from pyiceberg.table import Table


class IcebergTable:
    """A table as it was when it was loaded, and with the columns that it is to have.

    Args:
        inner: pyiceberg's table.
        context: Who is writing: its run's id begins the names of files, and its home takes what memory does not hold.
        growth: Columns that the next commit adds or widens.
    """

    def __init__(self, inner: Table, context: RunContext, growth: pa.Schema = NO_GROWTH) -> None:
        self.inner = inner
        self.growth = growth
        self.context = context
        self.metadata = grown_metadata(inner, growth)

    @property
    def uuid(self) -> str:
        """See :class:`ingest_core.plugin.Table`."""
        return str(self.inner.metadata.table_uuid)

    @property
    def schema(self) -> pa.Schema:
        """See :class:`ingest_core.plugin.Table`. The fields carry Iceberg's ids."""
        return pa.schema([_small(field) for field in self.metadata.schema().as_arrow()])

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
        return IcebergTable(self.inner, self.context, columns)

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
        place = Place(self.inner.io, self.inner.location_provider(), self.metadata)
        return ParquetWriter(place, self.schema, self.context.run_id)

    def gather(self, rule: Rule, memory: int) -> AbstractContextManager[Gathering]:
        """See :class:`ingest_core.plugin.Table`."""
        folder = self.context.home / "state" / "spill" / encode_part(self.context.tenant)
        return gather(folder, self.schema, rule, memory)


def _small(field: pa.Field) -> pa.Field:
    """Use Arrow's 32-bit offsets, as sources do; Iceberg has one string and one binary type."""
    small = {pa.large_string(): pa.string(), pa.large_binary(): pa.binary()}
    return field.with_type(small.get(field.type, field.type))
