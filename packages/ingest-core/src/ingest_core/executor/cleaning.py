"""Takes away what a run leaves over, after what it did is settled."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from ingest_core.stop_signals import kept_a_stop


@contextlib.contextmanager
def cleaned(log: Any) -> Iterator[contextlib.ExitStack]:  # noqa: ANN401  # structlog's loggers have no one type
    """Keep what is to be closed at the end. That something cannot be closed undoes no commit, so it is only told.

    Args:
        log: The run's logger.

    Yields:
        Takes what is to be closed.
    """
    kept = contextlib.ExitStack()
    try:
        yield kept
    finally:
        try:
            with kept_a_stop():
                kept.close()
        except Exception:  # whatever it is, rows and position are where they are
            log.warning("cleaning_failed", exc_info=True)
