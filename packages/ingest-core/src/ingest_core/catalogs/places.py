"""Finds rows of a file by their places in it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from operator import methodcaller

import pyarrow as pa
import pyarrow.compute as pc

_value = methodcaller("as_py")


def among(places: pa.Array, chosen: pa.Array) -> pa.Array:
    """Tell which places of a batch are among the chosen ones of its file.

    Only those between the batch's first and last are looked at, as the file may have millions for each of its batches.

    Args:
        places: The batch's, in ascending order, as int64; at least one.
        chosen: The file's, in ascending order, as int64.

    Returns:
        As many booleans as there are places.
    """
    first = bisect_left(chosen, places[0].as_py(), key=_value)
    end = bisect_right(chosen, places[-1].as_py(), key=_value)
    return pc.is_in(places, value_set=chosen.slice(first, end - first))
