"""What the author of a connector gives the checks: a small system that rows can be put in, and its source."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import pyarrow as pa

from ingest_core.plugin import Cursor, Source, Window
from ingest_core.testing.samples import ODD_NAMES, WIDE, plain_rows


class System(ABC):
    """A system of one object, empty when it is made; each check is given one of its own.

    A subclass says how rows get into the system and how a source of it is made. What a system cannot hold it leaves
    out: ``wide`` and ``odd_names`` may be fewer columns, or ``None``.

    Args:
        folder: An empty folder of this check's own.
    """

    object_name: ClassVar[str] = "rows"
    """The one object's name, as a job would say it."""

    secrets: ClassVar[Sequence[str]] = ()
    """Values that the source is made with and that must show nowhere."""

    long_rows: ClassVar[int] = 2_000_000
    """How many rows are a long stream: so many that what is held for reading ahead is reached in its first half."""

    own_bytes: ClassVar[int] = 0
    """Bytes that the system itself may hold in this process while it is read, now more and now less: a server's."""

    wide: ClassVar[pa.Table | None] = WIDE
    """Rows of every type that the system can hold."""

    odd_names: ClassVar[pa.Table | None] = ODD_NAMES
    """Rows whose columns have names that the system can hold and a careless program cannot."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @abstractmethod
    def source(self) -> Source:
        """Make a source of the object over all that was put in so far, as a run would make it."""

    @abstractmethod
    def put(self, rows: pa.Table) -> None:
        """Add rows behind those that are there, as a change of its own: one more file, one more page.

        Args:
            rows: In the columns of :meth:`rows`, or of ``wide``, or of ``odd_names``; there may be none.
        """

    def rows(self, first: int, count: int) -> pa.Table:
        """Give rows to put in, for a system whose columns are not free.

        Args:
            first: The number of the first; rows of other numbers differ.
            count: How many; 0 gives the columns alone.
        """
        return plain_rows(first, count)

    def within(self, window: Window) -> Source | None:
        """Make a source that is asked for a window of time alone; ``None`` where the source knows no windows.

        Args:
            window: As it comes in ``SourceContext.window``.
        """
        del window
        return None

    def moment(self) -> datetime:
        """Give a moment, with its zone, after all that was put in so far and before all that will be."""
        return datetime.now(UTC)

    def astray(self) -> Source | None:
        """Make a source whose settings name what is not there; ``None`` where there is no such setting."""
        return None

    def broken(self) -> Source | None:
        """Break the system (cut a file, answer 500) and make a source of it; ``None`` where it cannot be broken."""
        return None

    def troubled(self) -> Source | None:
        """Make a source of the system in passing troubles (asked too often, out of order for a moment).

        ``None`` where the source knows of nothing that passes.
        """
        return None

    def told(self) -> pa.Schema | None:
        """Give columns as the system's own description says they are; ``None`` where it describes none."""
        return None

    def close(self) -> None:  # noqa: B027  # most systems hold nothing open
        """Let go of what the system holds open, after its check."""

    def older(self, cursor: Cursor) -> Sequence[Cursor]:
        """Give a position as earlier releases of the connector wrote it.

        Args:
            cursor: As this release writes it.
        """
        del cursor
        return ()

    def future(self, cursor: Cursor) -> Sequence[Cursor]:
        """Give positions that only a later release, or a system that was put back, can have reached.

        Args:
            cursor: As this release writes it, with everything read.
        """
        return ({**cursor, "of_a_later_release": {"v": 99}},)
