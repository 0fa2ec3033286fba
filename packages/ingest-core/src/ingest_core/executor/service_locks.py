"""What is kept running is kept running once: each service of an orchestrator has a lock file in the state folder.

A lock file is ``state/orchestrator.<service>.lock``. Whoever starts all services holds all of them, whoever starts one
that one, so that services may be spread over containers and none of them runs twice on one state folder.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from ingest_core.errors import TransientError
from ingest_core.executor.lock_files import hold, let_go, told
from ingest_core.executor.state_folder import refuse_unwritable_folders


@contextlib.contextmanager
def service_locks(home: Path, services: Sequence[str], folders: Sequence[str] = ()) -> Iterator[None]:
    """Hold the locks of services for a while.

    Args:
        home: The home folder, whose ``state/`` is made where there is none.
        services: Their names.
        folders: Names of folders of ``state/`` that they write in.

    Raises:
        TransientError: Another process holds one; it is named. Or the disk is full.
        JobError: The state folder, or one of the folders, cannot be written, or has no locks.
    """
    state = home / "state"
    with contextlib.ExitStack() as held:
        try:
            refuse_unwritable_folders(state, [state, *(state / name for name in folders)])
            state.mkdir(parents=True, exist_ok=True)
            for service in services:
                held.callback(_let_go, _hold(state / f"orchestrator.{service}.lock", service))
        except OSError as error:
            raise told(error, state) from error
        yield


def _hold(path: Path, service: str) -> int:
    descriptor = hold(path)
    if descriptor is None:
        problem = f"the service {service!r} runs already on this state folder{_holder(path)}"
        raise TransientError(problem, f"stop that one first, or give --home another folder than {path.parent.parent}")
    said = {"host": socket.gethostname(), "pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")}
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(said).encode(), 0)
    except BaseException:
        let_go(descriptor)
        raise
    return descriptor


def _let_go(descriptor: int) -> None:
    with contextlib.suppress(OSError):  # a name that stays does no harm: nobody reads that of a free lock
        os.ftruncate(descriptor, 0)
    let_go(descriptor)


def _holder(path: Path) -> str:
    """Say who holds a lock file, as it says of itself; nothing where that cannot be understood."""
    try:
        said = json.loads(path.read_bytes()[:4096])
        return f": process {int(said['pid'])} on {said['host']}, since {said['since']}"
    except (OSError, ValueError, TypeError, LookupError):
        return ""
