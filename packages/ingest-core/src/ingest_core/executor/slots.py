"""A tenant's slot: however a job is started, one run of a tenant at a time may use a state folder.

The lock is the kernel's (``flock``), so it is freed when its process dies, however it dies. Correctness does not depend
on it; the commit protocol sees to that.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from ingest_core.errors import JobError, TransientError
from ingest_core.ports import RunContext


@contextlib.contextmanager
def tenant_slot(context: RunContext) -> Iterator[None]:
    """Hold the tenant's slot.

    Raises:
        TransientError: Another run has it; it is named.
        JobError: The state folder cannot be written.
    """
    descriptor = _open(context.home / "state" / "locks", context.tenant)
    try:
        _take(descriptor, context)
        yield
    finally:
        os.close(descriptor)


def _open(folder: Path, tenant: str) -> int:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Python opens descriptors that children do not inherit, so a child cannot keep the slot.
        return os.open(folder / f"{tenant}.lock", os.O_RDWR | os.O_CREAT, 0o664)
    except OSError as error:
        state = folder.parent
        raise JobError(
            f"the state folder {state} cannot be written: {error.strerror}",
            f"give it to the user that runs ingest: chown -R {os.getuid()}:{os.getgid()} {state}",
        ) from error


def _take(descriptor: int, context: RunContext) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 4096, 0).decode(errors="replace").strip() or "nobody said who"
        raise TransientError(
            f"the tenant {context.tenant!r} is busy: {holder}", "run again when it has ended"
        ) from None
    _note(descriptor, context)


def _note(descriptor: int, context: RunContext) -> None:
    """Say in the file who holds the slot."""
    note = {"job": context.job, "run_id": context.run_id, "host": socket.gethostname(), "pid": os.getpid()}
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(note).encode(), 0)
    except OSError as error:
        problem = f"the state folder {context.home / 'state'} cannot be written: {error.strerror}"
        raise TransientError(problem, "see that its disk has room; run again") from error
