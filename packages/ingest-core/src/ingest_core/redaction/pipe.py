"""A pipe that stands in the place of a descriptor: what is written there can be read, and masked."""

from __future__ import annotations

import codecs
import contextlib
import fcntl
import os
import select

CHUNK = 1 << 18
"""Bytes read at once, at most."""

_CAPACITY = 1 << 20
"""Bytes: the most that Linux gives everybody (pipe(7)). Code that writes while it holds Python's lock, and so keeps
anybody from reading, has as much room before it waits for ever."""


_FIRST = 3
"""The first descriptor that nobody writes to unasked, as they do to stdout and stderr also where these are closed."""


def _out_of_the_way(number: int) -> int:
    """Move a descriptor that took the place of a closed stdin, stdout or stderr."""
    if number >= _FIRST:
        return number
    moved = fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, _FIRST)
    os.close(number)
    return moved


class Pipe:
    """Takes a descriptor's place, and keeps where it led.

    Args:
        number: The descriptor.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        self.kept = fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, _FIRST)
        self._reading, writing = map(_out_of_the_way, os.pipe())
        self._woken, self._waking = map(_out_of_the_way, os.pipe())
        os.set_blocking(self._reading, False)
        with contextlib.suppress(OSError):  # this user's pipes hold as much as they may: it keeps its first size
            fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, _CAPACITY)
        os.dup2(writing, number)
        os.close(writing)
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")

    def wait(self) -> bool:
        """Wait until there is something to read.

        Returns:
            Whether there may ever be: false once the place was given back.
        """
        waiting = select.poll()
        waiting.register(self._reading, select.POLLIN)
        waiting.register(self._woken, select.POLLIN)
        return all(number != self._woken for number, _ in waiting.poll())

    def read(self) -> str:
        """Give what was written so far, a pipe's content at most.

        Raises:
            EOFError: Nobody can write any more.
        """
        found = b""
        while len(found) < _CAPACITY:
            try:
                data = os.read(self._reading, CHUNK)
            except BlockingIOError:
                break
            if not data and not found:
                raise EOFError
            if not data:
                break
            found += data
        return self._decoder.decode(found)

    def rest(self) -> str:
        """Give half a character that was the last thing written."""
        return self._decoder.decode(b"", final=True)

    def give_back(self) -> None:
        """Let the descriptor lead where it did, and end every wait."""
        os.dup2(self.kept, self.number)
        os.close(self._waking)

    def close(self) -> None:
        """Close this end, once the place was given back."""
        for number in (self._reading, self._woken, self.kept):
            os.close(number)

    def leave(self) -> None:
        """Close this end in a child that was forked: it writes only, and its parent reads."""
        os.close(self._waking)
        self.close()
