"""A run, from the tenant's slot to the report."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

from ingest_core.errors import IngestError, TransientError
from ingest_core.executor.objects import explained, land_each
from ingest_core.executor.parts import Parts, RunOptions, open_parts
from ingest_core.executor.slots import tenant_slot
from ingest_core.executor.together import land_together
from ingest_core.failpoints import reach
from ingest_core.logs import get_logger
from ingest_core.planner import Plan
from ingest_core.ports import RunContext
from ingest_core.report import ObjectReport, Report

Deed = Callable[[Parts, list[ObjectReport]], None]
"""Does something to each object of a plan, and adds its report as soon as there is one."""


def run(plan: Plan, options: RunOptions | None = None) -> Report:
    """Run a plan: take the tenant's slot, open source and catalog, land every object.

    Args:
        plan: As planned; secrets are looked up now.
        options: What this run alone does otherwise.

    Returns:
        The report. Whatever the world does is told in it, an interrupt included; only a fault of this program is
        raised.
    """
    return carry_out(plan, options, land_together if plan.job.spec.publish == "together" else land_each)


def carry_out(plan: Plan, options: RunOptions | None, deed: Deed) -> Report:
    """Do something with a plan, holding its tenant's slot, and report as a run does."""
    began = datetime.now(UTC)
    clock = time.monotonic()
    context = RunContext(plan.job.home, plan.job.tenant, plan.job.name, new_run_id(began))
    log = get_logger().bind(tenant=context.tenant, job=context.job, run_id=context.run_id)
    log.info("job_started")
    reports: list[ObjectReport] = []
    error: IngestError | None = None
    parts: Parts | None = None
    try:
        with tenant_slot(context):
            reach("slot taken")
            parts = open_parts(plan, context, began, options or RunOptions())
            deed(parts, reports)
            reach("before the slot is given back")
    except KeyboardInterrupt:
        # What was committed stays committed, so a stop is told in the report like any other end.
        error = _stopped(parts) if len(reports) < len(plan.objects) else None
        log.warning("job_stopped")
    except IngestError as raised:
        error = raised
        log.error("job_failed", error=explained(raised, plan.job))  # noqa: TRY400  # a person mends it; no traceback helps
    report = Report(
        run_id=context.run_id,
        tenant=context.tenant,
        job=context.job,
        started_at=began.isoformat(),
        seconds=round(time.monotonic() - clock, 3),
        objects=reports,
        error=explained(error, plan.job) if error else None,
        error_type=type(error).__name__ if error else None,
    )
    log.info("job_finished", outcome=report.outcome.name.lower(), seconds=report.seconds)
    return report


def _stopped(parts: Parts | None) -> TransientError:
    cut = parts is not None and parts.stops.cut
    what = "the run was stopped while a commit was on its way: it may have landed" if cut else "the run was stopped"
    return TransientError(what, "run again; it goes on from what is in the tables")


def new_run_id(began: datetime) -> str:
    """Make an id that sorts by time and cannot be guessed."""
    return f"{began:%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex}"
