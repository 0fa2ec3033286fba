"""Finds what Arrow's casts to a type that the job gives would lose without a word."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from ingest_core.connectors.parquet.types import Difference
from ingest_core.fitting import fit

_SAFE_DIGITS = 38


def dropped(found: pa.DataType, wanted: pa.DataType, path: str) -> Iterator[Difference]:
    """Name the fields of a column that a type does not have.

    Args:
        found: The column's type in the file.
        wanted: The type.
        path: The column's name.
    """
    if pa.types.is_struct(found) and pa.types.is_struct(wanted):
        for field in found:
            place, inner = wanted.get_field_index(field.name), f"{path}.{field.name}"
            kind = None if place < 0 else wanted.field(place).type
            yield from [Difference(inner, field.type, None)] if kind is None else dropped(field.type, kind, inner)
    elif pa.types.is_map(found) and pa.types.is_map(wanted):
        yield from dropped(found.key_type, wanted.key_type, f"the keys of {path}")
        yield from dropped(found.item_type, wanted.item_type, f"{path}[]")
    elif pa.types.is_list(wanted) and pa.types.is_nested(found) and found.num_fields == 1:
        yield from dropped(found.field(0).type, wanted.value_type, f"{path}[]")


def kept(column: pa.Array, field: pa.Field) -> pa.Array:
    """Give a column a field's type: see :func:`ingest_core.fitting.fit`.

    Raises:
        pyarrow.ArrowInvalid: A value would lose something. Doubles are rounded, as they were asked for.
    """
    if column.type.equals(field.type):
        return fit(column, field)
    plain = column.storage if isinstance(column, pa.ExtensionArray) else column
    if pa.types.is_decimal(field.type) and pa.types.is_floating(plain.type):
        plain = plain.cast(pa.string())  # in the fewest digits that mean just that double, of which none is cut
    fitted = fit(plain, field)
    if not all(_is_kept(*pair) for pair in _leaves(plain, fitted)):
        raise pa.ArrowInvalid("a value would lose something")
    return fitted


def _leaves(before: pa.Array, after: pa.Array) -> Iterator[tuple[pa.Array, pa.Array]]:
    """Give the plain values that two like columns are made of, side by side; null where the whole is."""
    if not pa.types.is_nested(before.type) or before.type.equals(after.type):
        yield (before.dictionary_decode() if pa.types.is_dictionary(before.type) else before), after
    elif pa.types.is_struct(before.type):
        fields = after.flatten()
        for place, child in enumerate(before.flatten()):
            yield from _leaves(child, fields[after.type.get_field_index(before.type.field(place).name)])
    else:
        yield from _leaves(_flat(before), _flat(after))


def _flat(array: pa.Array) -> pa.Array:
    """Give the values of all lists, or the keys and values of all maps, in a row."""
    if pa.types.is_map(array.type):
        array = array.cast(
            pa.list_(pa.struct([array.type.key_field.with_name("key"), array.type.item_field.with_name("value")]))
        )
    # Of nulls alone Arrow cannot flatten lists of its extension types (uuid).
    return pc.list_flatten(array) if array.null_count < len(array) else array.values.slice(0, 0)


def _is_kept(before: pa.Array, after: pa.Array) -> bool:
    if pa.types.is_timestamp(before.type):
        return _is_time_kept(before, after)
    if pa.types.is_boolean(after.type) and pa.types.is_primitive(before.type):
        return _all(pc.equal(after.cast(before.type), before))
    if pa.types.is_floating(before.type):
        return _is_double_kept(before, after)
    return not _is_text(before) or _says_the_same(before.cast(pa.string()), after)


def _is_time_kept(before: pa.Array, after: pa.Array) -> bool:
    if pa.types.is_date(after.type):
        local = pc.local_timestamp(before) if before.type.tz else before
        return _all(pc.equal(after.cast(local.type), local))
    return not pa.types.is_time(after.type) or bool(after.null_count == len(after))


def _is_double_kept(before: pa.Array, after: pa.Array) -> bool:
    if pa.types.is_decimal(after.type):
        return _all(pc.equal(before.cast(pa.string()).cast(after.type), after))
    return not pa.types.is_floating(after.type) or _all(pc.or_(pc.invert(pc.is_inf(after)), pc.is_inf(before)))


def _says_the_same(texts: pa.Array, after: pa.Array) -> bool:
    if pa.types.is_floating(after.type):
        # A digit is in no word for infinity.
        return not pc.any(pc.and_(pc.is_inf(after), pc.match_substring_regex(texts, "[0-9]"))).as_py()
    if pa.types.is_decimal(after.type):
        # Of these Arrow's cast overflows without a word.
        odd = pc.or_(pc.greater(pc.binary_length(texts), _SAFE_DIGITS), pc.match_substring_regex(texts, "[eE]"))
        pairs = zip(texts.filter(odd).to_pylist(), after.filter(odd).to_pylist(), strict=True)
        return all(Decimal(text) == value for text, value in pairs)
    return True


def _is_text(array: pa.Array) -> bool:
    kind = array.type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _all(found: pa.Array) -> bool:
    return bool(pc.all(found, min_count=0).as_py())
