"""Reads stretches side by side, in threads that end when the reading is closed."""

from __future__ import annotations

import queue
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor

from ingest_core.rest.board import Board, Stretch
from ingest_core.rest.client import ClosedError, Closing
from ingest_core.rest.reading import Piece, Reader

AHEAD = 2
"""Pages that wait for each reader, at most."""

_LOOK = 0.1
"""Seconds after which one who waits looks whether the reading was closed."""

_Lane = queue.Queue[Piece | BaseException | None]


def read_all(
    reader: Reader,
    stretches: Iterator[Stretch],
    readers: int,
    closing: Closing,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Generator[Piece]:
    """Read stretches side by side.

    Args:
        reader: Reads one.
        stretches: What to read; asked for one by one.
        readers: How many are read at once.
        closing: Ends the readers; set here when nobody wants the rest.
        is_stopped: Tells whether it is so.

    Yields:
        Pieces, those of a stretch in its order.

    Raises:
        Exception: The first that a reader raised; the others are stopped.
    """
    board = Board(stretches, readers)
    lane: _Lane = queue.Queue(AHEAD * readers)
    left = readers
    pool = ThreadPoolExecutor(readers, thread_name_prefix="pages")
    try:
        for _ in range(readers):
            pool.submit(_fill, reader, board, lane, closing)
        while left:
            found = _get(lane, is_stopped)
            if isinstance(found, BaseException):
                raise found
            if found is None:
                left -= 1
            else:
                yield found
    finally:
        if left:  # what was read to its end leaves the way open to the stream's next request
            closing.set()
        board.close()
        # Who waits for an answer looks only when it is there, which may take a while.
        pool.shutdown(wait=not is_stopped(), cancel_futures=True)


def _get(lane: _Lane, is_stopped: Callable[[], bool]) -> Piece | BaseException | None:
    while True:
        try:
            return lane.get(timeout=_LOOK)
        except queue.Empty:
            if is_stopped():
                raise ClosedError from None


def _fill(reader: Reader, board: Board, lane: _Lane, closing: Closing) -> None:
    """Put the pieces of stretch after stretch in the lane, and ``None`` behind the last, or what went wrong."""
    try:
        while (stretch := board.take()) is not None:
            for piece in reader.read(stretch, board):
                _put(lane, piece, closing)
            board.done()
        _put(lane, None, closing)
    except ClosedError:
        return
    except BaseException as error:  # noqa: BLE001  # whatever it is, who reads the lane is told
        _put_last(lane, error, closing)


def _put(lane: _Lane, found: Piece | BaseException | None, closing: Closing) -> None:
    while True:
        closing.go_on()
        try:
            lane.put(found, timeout=_LOOK)
        except queue.Full:
            continue
        return


def _put_last(lane: _Lane, error: BaseException, closing: Closing) -> None:
    try:
        _put(lane, error, closing)
    except ClosedError:
        return
