"""Whether columns can be laid out as a job says."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
from pyarrow import types

from ingest_core.errors import Fault, Key
from ingest_core.layout import TIMES, Layout, PartitionField


def layout_faults(layout: Layout, columns: pa.Schema, at: Key) -> list[Fault]:
    """Hold a layout against the columns that a table will have.

    Args:
        layout: What the job says.
        columns: All of the table's columns.
        at: The object's key in the job file.

    Returns:
        Every fault: a column that is not there, or one of a type that cannot be used so.
    """
    parts, order = layout.partition_by or (), layout.sort_by or ()
    return [
        *_missing((each.column for each in parts), columns, (*at, "partition_by")),
        *(fault for each in parts if each.column in columns.names for fault in _odd_part(each, columns, at)),
        *_missing((each.column for each in order), columns, (*at, "sort_by")),
        *(
            Fault(f"rows cannot be sorted by {each.column!r}: it is nested", "sort by another column", (*at, "sort_by"))
            for each in order
            if each.column in columns.names and types.is_nested(columns.field(each.column).type)
        ),
        *_missing(layout.key, columns, (*at, "key")),
        *(
            Fault(
                f"{name!r} cannot be a key: {columns.field(name).type}",
                "choose whole numbers, text, dates or times",
                (*at, "key"),
            )
            for name in layout.key
            if name in columns.names and not may_be_key(columns.field(name).type)
        ),
    ]


def may_be_key(kind: pa.DataType) -> bool:
    """Tell whether a column may be an identifier field: Iceberg takes neither floating point nor nested ones.

    Source: Apache Iceberg table specification, "Identifier Field IDs".
    """
    return not (types.is_floating(kind) or types.is_nested(kind))


def _missing(names: Iterable[str], columns: pa.Schema, key: Key) -> list[Fault]:
    mend = f"its columns are {', '.join(columns.names)}"
    return [Fault(f"the table has no column {name!r}", mend, key) for name in names if name not in columns.names]


def _odd_part(part: PartitionField, columns: pa.Schema, at: Key) -> list[Fault]:
    kind = columns.field(part.column).type
    if _takes(part.kind, kind):
        return []
    problem = f"{part.kind} cannot be made of {part.column!r}: {kind}"
    return [Fault(problem, f"{part.kind} takes {_TAKEN[part.kind]}", (*at, "partition_by"))]


_TAKEN = {
    "identity": "any column that is neither nested nor floating point",
    **dict.fromkeys(TIMES, "dates and timestamps"),
    "hour": "timestamps",
    "bucket": "whole numbers, decimals, dates, times, timestamps, text, bytes and uuids",
    "truncate": "whole numbers, decimals, text and bytes",
}


def _takes(transform: str, kind: pa.DataType) -> bool:
    """Tell whether a transform takes a type.

    Source: Apache Iceberg table specification, "Partition Transforms".
    """
    if types.is_nested(kind):
        return False
    if transform in TIMES:
        return types.is_timestamp(kind) or (types.is_date(kind) and transform != "hour")
    whole = types.is_integer(kind) or types.is_decimal(kind)
    if transform == "truncate":
        return whole or types.is_string(kind) or types.is_large_string(kind) or _is_bytes(kind)
    # Iceberg would take floating point as it is; pyiceberg 0.12 reads such values back in half of their digits
    # (https://github.com/apache/iceberg-python/pull/3808), and a scan would miss rows.
    return not types.is_floating(kind) and (transform == "identity" or not types.is_boolean(kind))


def _is_bytes(kind: pa.DataType) -> bool:
    return bool(types.is_binary(kind) or types.is_large_binary(kind))
