"""The check that a stretch of time is read alone, and that nothing is lost or doubled by it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from ingest_core.plugin import Source, Window
from ingest_core.testing.completeness import LATER
from ingest_core.testing.errors import ConformanceError, DoesNotApplyError
from ingest_core.testing.loading import PIECES, Row, described, load, rows_in, same_rows
from ingest_core.testing.system import System

MEND = "let splits keep to `SourceContext.window`, and checkpoints to what was read of it; else say `windowed=False`"


def windows(system: System) -> None:
    """A window brings the rows of its time alone, and a load from where it ended all others."""
    pieces, (first, second) = _filled(system)
    if not described(system.source()).windowed:
        raise DoesNotApplyError("the stream cannot be read by windows of time")
    for window, piece in zip((Window(None, first), Window(first, second), Window(second, None)), pieces, strict=True):
        alone = load(_within(system, window))
        same_rows(alone.rows, piece, f"a load of {_told(window)}", MEND)
        rest = load(system.source(), alone.cursor)
        others = sum(pieces, Counter[Row]()) - piece
        same_rows(rest.rows, others, f"a load from where one of {_told(window)} ended", MEND)


def _filled(system: System) -> tuple[list[Counter[Row]], list[datetime]]:
    """Put pieces of rows in; give them, and a moment between each two."""
    pieces: list[Counter[Row]] = []
    moments: list[datetime] = []
    for number, count in enumerate(PIECES):
        moments.append(system.moment())
        given = system.rows(number * LATER, count)
        system.put(given)
        pieces.append(rows_in(given))
    return pieces, moments[1:]


def _within(system: System, window: Window) -> Source:
    source = system.within(window)
    if source is None:
        raise ConformanceError("streams: `windowed`, and the checks cannot ask for a window", "override `within`")
    return source


def _told(window: Window) -> str:
    return f"the time from {window.since or 'ever'} until {window.until or 'now'}"
