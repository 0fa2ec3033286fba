"""How a table's columns grow to take what lands: new columns are added, types are widened, nothing is ever taken away.

Source of the widenings: Apache Iceberg table specification, "Schema Evolution", for version 2.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from ingest_core.errors import Fault, JobError


def growth(landing: pa.Schema, table: pa.Schema, given: Mapping[str, pa.DataType]) -> pa.Schema:
    """Give the columns that a table lacks, and those whose type the job wants wider than the table has it.

    Args:
        landing: The columns that would land.
        table: The table's columns.
        given: Types that the job gives, by the names that land. Inferred types never change a table's.

    Returns:
        The columns to add or widen; empty when the table takes all as it is.

    Raises:
        JobError: A name differs from a column's in case only, or a type cannot become the one that the job gives.
    """
    added = [field for field in landing if field.name not in table.names]
    changed = [
        pa.field(name, wanted)
        for name, wanted in given.items()
        if name in table.names and table.field(name).type != wanted
    ]
    faults = [*_case_faults(added, table), *_type_faults(changed, table)]
    if faults:
        raise JobError.of(faults)
    return pa.schema([*added, *changed])


def is_wider(wanted: pa.DataType, has: pa.DataType) -> bool:
    """Tell whether Iceberg can make one type the other without reading a file again."""
    if pa.types.is_decimal(wanted) and pa.types.is_decimal(has):
        return bool(wanted.scale == has.scale and wanted.precision > has.precision)
    return (has, wanted) in {(pa.int32(), pa.int64()), (pa.float32(), pa.float64())}


def _case_faults(added: list[pa.Field], table: pa.Schema) -> list[Fault]:
    lower = {name.lower(): name for name in table.names}
    return [
        Fault(
            f"the column {field.name!r} differs in case only from the table's {other!r}", "give it that name: `rename`"
        )
        for field in added
        if (other := lower.get(field.name.lower()))
    ]


def _type_faults(changed: list[pa.Field], table: pa.Schema) -> list[Fault]:
    return [
        Fault(
            f"the job says {field.type} for {field.name!r}, the table has {table.field(field.name).type}",
            "say what the table has, or a wider type: int to long, float to double, decimal to more digits",
        )
        for field in changed
        if not is_wider(field.type, table.field(field.name).type)
    ]
