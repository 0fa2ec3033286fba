"""The check of everything together: runs that land a source in a table."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from ingest_core.report import Outcome
from ingest_core.testing.errors import ConformanceError, DoesNotApplyError
from ingest_core.testing.landing import MemoryTables
from ingest_core.testing.loading import PIECES, described, filled, load, rows_in, same_rows
from ingest_core.testing.system import System

MEND = "the other checks say what a run asks of a source; `splits` gets the stream with the types that the table has"


def lands(system: System) -> None:
    """Runs land each row once in a table, though more rows come between them; one with nothing new changes nothing."""
    with tempfile.TemporaryDirectory() as home:
        tables = MemoryTables(Path(home))
        for first in (0, 100_000):
            _put(system, first)
            _run(tables, system)
        _run(tables, system)
        got, wanted = rows_in(tables.rows(system.object_name)), load(system.source()).rows
        same_rows(got, wanted, "a table after three runs", MEND)


def lands_wide(system: System) -> None:
    """Each type of the system's lands in a table as it is."""
    if system.wide is None:
        raise DoesNotApplyError("the system holds no types but those of `rows`")
    system.put(system.wide)
    with tempfile.TemporaryDirectory() as home:
        tables = MemoryTables(Path(home))
        _run(tables, system)
        same_rows(rows_in(tables.rows(system.object_name)), rows_in(system.wide), "a table of wide types", MEND)


def _put(system: System, begin: int) -> None:
    filled(system.put, lambda first, count: system.rows(begin + first, count), PIECES)


def _run(tables: MemoryTables, system: System) -> None:
    # What comes again with each load has no other place than a table that is replaced.
    special: dict[str, Any] = {"write": "replace"} if described(system.source()).whole else {}
    report = tables.land(system.source(), system.object_name, **special)
    if report.outcome is not Outcome.SUCCESS:
        told = report.error or report.objects[0].error
        raise ConformanceError(f"a run failed: {told}", MEND)
