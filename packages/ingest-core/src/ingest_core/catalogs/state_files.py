"""Keeps long cursors in files of their own, since a table's properties are read and written with every commit."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest_core.errors import JobError
from ingest_core.state import CursorFile, State
from ingest_core.writers.storage import storage_errors

if TYPE_CHECKING:
    from pyiceberg.table import Table

LONGEST = 16 * 1024
"""Bytes of a state in a property; a longer one has its cursor in a file."""


def referring(table: Table, state: State) -> State:
    """Give a state short enough for a property; its cursor is written to a file first, if need be.

    The file is never changed nor deleted by a run. Its name cannot be guessed, so no other state refers to it.

    Args:
        table: Below whose location the file goes.
        state: The state, with its cursor.

    Raises:
        TransientError: The storage failed.
    """
    if len(state.encode()) <= LONGEST:
        return state
    data = json.dumps(state.cursor, separators=(",", ":"), sort_keys=True).encode()
    path = f"{table.location()}/metadata/ingest-cursor-{state.run_id}-{state.seq}-{uuid.uuid4()}.json"
    with storage_errors(), table.io.new_output(path).create() as stream:
        stream.write(data)
    return replace(state, cursor={}, cursor_file=CursorFile(path, hashlib.sha256(data).hexdigest()))


def with_cursor(table: Table, state: State) -> State:
    """Give a state with its cursor, wherever that lies.

    Raises:
        JobError: The file is gone, or is not the one that was written.
        TransientError: The storage failed.
    """
    if state.cursor_file is None:
        return state
    path = state.cursor_file.path
    with storage_errors():
        data = _content(table, path)
    if hashlib.sha256(data).hexdigest() != state.cursor_file.sha256:
        raise JobError(f"the file that holds the position is not the one that was written: {path}", _MEND)
    return replace(state, cursor=json.loads(data), cursor_file=None)


def _content(table: Table, path: str) -> bytes:
    try:
        with table.io.new_input(path).open() as stream:
            return stream.read()
    except FileNotFoundError as error:
        raise JobError(f"the file that holds the position is gone: {path}", _MEND) from error


_MEND = "bring the file back; or run `ingest state reset` to load everything anew"
