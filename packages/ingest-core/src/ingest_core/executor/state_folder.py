"""The state folder is looked at before a run reads or reaches anything: what it could not note, it must not begin."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from ingest_core.executor.lock_files import told
from ingest_core.ports import RunContext


def refuse_unwritable(context: RunContext) -> None:
    """Refuse a state folder that this process may not write, or in which a former run's folders are another user's.

    Args:
        context: Who is about to run; the home need have no state folder yet.

    Raises:
        JobError: A folder cannot be written; its mend gives the whole state folder away, not that one alone.
    """
    state = context.home / "state"
    refuse_unwritable_folders(state, _written(state, context.tenant))


def refuse_unwritable_folders(state: Path, folders: Iterable[Path]) -> None:
    """Refuse what this process may not write.

    Args:
        state: The state folder.
        folders: Of it, or it; they need not be there.

    Raises:
        JobError: One cannot be written; see :func:`refuse_unwritable`.
    """
    for folder in folders:
        if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK, effective_ids=True):
            number = errno.EROFS if os.statvfs(folder).f_flag & os.ST_RDONLY else errno.EACCES
            raise told(OSError(number, os.strerror(number), str(folder)), state)


def _written(state: Path, tenant: str) -> Iterator[Path]:
    """List the folders that a run writes in, whatever its catalog."""
    yield from (state, state / "locks")
    for name in ("targets", "spill"):
        yield from (state / name, state / name / tenant)
