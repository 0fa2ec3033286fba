"""How a table's columns grow to take what lands: new columns are added, types are widened, nothing is ever taken away.

The same holds inside a column: for the fields of a struct, the elements of a list and the values of a map. What lands
with a description gives it to the table's column.

Source of the widenings: Apache Iceberg table specification, "Schema Evolution", for version 2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from ingest_core.column_docs import describe, docs_in, docs_of
from ingest_core.errors import Fault, JobError


def growth(landing: pa.Schema, table: pa.Schema, given: Mapping[str, pa.DataType]) -> pa.Schema:
    """Give the columns that a table lacks, and those that are to become wider, or to get new fields or descriptions.

    Args:
        landing: The columns that would land, described as they are to be; what is not described stays as it is.
        table: The table's columns.
        given: Types that the job and its contract give, by the names that land. Inferred types never change a table's.

    Returns:
        The columns to add or change, as they are to be; empty when the table takes all as it is.

    Raises:
        JobError: A name differs from a column's in case only, or a type cannot become the one that is given.
    """
    added = [field for field in landing if field.name not in table.names]
    nested = {field.name: field.type for field in landing if _is_nested(field, table)}
    asked = {**nested, **given}
    both = [(table.field(name), pa.field(name, wanted)) for name, wanted in asked.items() if name in table.names]
    faults = [
        *_case_faults([field.name for field in added], table.names, ""),
        *(fault for has, wanted in both for fault in _faults(has, wanted, has.name, firm=has.name in given)),
    ]
    if faults:
        raise JobError.of(faults)
    grown = [_united(has, wanted, firm=has.name in given) for has, wanted in both]
    changed = {field.name: field for field, (has, _) in zip(grown, both, strict=True) if field.type != has.type}
    return pa.schema([*added, *(changed | _redescribed(landing, table, changed)).values()])


def _redescribed(landing: pa.Schema, table: pa.Schema, changed: Mapping[str, pa.Field]) -> dict[str, pa.Field]:
    """Give the table's columns that are to get other descriptions, themselves or within."""
    docs = docs_in(landing)
    if not docs:
        return {}
    described = [(has, describe(changed.get(has.name, has), docs)) for has in table]
    return {field.name: field for has, field in described if {*docs_of(field)} - {*docs_of(has)}}


def other_types(landing: pa.Schema, table: pa.Schema) -> tuple[str, ...]:
    """Name the columns of which a table's type could not become the one that lands, and need not be kept.

    Args:
        landing: The columns that would land.
        table: The columns of a table without rows.
    """
    pairs = [(field, table.field(field.name)) for field in landing if field.name in table.names]
    return tuple(field.name for field, has in pairs if has.type != field.type and not _is_kin(has.type, field.type))


def _is_kin(has: pa.DataType, wanted: pa.DataType) -> bool:
    """Tell whether one type can grow to the other, or takes its values."""
    pairs = _inside(has, wanted)
    return (
        is_wider(wanted, has) if pairs is None else all(_is_kin(a.type, b.type) or a.type == b.type for a, b in pairs)
    )


def is_wider(wanted: pa.DataType, has: pa.DataType) -> bool:
    """Tell whether Iceberg can make one type the other without reading a file again."""
    if pa.types.is_decimal(wanted) and pa.types.is_decimal(has):
        return bool(wanted.scale == has.scale and wanted.precision > has.precision)
    return (has, wanted) in {(pa.int32(), pa.int64()), (pa.float32(), pa.float64())}


def _is_nested(field: pa.Field, table: pa.Schema) -> bool:
    has = table.field(field.name).type if field.name in table.names else field.type
    return bool(pa.types.is_nested(field.type) or pa.types.is_nested(has))


def _united(has: pa.Field, wanted: pa.Field, *, firm: bool) -> pa.Field:
    """Give a field with what it has and what it is to have; it stays required where it was."""
    pairs = _inside(has.type, wanted.type)
    if pairs is None:
        taken = wanted.type if firm and not pa.types.is_nested(has.type) else has.type
        return pa.field(has.name, taken, nullable=has.nullable)
    inner = [_united(*pair, firm=firm) for pair in pairs]
    if pa.types.is_struct(has.type):
        changed = {field.name: field for field in inner}
        kept = [changed.get(field.name, field) for field in has.type]
        added = [field for field in wanted.type if has.type.get_field_index(field.name) < 0]
        return pa.field(has.name, pa.struct([*kept, *added]), nullable=has.nullable)
    if pa.types.is_map(has.type):
        return pa.field(has.name, pa.map_(has.type.key_field, inner[0]), nullable=has.nullable)
    return pa.field(has.name, pa.list_(inner[0]), nullable=has.nullable)


def _inside(has: pa.DataType, wanted: pa.DataType) -> list[tuple[pa.Field, pa.Field]] | None:
    """Pair the fields that two nested types of the same kind have in common; ``None`` for any others.

    The key of a map cannot change.
    """
    if pa.types.is_struct(has) and pa.types.is_struct(wanted):
        return [(field, wanted.field(field.name)) for field in has if wanted.get_field_index(field.name) >= 0]
    if pa.types.is_map(has) and pa.types.is_map(wanted):
        return [(has.item_field, wanted.item_field)]
    if pa.types.is_list(has) and pa.types.is_list(wanted):
        return [(has.value_field, wanted.value_field)]
    return None


def _faults(has: pa.Field, wanted: pa.Field, path: str, *, firm: bool) -> Iterator[Fault]:
    pairs = _inside(has.type, wanted.type)
    if pairs is None:
        yield from _type_faults(has.type, wanted.type, path, firm=firm)
        return
    if pa.types.is_struct(has.type):
        names = [field.name for field in has.type]
        yield from _case_faults([field.name for field in wanted.type if field.name not in names], names, f"{path}.")
    if pa.types.is_map(has.type) and has.type.key_type != wanted.type.key_type and firm:
        yield Fault(f"the keys of {path!r} are {has.type.key_type}, and cannot change", "say what the table has")
    for one, other in pairs:
        inner = f"{path}.{one.name}" if pa.types.is_struct(has.type) else path
        yield from _faults(one, other, inner, firm=firm)


def _case_faults(added: Sequence[str], known: Sequence[str], within: str) -> list[Fault]:
    lower = {name.lower(): name for name in known}
    what, whose, mend = ("column", "the table's", "give it that name: `rename`")
    if within:
        what, whose, mend = "field", "the table's", "give it that name in the source"
    return [
        Fault(f"the {what} {within + name!r} differs in case only from {whose} {within + other!r}", mend)
        for name in added
        if (other := lower.get(name.lower()))
    ]


def _type_faults(has: pa.DataType, wanted: pa.DataType, path: str, *, firm: bool) -> list[Fault]:
    if wanted == has or (firm and is_wider(wanted, has)):
        return []
    if firm:
        mend = "say what the table has, or a wider type: int to long, float to double, decimal to more digits"
        return [Fault(f"the job or its asset says {wanted} for {path!r}, the table has {has}", mend)]
    if pa.types.is_nested(wanted) or pa.types.is_nested(has):
        mend = "land the object in a table of its own, or give the column another name: `rename`"
        return [Fault(f"the source gives {wanted} for {path!r}, the table has {has}", mend)]
    return []
