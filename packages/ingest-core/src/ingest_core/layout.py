"""How a table is laid out: partitions, sort order, identifier fields and properties, as a job says them.

Source: Apache Iceberg table specification, "Partitioning", "Sorting" and "Identifier Field IDs".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ingest_core.documents import nearest

WIDTH = ("bucket", "truncate")
TIMES = ("year", "month", "day", "hour")
TRANSFORMS = ("identity", *TIMES, *WIDTH)
RESERVED = "ingest."
"""Properties of such names are our own: the states."""

TARGET_SIZE = "write.target-file-size-bytes"


@dataclass(frozen=True)
class PartitionField:
    """One value by which rows are put into files of their own.

    Args:
        column: The column it is made of.
        transform: How, as Iceberg spells it: ``day``, ``bucket[16]``.
    """

    column: str
    transform: str

    @property
    def kind(self) -> str:
        """The transform without its number."""
        return self.transform.partition("[")[0]

    @property
    def name(self) -> str:
        """The name that Iceberg's own engines give such a field."""
        kind, _, number = self.transform.rstrip("]").partition("[")
        short = {"identity": "", "truncate": "_trunc"}.get(kind, f"_{kind}")
        return f"{self.column}{short}{f'_{number}' if number else ''}"

    def __str__(self) -> str:
        kind, _, number = self.transform.rstrip("]").partition("[")
        if kind == "identity":
            return self.column
        return f"{kind}({number}, {self.column})" if number else f"{kind}({self.column})"


@dataclass(frozen=True)
class SortField:
    """One column by which rows are sorted.

    Args:
        column: The column.
        direction: ``asc`` or ``desc``.
        nulls: Where rows without a value go.
    """

    column: str
    direction: Literal["asc", "desc"]
    nulls: Literal["first", "last"]

    def __str__(self) -> str:
        return f"{self.column} {self.direction} nulls {self.nulls}"


@dataclass(frozen=True)
class Layout:
    """How a table is to be laid out; of what is ``None`` or not named, a table keeps what it has.

    Args:
        partition_by: The partition's fields; empty for a table without partitions.
        sort_by: The sort order; empty for none.
        key: The columns that tell rows apart: the table's identifier fields.
        merged: Whether rows are merged by the key, which needs no identifier fields where a table cannot have them.
        properties: The table's properties.
    """

    partition_by: tuple[PartitionField, ...] | None = None
    sort_by: tuple[SortField, ...] | None = None
    key: tuple[str, ...] = ()
    merged: bool = False
    properties: Mapping[str, str] = field(default_factory=dict)


AS_IT_IS = Layout()
"""Says nothing: a table stays as it is."""

_CALL = re.compile(r"\s*(\w+)\s*\((.*)\)\s*", re.DOTALL)
_WIDTH = re.compile(r"\s*(\d+)\s*,(.*)", re.DOTALL)
_SORT = re.compile(
    r"\s*(?P<column>.+?)(?:\s+(?P<direction>asc|desc))?(?:\s+nulls\s+(?P<nulls>first|last))?\s*",
    re.DOTALL | re.IGNORECASE,
)
MOST = 2**31 - 1


def partition_field(text: str) -> PartitionField:
    """Read one entry of ``partition_by``: ``region``, ``day(at)``, ``bucket(16, id)``.

    Raises:
        ValueError: It is none; the message says the mend.
    """
    call = _CALL.fullmatch(text)
    if text.count("(") > text.count(")"):
        raise ValueError(f"the bracket of {text!r} is not closed")
    if call is None:
        return PartitionField(_column(text), "identity")
    name, inside = call[1].lower(), call[2]
    if name not in TRANSFORMS:
        close = nearest(name, TRANSFORMS)
        mend = f"did you mean {close!r}?" if close else f"the transforms are {', '.join(TRANSFORMS)}"
        raise ValueError(f"there is no transform {call[1]!r}; {mend}")
    if name not in WIDTH:
        return PartitionField(_column(inside), name)
    wide = _WIDTH.fullmatch(inside)
    if wide is None or not 1 <= int(wide[1]) <= MOST:
        raise ValueError(f"{name} takes a number and a column, for example {name}(16, id)")
    return PartitionField(_column(wide[2]), f"{name}[{int(wide[1])}]")


def rejoined(entries: Sequence[str]) -> list[str]:
    """Put together what YAML took apart: ``[bucket(16, id)]`` is a list of ``bucket(16`` and ``id)`` to it."""
    whole: list[str] = []
    for entry in entries:
        if whole and whole[-1].count("(") > whole[-1].count(")"):
            whole[-1] += f", {entry}"
        else:
            whole.append(entry)
    return whole


def sort_field(text: str) -> SortField:
    """Read one entry of ``sort_by``: ``a``, ``b desc``, ``c asc nulls last``.

    Unsaid, the order is ascending; rows without a value come first ascending and last descending, as in Iceberg's
    engines.

    Raises:
        ValueError: It names no column.
    """
    match = _SORT.fullmatch(text)
    if match is None:
        raise ValueError("names no column")
    descending = (match["direction"] or "asc").lower() == "desc"
    first = (match["nulls"] or ("last" if descending else "first")).lower() == "first"
    return SortField(match["column"], "desc" if descending else "asc", "first" if first else "last")


def property_faults(properties: Mapping[str, str]) -> list[str]:
    """Say what properties a job may not set."""
    told = [f"{name!r} is kept by ingest itself; leave it out" for name in properties if name.startswith(RESERVED)]
    if "format-version" in properties:
        told.append("'format-version' cannot be chosen: tables are of version 2; leave it out")
    if not properties.get(TARGET_SIZE, "1").isdigit():
        told.append(f"{TARGET_SIZE!r} is a whole number of bytes")
    return told


def clash(partition_by: tuple[PartitionField, ...]) -> str:
    """Say which fields of a partition cannot stand beside one another; empty when all can."""
    alike: Callable[[PartitionField], tuple[str, str]] = lambda each: (  # noqa: E731  # one rule, used once
        each.column,
        "time" if each.kind in TIMES else each.transform,
    )
    for place, each in enumerate(partition_by):
        for other in partition_by[:place]:
            if alike(other) == alike(each):
                return f"{each.name!r} beside {other.name!r} divides nothing further; keep one of them"
            if other.name == each.name:
                return f"two fields would be named {each.name!r}"
    return ""


def _column(text: str) -> str:
    if not text.strip():
        raise ValueError("names no column")
    return text.strip()
