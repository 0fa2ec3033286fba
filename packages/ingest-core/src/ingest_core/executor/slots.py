"""A tenant's slots: however jobs are started, no more runs of a tenant at once than its limit use a state folder.

A slot is a lock file, ``state/locks/<tenant>.lock``, the second ``<tenant>@2.lock``, and so on. Correctness does not
depend on it; the commit protocol sees to that.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ingest_core.durations import written
from ingest_core.errors import TransientError
from ingest_core.executor.line import Line, Place
from ingest_core.executor.lock_files import hold, let_go, told
from ingest_core.executor.state_folder import refuse_unwritable
from ingest_core.ports import RunContext

PAUSE_SECONDS = 0.1
"""Between two looks at slots that are all taken; docs/decisions says why it is looked."""


@dataclass(frozen=True)
class Terms:
    """On what terms a slot is taken.

    Args:
        limit: How many slots the tenant has.
        wait: How long to wait for one.
    """

    limit: int = 1
    wait: timedelta = timedelta(0)


@dataclass(frozen=True)
class Holder:
    """Who holds a slot, or waits for one, as it says of itself in its lock file.

    Args:
        job: Its job.
        run_id: Its run.
        host: The machine, or container.
        pid: Its process there.
        since: Since when, ISO 8601, UTC.
    """

    job: str
    run_id: str
    host: str = field(default_factory=socket.gethostname)
    pid: int = field(default_factory=os.getpid)
    since: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))

    def __str__(self) -> str:
        return f"job {self.job!r} (run {self.run_id}, process {self.pid} on {self.host}, since {self.since})"


@contextlib.contextmanager
def tenant_slot(context: RunContext, terms: Terms | None = None, log: Any = None) -> Iterator[None]:  # noqa: ANN401  # structlog's loggers have no one type
    """Hold one of the tenant's slots.

    Args:
        context: Who wants it.
        terms: On what terms.
        log: Told of who is waited for.

    Raises:
        TransientError: All are taken, and were for as long as there was to wait; who has them is named. Or the disk is
            full.
        JobError: The state folder cannot be written, or has no locks.
    """
    state = context.home / "state"
    taking = _Taking(context, terms or Terms(), log)
    try:
        try:
            refuse_unwritable(context)
            (state / "locks").mkdir(parents=True, exist_ok=True)
            taking.take()
        except OSError as error:
            raise told(error, state) from error
        yield
    finally:
        taking.give_back()


class _Taking:
    """The way to a slot.

    Args:
        context: Who wants it.
        terms: On what terms.
        log: Told of who is waited for.
    """

    def __init__(self, context: RunContext, terms: Terms, log: Any) -> None:  # noqa: ANN401  # as above
        folder = context.home / "state" / "locks"
        names = [context.tenant, *(f"{context.tenant}@{number}" for number in range(2, terms.limit + 1))]
        self._context, self._terms, self._log = context, terms, log
        self._slots = [folder / f"{name}.lock" for name in names]
        self._line = Line(folder, context.tenant)
        self._told: list[str] = []
        self._taken: int | None = None

    def give_back(self) -> None:
        """Give the slot back, if it was taken. A stop may come as soon as it is."""
        if (taken := self._taken) is None:
            return
        self._taken = None
        with contextlib.suppress(OSError):  # a name that stays does no harm: nobody reads that of a free slot
            os.ftruncate(taken, 0)
        let_go(taken)

    def take(self) -> None:
        """Take a slot as soon as one is free and nobody who came earlier waits for it."""
        place: Place | None = None
        began = time.monotonic()
        until = began + self._terms.wait.total_seconds()
        try:
            while True:
                ahead = self._line.ahead(place)
                if not ahead and self._find():
                    self._tell_end(time.monotonic() - began)
                    return
                if (left := until - time.monotonic()) <= 0:
                    raise self._busy(ahead)
                place = place or self._join()
                self._tell(ahead)
                time.sleep(min(PAUSE_SECONDS, left))
        finally:
            if place:
                self._line.leave(place)

    def _find(self) -> bool:
        """Take a slot that is free now, and say in it who has it."""
        for path in self._slots:
            self._taken = hold(path)
            if self._taken is not None:
                self._note(self._taken)
                return True
        return False

    def _join(self) -> Place:
        place = self._line.join()
        try:
            self._note(place.descriptor)
        except BaseException:
            self._line.leave(place)
            raise
        return place

    def _note(self, descriptor: int) -> None:
        text = json.dumps(asdict(Holder(self._context.job, self._context.run_id)))
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, text.encode(), 0)

    def _busy(self, ahead: Sequence[Path]) -> TransientError:
        after = f" after {written(self._terms.wait)}" if self._terms.wait else ""
        what = f"the tenant {self._context.tenant!r} is {'still ' if after else ''}busy{after}"
        holders = _named(self._slots)
        waiting = f"; before it waits: {_named(ahead)}" if ahead else ""
        return TransientError(f"{what}: {holders}{waiting}", "run again when it has ended, or wait with --wait 5m")

    def _tell(self, ahead: Sequence[Path]) -> None:
        """Log who is waited for, whenever that is another one."""
        whom = [str(path) for path in ahead] + [str(_holder(path)) for path in self._slots]
        if self._log and whom != self._told:
            holders = [asdict(found) for path in self._slots if (found := _holder(path))]
            self._log.info("waiting_for_slot", holders=holders, ahead=len(ahead), longest=written(self._terms.wait))
        self._told = whom

    def _tell_end(self, seconds: float) -> None:
        if self._log and self._told:
            self._log.info("slot_taken", waited=round(seconds, 3))


def _named(paths: Sequence[Path]) -> str:
    return "; ".join(str(_holder(path) or "somebody who left no name") for path in paths)


def _holder(path: Path) -> Holder | None:
    """Read who holds a lock file; ``None`` where it says nothing that can be understood."""
    try:
        said = json.loads(path.read_bytes()[:4096])
        return Holder(str(said["job"]), str(said["run_id"]), str(said["host"]), int(said["pid"]), str(said["since"]))
    except (OSError, ValueError, TypeError, LookupError):
        return None
