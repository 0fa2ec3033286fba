"""A loaded pyiceberg table behind the port."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import pyarrow as pa
from pyiceberg.table.locations import load_location_provider
from pyiceberg.table.snapshots import ancestors_of

from ingest_core.catalogs.columns import columns_of
from ingest_core.catalogs.growing import Growth, grown_metadata, is_empty
from ingest_core.catalogs.laid_out import layout_in
from ingest_core.catalogs.state_files import with_cursor
from ingest_core.layout import AS_IT_IS, Layout
from ingest_core.limits import Share
from ingest_core.merging import Rule
from ingest_core.ports import RunContext, Writer
from ingest_core.state import State, encode_part
from ingest_core.writers.fan_out import FanOutWriter
from ingest_core.writers.open_file import Place
from ingest_core.writers.parquet import ParquetWriter

if TYPE_CHECKING:
    from pyiceberg.table import Table

    from ingest_core.merging.gathering import Gathering


NOTHING = Growth()
ALONE = Share()


class IcebergTable:
    """A table as it was when it was loaded, and as it is to be.

    Args:
        inner: pyiceberg's table.
        context: Who is writing: its run's id begins the names of files, and its home takes what memory does not hold.
        growth: What the next commit makes of it.
    """

    def __init__(self, inner: Table, context: RunContext, growth: Growth = NOTHING) -> None:
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
        return columns_of(self.metadata.schema())

    @property
    def sequence_number(self) -> int:
        """See :class:`ingest_core.plugin.Table`."""
        snapshot = self.inner.current_snapshot()
        return (snapshot.sequence_number or 0) if snapshot else 0

    @property
    def properties(self) -> Mapping[str, str]:
        """See :class:`ingest_core.plugin.Table`."""
        return self.inner.properties

    @property
    def commit(self) -> str | None:
        """See :class:`ingest_core.plugin.Table`. Nessie tells it as a property of the table."""
        return self.inner.properties.get("nessie.commit.id")

    @property
    def layout(self) -> Layout:
        """See :class:`ingest_core.plugin.Table`."""
        return layout_in(self.metadata)

    @property
    def is_empty(self) -> bool:
        """See :class:`ingest_core.plugin.Table`."""
        return is_empty(self.inner.metadata)

    def grown(self, columns: pa.Schema, layout: Layout = AS_IT_IS, anew: Sequence[str] = ()) -> IcebergTable:
        """See :class:`ingest_core.plugin.Table`."""
        return IcebergTable(self.inner, self.context, Growth(columns, layout, tuple(anew)))

    def with_cursor(self, state: State) -> State:
        """See :class:`ingest_core.plugin.Table`."""
        return with_cursor(self.inner, state)

    def told(self, property_name: str) -> Sequence[tuple[str, bool]]:
        """See :class:`ingest_core.plugin.Table`. Nessie knows one snapshot of each table.

        Where snapshots were expired, the line breaks off; one from before, which a tag keeps, may well have led here.
        """
        current = self.inner.current_snapshot()
        line = list(ancestors_of(current, self.inner.metadata)) if current else []
        ids = {each.snapshot_id for each in line}
        began = min((each.sequence_number or 0 for each in line), default=0)
        told = []
        for each in self.inner.snapshots():
            summary = each.summary.additional_properties if each.summary else {}
            if property_name in summary:
                led_here = each.snapshot_id in ids or (each.sequence_number or 0) < began
                told.append((summary[property_name], led_here))
        return told

    def writer(self, share: Share = ALONE) -> Writer:
        """See :class:`ingest_core.plugin.Table`."""
        locations = load_location_provider(self.metadata.location, self.metadata.properties)
        place = Place(self.inner.io, locations, self.metadata, self.schema, self.context.run_id)
        return ParquetWriter(place) if self.metadata.spec().is_unpartitioned() else FanOutWriter(place, share)

    def gather(self, rule: Rule, memory: int) -> AbstractContextManager[Gathering]:
        """See :class:`ingest_core.plugin.Table`."""
        from ingest_core.merging.gathering import gather  # noqa: PLC0415  # brings DuckDB, which others do without

        folder = self.context.home / "state" / "spill" / encode_part(self.context.tenant)
        return gather(folder, self.schema, rule, memory)
