"""Goes through the objects of a run, one after the other; whatever happens to one is no reason not to try the next."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from ingest_core.errors import IngestError, JobError
from ingest_core.events import RunEvent
from ingest_core.executor.parts import Parts
from ingest_core.executor.progress import Progress
from ingest_core.job import Job
from ingest_core.job_assets import told
from ingest_core.report import ObjectReport
from ingest_core.stop_signals import kept_a_stop

Way = Callable[[Parts, Progress], None]
"""Commits something of one object, and notes it."""


def each_object(parts: Parts, reports: list[ObjectReport], way: Way) -> None:
    """Go one way with each object.

    Args:
        parts: What the run works with.
        reports: Takes each object's report as soon as there is one.
        way: The way.

    Raises:
        KeyboardInterrupt: The run was stopped; what it was to land next has no report.
    """
    for planned in parts.plan.objects:
        parts.stops.go_on()
        progress = Progress(planned)
        try:
            with parts.stops:
                reports.append(try_object(parts, progress, way))
                finish(parts, reports[-1])
        except KeyboardInterrupt:
            if (progress.commits or progress.sent) and not _is_reported(progress, reports):
                stopped = parts.stops.error()
                reports.append(progress.failure(str(stopped), stopped))
                finish(parts, reports[-1])
            raise


def _is_reported(progress: Progress, reports: Sequence[ObjectReport]) -> bool:
    return bool(reports) and reports[-1].name == progress.planned.name


def try_object(parts: Parts, progress: Progress, way: Way) -> ObjectReport:
    """Land one object, or do something else with it, and report what became of it.

    Raises:
        KeyboardInterrupt: The run was stopped.
    """
    planned = progress.planned
    log = parts.log.bind(object=planned.name)
    log.info("object_started", table=str(planned.table), write=planned.write)
    parts.tell(RunEvent("object_started", planned.name, table=str(planned.table)))
    clock = time.monotonic()
    try:
        with kept_a_stop():
            way(parts, progress)
        report = progress.report()
    except IngestError as error:
        text = explained(error, parts.plan.job)
        log.error("object_failed", error=text, error_type=type(error).__name__)  # noqa: TRY400  # a person mends it; no traceback helps
        report = progress.failure(text, error)
    except Exception as error:  # the last door before a person: told whole, and the other objects go on
        log.exception("object_failed", error_type=type(error).__name__)
        report = progress.failure(f"unexpected: {type(error).__name__}: {error}", error)
    return replace(report, seconds=round(time.monotonic() - clock, 3))


def finish(parts: Parts, report: ObjectReport) -> None:
    """Tell the log, and who watches, how an object ended."""
    log = parts.log.bind(object=report.name)
    log.info("object_finished", status=report.status, rows=report.rows, seconds=report.seconds)
    parts.tell(RunEvent("object_finished", report.name, report=report))


def explained(error: IngestError, job: Job) -> str:
    """Write an error with the lines of the job file, or of its contracts, that it names."""
    if isinstance(error, JobError):
        error.faults = tuple(told(fault, job) for fault in error.faults)
    return str(error)
