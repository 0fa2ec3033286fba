"""What is to be written to stderr, written by one thread: whoever reads it slowly, or not at all, holds up nobody."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable

WAIT_SECONDS = 5.0
"""So long what a service says waits for room. Then it is lost, and it is told how much."""

ROOM = 4 << 20
"""Characters that may wait to be written."""

Writing = Callable[[], None]


class Outbox:
    """Writes what it is given, in order, in a thread of its own.

    Args:
        tell_lost: Tells how many lines were lost; called as any writing is.
        room: Characters that may wait.
        wait: Seconds that a line waits for room.
    """

    def __init__(self, tell_lost: Callable[[int], None], room: int = ROOM, wait: float = WAIT_SECONDS) -> None:
        self._tell_lost, self._room, self._wait = tell_lost, room, wait
        self._waiting: deque[tuple[Writing, int]] = deque()
        self._size = self._lost = 0
        self._is_writing = False
        self._changed = threading.Condition()
        threading.Thread(target=self._write, daemon=True, name="ingest outbox").start()

    def put(self, writing: Writing) -> None:
        """Have something written that is never lost: an event of the supervisor's own, of which there are few."""
        with self._changed:
            self._append(writing, 0)

    def put_line(self, writing: Writing, size: int) -> None:
        """Have something written, unless nobody makes room for it for a while.

        Args:
            writing: Writes it.
            size: Its characters.
        """
        with self._changed:
            # Once a line was lost, the next ones do not wait as long again, until there is room.
            patience = 0 if self._lost else self._wait
            if not self._changed.wait_for(lambda: self._size + size <= self._room, patience):
                self._lost += 1
                return
            if self._lost:
                lost, self._lost = self._lost, 0
                self._append(lambda: self._tell_lost(lost), 0)
            self._append(writing, size)

    def drain(self, seconds: float) -> bool:
        """Wait until all is written, though not for ever.

        Returns:
            Whether it was.
        """
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._is_writing, seconds)

    def _append(self, writing: Writing, size: int) -> None:
        self._waiting.append((writing, size))
        self._size += size
        self._changed.notify_all()

    def _write(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._waiting))
                writing, size = self._waiting.popleft()
                self._is_writing = True
            with contextlib.suppress(OSError, ValueError):  # nobody is there to read; services go on
                writing()
            with self._changed:
                self._is_writing = False
                self._size -= size
                self._changed.notify_all()
