"""A run, from the tenant's slot to the report."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from ingest_core.errors import IngestError
from ingest_core.executor.objects import explained
from ingest_core.executor.parts import Parts, RunOptions, opened_parts
from ingest_core.executor.retrying import Persistence, land_each
from ingest_core.executor.slots import Terms, tenant_slot
from ingest_core.executor.start import Start
from ingest_core.executor.together import land_together
from ingest_core.failpoints import reach
from ingest_core.planner import Plan
from ingest_core.report import ObjectReport, Report
from ingest_core.stop_signals import kept_a_stop

Deed = Callable[[Parts, list[ObjectReport]], None]
"""Does something to each object of a plan, and adds its report as soon as there is one."""

Tell = Callable[[Report], None]
"""Tells a report. A stop waits meanwhile, since it comes too late: what was done is done."""


def run(plan: Plan, options: RunOptions | None = None, tell: Tell | None = None) -> Report:
    """Run a plan: take the tenant's slot, open source and catalog, land every object.

    Args:
        plan: As planned; secrets are looked up now.
        options: What this run alone does otherwise.
        tell: Tells the report.

    Returns:
        The report. Whatever the world does is told in it, an interrupt included; only a fault of this program is
        raised.
    """
    return carry_out(plan, options, land_together if plan.job.spec.publish == "together" else land_each, tell)


def carry_out(plan: Plan, options: RunOptions | None, deed: Deed, tell: Tell | None = None) -> Report:
    """Do something with a plan, holding its tenant's slot, and report as a run does."""
    start = Start.of(plan)
    reports: list[ObjectReport] = []
    try:
        error = _do(start, options or RunOptions(), deed, reports)
        report = _report(start, reports, error)
        start.log.info("job_finished", outcome=report.outcome.name.lower(), seconds=report.seconds)
        if tell:
            tell(report)
    finally:
        start.stops.release()
    return replace(report, stopped=start.stops.asked)


def _do(start: Start, options: RunOptions, deed: Deed, reports: list[ObjectReport]) -> IngestError | None:
    """Do it. From its end on, stops are held back.

    Returns:
        What kept it from being done to all objects.
    """
    try:
        start.log.info("job_started")
        with kept_a_stop(), tenant_slot(start.context, Terms(options.tenant_limit, options.wait), start.log):
            reach("slot taken")
            with _opened(start, options) as parts:
                deed(parts, reports)
                start.stops.hold()
                reach("before the slot is given back")
    except KeyboardInterrupt:
        start.stops.hold()
        start.stops.asked = True
        # What was committed stays committed, so a stop is told in the report like any other end.
        start.log.warning("job_stopped")
        return start.stops.error() if len(reports) < len(start.plan.objects) else None
    except IngestError as error:
        start.stops.hold()
        start.log.error("job_failed", error=explained(error, start.plan.job))  # noqa: TRY400  # a person mends it; no traceback helps
        return error
    return None


@contextlib.contextmanager
def _opened(start: Start, options: RunOptions) -> Iterator[Parts]:
    """Open what the run works with; see :func:`opened_parts`."""
    # Rows are stamped with the time from which nobody else lands any, not with that before a long wait.
    now = replace(start, at=datetime.now(UTC))
    with contextlib.ExitStack() as stack:
        tries = Persistence(start.plan.job, start.log, start.stops)
        yield tries.do(lambda: stack.enter_context(opened_parts(now, options, make=True)))


def _report(start: Start, reports: Sequence[ObjectReport], error: IngestError | None) -> Report:
    return Report(
        run_id=start.context.run_id,
        tenant=start.context.tenant,
        job=start.context.job,
        started_at=start.at.isoformat(),
        seconds=round((datetime.now(UTC) - start.at).total_seconds(), 3),
        objects=reports,
        error=explained(error, start.plan.job) if error else None,
        error_type=type(error).__name__ if error else None,
        stopped=start.stops.asked,
    )
