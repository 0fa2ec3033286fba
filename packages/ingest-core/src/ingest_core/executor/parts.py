"""What a run works with: secrets filled in, source and catalog opened."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ingest_core.events import Observer, Telling
from ingest_core.executor.branching import target_branch
from ingest_core.executor.cleaning import cleaned
from ingest_core.executor.reaching import CATALOG, WITH, Sources, filled
from ingest_core.executor.start import Start
from ingest_core.executor.stops import Stops
from ingest_core.planner import ObjectPlan, Plan
from ingest_core.ports import Catalog, OpenCatalog, RunContext, Source, Window
from ingest_core.redaction import Redactor
from ingest_core.registry import load_plugin
from ingest_core.shaping import Stamp


@dataclass(frozen=True)
class RunOptions:
    """What one run does otherwise than the job says.

    Args:
        accept_job_change: Go on from a position that another version of the job reached.
        recreate: Make a table anew that was landed before and is gone.
        redactor: Learns every secret before anything is opened with it.
        window: The stretch of time of which alone something is read.
        observer: Is told how far the run is; see :mod:`ingest_core.events`.
        wait: How long to wait for a slot of the tenant, when all are taken.
        tenant_limit: How many runs of the tenant may go on at once.
    """

    accept_job_change: bool = False
    recreate: bool = False
    redactor: Redactor | None = None
    window: Window | None = None
    observer: Observer | None = None
    wait: timedelta = timedelta(0)
    tenant_limit: int = 1


@dataclass(frozen=True)
class Parts:
    """What a run works with.

    Args:
        plan: The plan.
        context: Who is writing.
        options: What this run does otherwise.
        sources: Makes the sources.
        catalog: Where tables live.
        stamp: What our own columns say.
        log: The logger, bound to tenant, job and run.
        stops: Holds signals back while a commit is on its way.
        tell: Tells how far the run is.
        kept: Takes what a commit is made of, where it may have to be made once more; ``None`` where a commit shows at
            once.
        branch: The branch that was opened, where one was named; not the job's own while that is yet to be made.
        attempt: Which try of the object it is, counted from 1.
    """

    plan: Plan
    context: RunContext
    options: RunOptions
    sources: Sources
    catalog: Catalog
    stamp: Stamp
    log: Any
    stops: Stops
    tell: Telling
    kept: ExitStack | None = None
    branch: str | None = None
    attempt: int = 1

    @property
    def identity(self) -> str:
        """By what the commits of this try are known. Each try has one of its own: a former one's may land yet."""
        run_id = self.context.run_id
        return run_id if self.attempt == 1 else f"{run_id}-{self.attempt}"

    def source(self, planned: ObjectPlan, stop: threading.Event) -> Source:
        """Make the source of one object, so that a fault in one is no fault of another.

        Args:
            planned: The object.
            stop: Set when nobody waits any more for what it reads.
        """
        return self.sources.make(planned, stop.is_set)


@contextlib.contextmanager
def opened_parts(start: Start, options: RunOptions, *, make: bool = False) -> Iterator[Parts]:
    """Look the secrets up and open what the plan names, for as long as the run goes on.

    Args:
        start: The run.
        options: What it does otherwise than the job says.
        make: Whether a branch that is not there may be made, where the job says what from.

    Raises:
        JobError: A secret is missing, or the catalog refuses what the job says.
        TransientError: The catalog does not answer.
    """
    parts = _open(start, options, make=make)
    with cleaned(parts.log) as kept:
        kept.callback(parts.catalog.close)
        yield parts


def _open(start: Start, options: RunOptions, *, make: bool) -> Parts:
    plan, context = start.plan, start.context
    source_options, properties = filled(plan, (WITH, CATALOG), options.redactor)
    open_catalog: OpenCatalog = load_plugin("ingest.catalogs", plan.catalog)
    branch = target_branch(open_catalog, properties, start, make=make)
    return Parts(
        plan=plan,
        context=context,
        options=options,
        sources=Sources.opened(plan, source_options, options.redactor, options.window),
        catalog=open_catalog(properties, branch, context),
        branch=branch,
        stamp=Stamp(context.run_id, start.at),
        log=start.log,
        stops=start.stops,
        tell=Telling(options.observer, start.log),
    )
