"""Lock files: held by one process, and free the moment it ends, however it ends.

The lock is the kernel's (``flock``). It belongs to the open file, not to the name: a file that was taken away and made
anew is another one, so who has locked a file looks whether it still has its name.

Source: flock(2), open(2).
"""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

from ingest_core.errors import IngestError, JobError, TransientError
from ingest_core.owning import mend

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.EIO}
_NO_LOCKS = {errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK, errno.ENOSYS, errno.EINVAL}

_held: set[int] = set()
"""Descriptors of held locks. A program that is started does not inherit them, but a fork does."""


def _close_in_child() -> None:
    for descriptor in _held:
        os.close(descriptor)
    _held.clear()


os.register_at_fork(after_in_child=_close_in_child)


def hold(path: Path) -> int | None:
    """Lock a file, and make it where there is none.

    Args:
        path: The file. A link is not followed: who holds a lock writes into the file.

    Returns:
        What holds the lock until it is handed to :func:`let_go`; ``None`` while another one holds it.

    Raises:
        OSError: The file cannot be opened; see :func:`told`.
        JobError: The file system has no locks.
    """
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o664)
        try:
            taken = _lock(descriptor, fcntl.LOCK_EX, path)
            if taken and _has_name(descriptor, path):
                _check_lock(path)
                _held.add(descriptor)
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
        if not taken:
            return None


def let_go(descriptor: int) -> None:
    """Give a lock back."""
    _held.discard(descriptor)
    os.close(descriptor)


def remove_if_free(path: Path) -> bool:
    """Take a file away that nobody holds.

    Returns:
        Whether nobody holds it.
    """
    try:
        descriptor = os.open(
            path, os.O_RDWR | os.O_NOFOLLOW
        )  # over NFS only a file that may be written can be kept to oneself
    except FileNotFoundError:
        return True
    try:
        # Looked at with a lock that others may have too, so that who looks at the same time is not taken for a holder.
        if not _lock(descriptor, fcntl.LOCK_SH, path):
            return False
        # Removed with a lock that keeps others out: else the name could be another file's by then.
        if _lock(descriptor, fcntl.LOCK_EX, path) and _has_name(descriptor, path):
            path.unlink()
    finally:
        os.close(descriptor)
    return True


def told(error: OSError, state: Path) -> IngestError:
    """Say why a file of the state folder cannot be opened or written.

    Args:
        error: What the system says.
        state: The state folder.
    """
    problem = f"the state folder {state} cannot be written: {error.strerror}"
    if error.errno in _FULL:
        return TransientError(problem, "see that its disk has room and the process may open files; run again")
    if error.errno == errno.EROFS:
        return JobError(problem, "mount it so that it can be written")
    if error.errno == errno.ELOOP:
        return JobError(f"{error.filename} is a link, and a lock file must not be one", "remove it")
    return JobError(f"{problem}{_inside(error, state)}", mend(state))


def _inside(error: OSError, state: Path) -> str:
    """Name the file that it is about, where that is not the state folder itself, nor one that would be made in it."""
    file = Path(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else state
    return f" ({file})" if file != state and os.path.lexists(file) else ""


def _lock(descriptor: int, kind: int, path: Path) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno in _NO_LOCKS:
            raise _lockless(path, str(error.strerror)) from error
        raise
    return True


def _check_lock(path: Path) -> None:
    """See that a lock keeps others out: there are file systems that grant one to everybody."""
    with path.open("rb") as again:
        if _lock(again.fileno(), fcntl.LOCK_SH, path):
            raise _lockless(path, "it grants the same lock twice")


def _lockless(path: Path, why: str) -> JobError:
    return JobError(
        f"the file system of {path.parent} has no file locks (flock), which keep two runs apart: {why}",
        "put the state folder on a file system that has: a local disk, or a network mount with locks",
    )


def _has_name(descriptor: int, path: Path) -> bool:
    """Tell whether an open file is the one that has the name now."""
    try:
        named = path.stat(follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(descriptor), named)
