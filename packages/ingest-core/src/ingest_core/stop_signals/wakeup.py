"""Lets a signal end whatever the main thread waits for, whichever thread the kernel gave the signal to.

Python runs handlers in the main thread alone, and the kernel gives a signal to any thread. Of two that come at once
both may go to another one: then the main thread's wait for an answer goes on, and nobody runs the handlers until it
ends.

Source: Python's documentation of ``signal``, "Signals and threads" and ``signal.set_wakeup_fd``; signal(7).
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from queue import Empty, SimpleQueue

NUDGE = signal.SIGURG
"""Ends a wait and means nothing else; by default nobody hears it."""

PAUSES = [0.05 * 2**number for number in range(10)]
"""Seconds. A nudge that comes in the moment before a wait begins does not end it, so there is another after each."""


@contextlib.contextmanager
def reaching_the_main_thread() -> Iterator[None]:
    """Watch over signals for a while. Works in the main thread only, as signals do."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    # Not an event, which has a lock: its own thread may be within when the handler is run.
    heard: SimpleQueue[None] = SimpleQueue()
    before = signal.signal(NUDGE, lambda *_: heard.put(None)), signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(reader, heard), daemon=True).start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before[1])
        os.close(writer)  # the watcher reads the end, and ends
        heard.put(None)
        signal.signal(NUDGE, before[0])


def _watch(reader: int, heard: SimpleQueue[None]) -> None:
    main = threading.main_thread().ident or 0
    with open(reader, "rb", buffering=0) as signals:
        while numbers := signals.read(64):
            if set(numbers) - {NUDGE}:
                _nudge(main, heard)


def _nudge(main: int, heard: SimpleQueue[None]) -> None:
    while not heard.empty():
        heard.get()
    for pause in PAUSES:
        signal.pthread_kill(main, NUDGE)
        with contextlib.suppress(Empty):
            heard.get(timeout=pause)
            return
