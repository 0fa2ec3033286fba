"""Tries again what failed of something that passes, as often as ``retry`` of the job file says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from ingest_core.errors import TransientError
from ingest_core.executor.landing import land_object
from ingest_core.executor.objects import each_object, explained
from ingest_core.executor.parts import Parts
from ingest_core.executor.progress import Progress
from ingest_core.executor.stops import Stops
from ingest_core.job import Job
from ingest_core.ports import StreamGrewError
from ingest_core.report import ObjectReport
from ingest_core.stop_signals import kept_a_stop

if TYPE_CHECKING:
    from tenacity import RetryCallState

LONGEST_PAUSE = 300.0
"""Seconds; pauses are doubled up to this."""

Found = TypeVar("Found")


@dataclass(frozen=True)
class Persistence:
    """Goes on trying.

    Args:
        job: Says how often, and how long to pause.
        log: Told of each failure that is not the last.
        stops: A stop ends the pause, and one that was held back the trying.
        may: Whether it may be tried again, beside that the error must be a passing one.
    """

    job: Job
    log: Any
    stops: Stops
    may: Callable[[], bool] = lambda: True

    def do(self, deed: Callable[[], Found]) -> Found:
        """Do something until it is done.

        Raises:
            TransientError: The last try's.
            Exception: Any other, at once.
        """
        said = self.job.spec.retry
        if said.attempts == 1:
            return deed()
        import tenacity  # noqa: PLC0415  # takes a while, and most jobs do without

        pause = said.backoff.total_seconds()
        tries = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(said.attempts),
            wait=tenacity.wait_exponential(multiplier=pause, max=LONGEST_PAUSE)
            + tenacity.wait_random(0, min(pause, LONGEST_PAUSE)),
            retry=tenacity.retry_if_exception(lambda error: isinstance(error, TransientError) and self.may()),
            before_sleep=self._tell,
            reraise=True,
        )
        return tries(kept_a_stop()(deed))

    def _tell(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        text = explained(error, self.job) if isinstance(error, TransientError) else str(error)
        pause = round(state.upcoming_sleep, 3)
        self.log.warning("try_failed", attempt=state.attempt_number, pause=pause, error=text)
        # A commit that failed held stops back; nothing of it is on its way any more.
        self.stops.pass_on()


def land_persistently(parts: Parts, progress: Progress) -> None:
    """Land an object, and try again what failed of something that passes. Each try opens the table fresh.

    On a branch of the run's own a commit whose answer is lost is not tried again: the merge may make it once more.

    Raises:
        IngestError: As :func:`land_object`, of the last try.
    """
    tries = 0

    def deed() -> None:
        nonlocal tries
        tries += 1
        progress.doubtful = bool(progress.sent)
        land_object(replace(parts, attempt=tries), progress)

    def grown() -> None:
        while True:
            try:
                return deed()
            except StreamGrewError as error:
                if progress.columns is not None and error.schema.equals(progress.columns):
                    raise error.cause from error
                progress.columns = error.schema
                log.info("columns_found", columns=error.schema.names)

    log = parts.log.bind(object=progress.planned.name)
    Persistence(parts.plan.job, log, parts.stops, lambda: parts.kept is None or not progress.sent).do(grown)


def land_each(parts: Parts, reports: list[ObjectReport]) -> None:
    """Land each object by itself: what is committed shows at once. See :func:`each_object`."""
    each_object(parts, reports, land_persistently)
