"""What a run works with: secrets filled in, source and catalog opened."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from ingest_core.events import Observer, Telling
from ingest_core.executor.cleaning import cleaned
from ingest_core.executor.start import Start
from ingest_core.executor.stops import Stops
from ingest_core.planner import ObjectPlan, Plan, check_options
from ingest_core.ports import Catalog, Engine, OpenCatalog, RunContext, SecretStore, Source, SourceContext, Window
from ingest_core.redaction import Redactor
from ingest_core.references import Resolver
from ingest_core.registry import load_plugin, load_plugins
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
    """

    accept_job_change: bool = False
    recreate: bool = False
    redactor: Redactor | None = None
    window: Window | None = None
    observer: Observer | None = None


@dataclass(frozen=True)
class Parts:
    """What a run works with.

    Args:
        plan: The plan.
        context: Who is writing.
        options: What this run does otherwise.
        engine: Makes the sources.
        source_options: The job's ``with``, secrets filled in.
        catalog: Where tables live.
        stamp: What our own columns say.
        log: The logger, bound to tenant, job and run.
        stops: Holds signals back while a commit is on its way.
        tell: Tells how far the run is.
        kept: Takes what a commit is made of, where it may have to be made once more; ``None`` where a commit shows at
            once.
    """

    plan: Plan
    context: RunContext
    options: RunOptions
    engine: Engine
    source_options: BaseModel
    catalog: Catalog
    stamp: Stamp
    log: Any
    stops: Stops
    tell: Telling
    kept: ExitStack | None = None

    def source(self, planned: ObjectPlan) -> Source:
        """Make the source of one object, so that a fault in one is no fault of another."""
        context = SourceContext(
            self.context.home, {planned.name: planned.settings}, self.source_options, self.options.window
        )
        return self.engine.source(self.plan.job.spec.source.connector, context)


@contextlib.contextmanager
def opened_parts(start: Start, options: RunOptions) -> Iterator[Parts]:
    """Look the secrets up and open what the plan names, for as long as the run goes on.

    Raises:
        JobError: A secret is missing, or the catalog refuses what the job says.
        TransientError: The catalog does not answer.
    """
    parts = _open(start, options)
    with cleaned(parts.log) as kept:
        kept.callback(parts.catalog.close)
        yield parts


def _open(start: Start, options: RunOptions) -> Parts:
    plan, context = start.plan, start.context
    spec = plan.job.spec
    stores: list[SecretStore] = [store(context.home) for store in load_plugins("ingest.secrets")]
    resolver = Resolver(context.tenant, stores)
    source_options = resolver.fill(dict(spec.source.options), ("source", "with"))
    properties = resolver.fill(dict(spec.target.catalog or {}), ("target", "catalog"))
    if options.redactor:
        for secret in resolver.secrets:
            options.redactor.add(secret)
    resolver.raise_faults()
    open_catalog: OpenCatalog = load_plugin("ingest.catalogs", plan.catalog)
    return Parts(
        plan=plan,
        context=context,
        options=options,
        engine=load_plugin("ingest.engines", plan.engine)(),
        source_options=check_options(plan.job, plan.engine, source_options),
        catalog=open_catalog(properties, spec.target.branch, context),
        stamp=Stamp(context.run_id, start.at),
        log=start.log,
        stops=start.stops,
        tell=Telling(options.observer, start.log),
    )
