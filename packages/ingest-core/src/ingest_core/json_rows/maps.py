"""Keys that hold free-form maps: whatever their own keys are, these are no fields."""

from __future__ import annotations

from collections.abc import Container

import pyarrow as pa

MAP = pa.map_(pa.string(), pa.string())
"""What such a key holds; a value that is no text is kept as its JSON."""


def with_maps(seen: pa.DataType, names: Container[str]) -> pa.DataType:
    """Give an inferred type in which keys of some names, at any depth, hold maps.

    Args:
        seen: What rows show.
        names: The keys.
    """
    if pa.types.is_struct(seen):
        return pa.struct([(field.name, MAP if field.name in names else with_maps(field.type, names)) for field in seen])
    if pa.types.is_list(seen):
        return pa.list_(with_maps(seen.value_type, names))
    return seen
