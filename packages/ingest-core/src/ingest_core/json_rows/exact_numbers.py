"""Tells whether doubles are the numbers that are written, by parsing these once more as decimals of many digits."""

from __future__ import annotations

from collections.abc import Container

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pa_json

from ingest_core.json_rows.doubts import leaves

_EXACT = pa.decimal256(76, 38)
"""38 digits before the point and 38 behind it."""


def are_exact(data: bytes, found: pa.RecordBatch, unsure: Container[str]) -> bool:
    """Tell whether no double is known to be another number than its text.

    Args:
        data: The block.
        found: What the parser made of it.
        unsure: The columns whose doubles must say all that the text says.

    Returns:
        False also where nobody knows: for numbers of more digits, and doubles that are not written in the fewest.
    """
    fields = [field for field in found.schema if field.name in unsure and _has_doubles(field.type)]
    if not fields:
        return True
    schema = pa.schema([(field.name, _exact_type(field.type)) for field in fields])
    options = pa_json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore")
    try:
        table = pa_json.read_json(
            pa.BufferReader(data), pa_json.ReadOptions(use_threads=False, block_size=len(data) + 1), options
        )
        return all(
            _same(double, exact)
            for name in schema.names
            for double, exact in zip(
                leaves(found.column(name)), leaves(table.column(name).combine_chunks()), strict=True
            )
            if pa.types.is_floating(double.type)
        )
    except pa.ArrowInvalid:
        return False


def _same(doubles: pa.Array, exact: pa.Array) -> bool:
    written = doubles.cast(pa.string()).cast(_EXACT)
    return bool(pc.all(pc.equal(written, exact), min_count=0).as_py())


def _has_doubles(kind: pa.DataType) -> bool:
    if pa.types.is_nested(kind):
        return any(_has_doubles(kind.field(place).type) for place in range(kind.num_fields))
    return bool(pa.types.is_floating(kind))


def _exact_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_struct(kind):
        return pa.struct([(field.name, _exact_type(field.type)) for field in kind])
    if pa.types.is_list(kind):
        return pa.list_(_exact_type(kind.value_type))
    return _EXACT if pa.types.is_floating(kind) else kind
