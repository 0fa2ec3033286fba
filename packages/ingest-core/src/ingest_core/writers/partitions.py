"""Splits rows by partition value, whole columns at once.

Source: Apache Iceberg table specification, "Partitioning" and "Partition Transforms".
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from pyiceberg.partitioning import PartitionKey, PartitionSpec
from pyiceberg.typedef import Record
from pyiceberg.types import DoubleType

from ingest_core.errors import JobError
from ingest_core.writers.source_columns import SourceColumn, plain

if TYPE_CHECKING:
    from pyiceberg.schema import Schema
    from pyiceberg.table.metadata import TableMetadata

Values = tuple[Any, ...]
_NAN = math.nan
"""Stands for every not-a-number: as one object it is like itself, so that such rows find their partition again."""

LONGEST_FOLDER = 200
"""Characters of a partition's folder; most file systems end at 255, and a file's own name is no folder."""


@dataclass(frozen=True)
class PathKey(PartitionKey):
    """pyiceberg's key of a partition, of values that are transformed already.

    Args:
        record: The values.
    """

    record: Record

    @property
    def partition(self) -> Record:
        """The values, as they stand in a manifest."""
        return self.record

    def to_path(self) -> str:
        """Name the partition's folders as Iceberg does; one that is too long ends in its digest."""
        return "/".join(_bounded(folder) for folder in super().to_path().split("/"))


@dataclass(frozen=True)
class Partition:
    """The partition of a file's rows.

    Args:
        record: Its values, as they stand in a manifest.
        key: Names its folder; ``None`` without partitions.
    """

    record: Record
    key: PathKey | None


UNPARTITIONED = Partition(Record(), None)


class Partitions:
    """The partitions of a table.

    Args:
        metadata: The table's, as it will be.
    """

    def __init__(self, metadata: TableMetadata) -> None:
        self._metadata = metadata
        self._spec = metadata.spec()
        schema = metadata.schema()
        _refuse_doubles(schema, self._spec)
        self._columns = [SourceColumn(schema, field.source_id, field.transform) for field in self._spec.fields]

    def partition(self, values: Values) -> Partition:
        """Describe the partition of some values."""
        record = Record(*values)
        return Partition(record, PathKey([], self._spec, self._metadata.schema(), record))

    def split(self, batch: pa.RecordBatch) -> Iterator[tuple[Values, pa.RecordBatch]]:
        """Divide rows by partition. Within each they stand as they stood.

        Yields:
            The partition's values, and its rows, in memory of their own.
        """
        if not batch.num_rows:
            return
        columns = [_physical(source.of(batch)) for source in self._columns]
        order, ends = _runs(columns)
        start = 0
        for end in ends:
            places = order.slice(start, end - start)
            values = tuple(_value(column[places[0].as_py()].as_py()) for column in columns)
            yield values, batch if len(places) == batch.num_rows else batch.take(places)
            start = end


def _refuse_doubles(schema: Schema, spec: PartitionSpec) -> None:
    """Refuse what pyiceberg 0.12 reads back with half of its digits, and would write so when it rewrites a manifest.

    Source: https://github.com/apache/iceberg-python/pull/3808
    """
    odd = [each.name for each in spec.partition_type(schema).fields if isinstance(each.field_type, DoubleType)]
    if odd:
        raise JobError(
            f"the table is partitioned by {', '.join(odd)}, of the type double, which cannot be kept exactly",
            "say another `partition_by`, or land the object in a table of its own",
            ("source", "objects"),
        )


def _runs(columns: Sequence[pa.Array]) -> tuple[pa.Array, list[int]]:
    """Give the rows' places with those of a partition beside one another, and where each partition ends."""
    codes = pa.repeat(pa.scalar(0, pa.int64()), len(columns[0]))
    for column in columns:
        encoded = plain(column).dictionary_encode(null_encoding="encode")
        both = pc.add(pc.multiply(codes, len(encoded.dictionary)), encoded.indices.cast(pa.int64()))
        # Encoded anew each time, the numbers never outgrow the rows.
        codes = both.dictionary_encode().indices.cast(pa.int64())
    order = pc.sort_indices(codes)
    ends: list[int] = pc.run_end_encode(codes.take(order)).run_ends.to_pylist()
    return order, ends


def _physical(column: pa.Array) -> pa.Array:
    """Give the values as they stand in a manifest: days, and microseconds, since 1970."""
    if pa.types.is_date32(column.type):
        return column.cast(pa.int32())
    if pa.types.is_timestamp(column.type) or pa.types.is_time64(column.type):
        return column.cast(pa.int64())
    return column


def _value(value: Any) -> Any:  # noqa: ANN401  # of any of Iceberg's types
    return _NAN if isinstance(value, float) and math.isnan(value) else value


def _bounded(folder: str) -> str:
    if len(folder) <= LONGEST_FOLDER:
        return folder
    digest = hashlib.sha256(folder.encode()).hexdigest()[:16]
    return f"{folder[: LONGEST_FOLDER - len(digest) - 1]}-{digest}"
