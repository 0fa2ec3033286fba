"""Columns in which an empty text means that there is no value: read as text, blanks made null, then cast."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc


def texts_of(wanted: pa.DataType) -> pa.DataType:
    """Give the type in which such a column is read: texts, wherever it holds single values."""
    if pa.types.is_struct(wanted):
        return pa.struct([(field.name, texts_of(field.type)) for field in wanted])
    return wanted if pa.types.is_nested(wanted) else pa.string()


def without_blanks(texts: pa.Array) -> pa.Array:
    """Make empty texts null, also in the fields of structs."""
    if pa.types.is_struct(texts.type):
        children = [without_blanks(child) for child in texts.flatten()]
        mask = texts.is_null() if texts.null_count else None
        return pa.StructArray.from_arrays(children, names=[field.name for field in texts.type], mask=mask)
    if pa.types.is_string(texts.type):
        return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)
    return texts
