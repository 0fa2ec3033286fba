"""Asks services whether they are healthy, in a thread of its own: an answer may take seconds, and a stop may not."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from ingest_cli.supervision.watched import Watched


class Asking:
    """Asks for as long as it is entered.

    Args:
        watched: The services; asked while they run.
        pause: Seconds between two rounds.
    """

    def __init__(self, watched: Sequence[Watched], pause: float) -> None:
        self._watched, self._pause = watched, pause
        self._is_over = threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self._ask_all, daemon=True, name="ingest health").start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._is_over.set()

    def _ask_all(self) -> None:
        while not self._is_over.wait(self._pause):
            for each in self._watched:
                if each.child is not None:
                    _ask(each)


def _ask(watched: Watched) -> None:
    life = watched.life  # an answer that was given in a former life says nothing of this one
    try:
        healthy = watched.service.is_healthy()
    except Exception:  # noqa: BLE001  # the port says so: whatever is raised means "not yet"
        healthy = False
    watched.note(life, healthy=healthy)
