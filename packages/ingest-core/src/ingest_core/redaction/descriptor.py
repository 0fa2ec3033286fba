"""Redacts whatever is written to stdout or stderr: by Python, by libraries in C, and by children.

A thread reads what goes to the descriptor. What Python writes goes through the same text, so that a secret is found
though its halves came by different ways, and in the order in which it was written.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import threading
import weakref

from ingest_core.redaction.hold_back import HoldBack
from ingest_core.redaction.pipe import Pipe
from ingest_core.redaction.redactor import WITHHELD, Redactor
from ingest_core.redaction.sink import DescriptorSink
from ingest_core.redaction.stream import RedactingStream

_STDERR = 2


class DescriptorStream(RedactingStream):
    """Stands in the place of stdout or stderr, and of the descriptor below it.

    Args:
        number: The descriptor.
        encoding: Of what Python writes.
        redactor: Knows the secrets.
    """

    def __init__(self, number: int, encoding: str, redactor: Redactor) -> None:
        self._redactor = redactor
        self._pipe: Pipe | None = Pipe(number)
        self._sink = DescriptorSink(self._pipe.kept, number, encoding)
        super().__init__(self._sink, redactor)
        self._thread = threading.Thread(target=self._watch, args=(self._pipe,), daemon=True, name="ingest redaction")
        self._thread.start()
        if number == _STDERR and faulthandler.is_enabled():
            # It prints no values. In a pipe, what it prints would be lost with the process.
            faulthandler.enable(file=self._pipe.kept)
        _LIVE.add(self)

    def write(self, text: str) -> int:
        """Take text, after what was written to the descriptor before."""
        with self._lock:
            self._take_in()
            return super().write(text)

    def flush(self) -> None:
        """Pass on all but what could still become a secret."""
        with self._lock:
            self._take_in()
            super().flush()

    def finish(self) -> None:
        """Pass on the rest: nothing more will come."""
        with self._lock:
            self._take_in()
            if self._pipe:
                self._put(self._held.take(self._pipe.rest()))
            super().finish()

    def give_back(self) -> None:
        """Let the descriptor lead where it did, after all that was written there has come out.

        A child that still writes to it afterwards is ended by SIGPIPE: nobody is left to mask its output.
        """
        if (pipe := self._pipe) is None:
            return
        pipe.give_back()
        self._thread.join()
        with self._lock:
            try:
                self.finish()
            finally:
                self._leave(pipe)
                pipe.close()

    def _leave(self, pipe: Pipe) -> None:
        """Write to the descriptor itself from now on."""
        self._pipe = None
        self._sink.move(pipe.number)
        if pipe.number == _STDERR and faulthandler.is_enabled():
            faulthandler.enable(file=_STDERR)

    def enter_child(self) -> None:
        """Be the stream of a forked child: its parent masks what it writes, across the borders of writes too."""
        self._redactor.enter_child()
        self._lock = threading.RLock()
        self._held = _AtOnce(self._redactor)
        if pipe := self._pipe:
            self._leave(pipe)
            pipe.leave()

    def _watch(self, pipe: Pipe) -> None:
        with contextlib.suppress(EOFError):
            while pipe.wait():
                with self._lock:
                    self._absorb(pipe)
                    self._put(self._held.release())

    def _take_in(self) -> None:
        with contextlib.suppress(EOFError):
            if self._pipe:
                self._absorb(self._pipe)

    def _absorb(self, pipe: Pipe) -> None:
        """Mask what was written so far. Fails closed, and goes on: who writes must not wait for ever."""
        text = pipe.read()
        try:
            masked = self._held.take(text)
        except Exception:  # noqa: BLE001  # as in Redactor.text
            masked = WITHHELD
        self._put(masked)

    def _put(self, text: str) -> None:
        # Who wrote it is gone, or cannot be told; who writes next by this stream is.
        with contextlib.suppress(OSError):
            self._pass(text)


class _AtOnce(HoldBack):
    """Masks each text by itself, and holds nothing."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__(redactor)
        self._knows = redactor

    def take(self, text: str) -> str:
        return self._knows.text(text)


_LIVE: weakref.WeakSet[DescriptorStream] = weakref.WeakSet()


def _enter_child() -> None:
    for stream in list(_LIVE):
        stream.enter_child()


os.register_at_fork(after_in_child=_enter_child)
