"""How far a run is, told while it goes on. The log and the report say what happened; this is for showing it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa

from ingest_core.report import ObjectReport

EventKind = Literal["object_started", "reading_started", "rows_read", "split_finished", "committed", "object_finished"]


@dataclass(frozen=True, slots=True)
class RunEvent:
    """Something that a run did for one object.

    - ``object_started``: it is begun; says ``table``.
    - ``reading_started``: it is known what is to be read; says ``splits`` and ``size``, bytes of the source. Comes once
      more where rows have to be written anew.
    - ``rows_read``: a batch was read, shaped and written; says ``split``, ``rows`` and ``size``, bytes in memory.
    - ``split_finished``: a split was read to its end; says ``split`` and ``size``, bytes of the source.
    - ``committed``: a commit shows in the table; says ``rows``, ``files``, ``size`` in bytes, and ``columns``.
    - ``object_finished``: what became of it is settled; says ``report``.

    Args:
        kind: What.
        name: The object.
        table: Its table's full name.
        splits: Parts of the source that are read.
        split: The place of one among them.
        rows: Rows.
        files: Data files.
        size: Bytes; of a source 0 where nobody knows.
        report: What became of the object.
        columns: The table's columns, in its order; ``None`` where the table was not read back.
    """

    kind: EventKind
    name: str
    table: str = ""
    splits: int = 0
    split: int = 0
    rows: int = 0
    files: int = 0
    size: int = 0
    report: ObjectReport | None = None
    columns: pa.Schema | None = None


Observer = Callable[[RunEvent], None]
"""Is told each event in the thread in which it happens, which may be several at once, and should be quick: rows wait
for it. Whatever it raises harms no run; it is told nothing more."""


class Telling:
    """Tells events to an observer for as long as it takes them.

    Args:
        observer: Is told; ``None`` where nobody watches.
        log: The run's logger.
    """

    def __init__(self, observer: Observer | None, log: Any) -> None:  # noqa: ANN401  # structlog's loggers have no one type
        self._observer = observer
        self._log = log
        self._failing = threading.Lock()

    def __call__(self, event: RunEvent) -> None:
        """Tell one event."""
        observer = self._observer
        if observer is None:
            return
        try:
            observer(event)
        except Exception:  # noqa: BLE001  # it is told below; who watches is no part of the run
            self._give_up()

    def _give_up(self) -> None:
        with self._failing:
            if self._observer is not None:
                self._log.warning("observer_failed", exc_info=True)
            self._observer = None
