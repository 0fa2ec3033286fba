"""Maintains the tables that a job lands in: compaction, expiry, and the removal of files that nothing names."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Generator, Iterator, Mapping
from functools import partial
from typing import Any

from ingest_core.errors import IngestError, JobError, TransientError
from ingest_core.executor import CATALOG, Start, Terms, explained, filled, target_branch, tenant_slot
from ingest_core.maintenance.options import STEPS, MaintenanceOptions
from ingest_core.maintenance.steps import WAYS, Work
from ingest_core.maintenance.upkeep import TableUpkeep
from ingest_core.planner import Plan
from ingest_core.ports import Catalog, OpenCatalog, TableName
from ingest_core.registry import load_plugin
from ingest_core.stop_signals import kept_a_stop


def maintain(plan: Plan, options: MaintenanceOptions | None = None) -> Generator[TableUpkeep]:
    """Maintain the tables that a plan's objects land in, each as soon as the one before is told.

    A run that goes on meanwhile is not harmed: what it commits is kept, and what it is about to commit is too young to
    be removed (docs/decisions/2026-11-27-maintenance.md).

    Args:
        plan: The plan.
        options: What is done, and what is kept.

    Yields:
        What was done with each table. Whatever the world does is told in it, a stop included.

    Raises:
        JobError: An option would harm; a secret is missing; or the catalog refuses what the job says.
        TransientError: The catalog does not answer.
    """
    chosen = options or MaintenanceOptions()
    chosen.check()
    start = Start.of(plan)
    tables = _not_done(plan, chosen)
    told: list[TableUpkeep] = []
    start.log.info("maintenance_started", tables=[str(name) for name in tables], dry_run=chosen.dry_run)
    (properties,) = filled(plan, (CATALOG,), chosen.redactor)
    with start.stops, contextlib.ExitStack() as stack:
        catalog: Catalog | None = None
        for name, there in _looked_for(start, properties, tables):
            upkeep = TableUpkeep(str(name), plan.job.spec.target.branch, plan.job.name, chosen.dry_run)
            if there:
                catalog = catalog or stack.enter_context(_opened(start, properties))
                _see_to(start, catalog, chosen, name, upkeep)
            upkeep.absent = not there
            start.log.info("table_maintained", table=upkeep.table, status=upkeep.status)
            chosen.done.add(f"{_place(plan)}:{name}")
            told.append(upkeep)
            yield upkeep
            if upkeep.stopped:
                return
        if told and start.stops.asked:  # while the last was told: it was seen to, but what comes next is not to begin
            told[-1].stopped = True


def _not_done(plan: Plan, options: MaintenanceOptions) -> list[TableName]:
    """List the plan's tables, each once, without those that another job's maintenance has seen to."""
    names = {f"{_place(plan)}:{each.table}": each.table for each in plan.objects}
    return [name for key, name in names.items() if key not in options.done]


def _place(plan: Plan) -> str:
    """Say where a plan's tables are, as the job has it, secrets not filled in."""
    target = plan.job.spec.target
    return json.dumps([plan.catalog, target.catalog, target.branch], sort_keys=True, default=str)


def _opener(start: Start) -> OpenCatalog:
    found: OpenCatalog = load_plugin("ingest.catalogs", start.plan.catalog)
    return found


def _looked_for(
    start: Start, properties: Mapping[str, Any], tables: list[TableName]
) -> Iterator[tuple[TableName, bool]]:
    """Tell which tables are there, without making a catalog where there is none yet. A job has one namespace."""
    if not tables:
        return
    opener, wanted = _opener(start), start.plan.job.spec.target.branch
    branch = target_branch(opener, properties, start, make=False)
    seen = opener.look(properties, branch, start.context, tables[0].namespace)
    for name in tables:
        yield name, branch == wanted and name.table in seen.tables


@contextlib.contextmanager
def _opened(start: Start, properties: Mapping[str, Any]) -> Iterator[Catalog]:
    catalog = _opener(start)(properties, start.plan.job.spec.target.branch, start.context)
    with contextlib.closing(catalog):
        if catalog.maintenance is None:
            raise JobError(
                "this catalog does not say how its tables are maintained",
                "maintain them with the catalog's own tools",
                CATALOG,
            )
        yield catalog


def _see_to(start: Start, catalog: Catalog, options: MaintenanceOptions, name: TableName, upkeep: TableUpkeep) -> None:
    """Take each step. From its end on stops are held back, until the next table: what was done is to be told."""
    try:
        start.stops.pass_on()
        _take_all(start, catalog, options, name, upkeep)
        start.stops.hold()
    except KeyboardInterrupt:
        cut = " while a commit was on its way: it may have landed" if start.stops.committing else ""
        start.stops.hold()
        upkeep.stopped = True
        upkeep.fail(TransientError(f"maintenance was stopped{cut}", "start it again; nothing is half done"))


def _take_all(
    start: Start, catalog: Catalog, options: MaintenanceOptions, name: TableName, upkeep: TableUpkeep
) -> None:
    log = start.log.bind(table=str(name))
    slot = partial(tenant_slot, start.context, Terms(options.tenant_limit, options.wait), log)
    failing = partial(_failing, log, upkeep, start.plan)
    with failing("load"):
        table = catalog.load(name)
        if table is None or catalog.maintenance is None:
            return
        work = Work(catalog.maintenance, name, options.kept(table.properties), options, slot, start.stops, log)
        for step in STEPS:
            if step in options.steps:
                start.stops.pass_on()
                with failing(step):
                    WAYS[step](work, upkeep)


@contextlib.contextmanager
def _failing(log: Any, upkeep: TableUpkeep, plan: Plan, step: str) -> Iterator[None]:  # noqa: ANN401  # structlog's loggers have no one type
    """Let a step fail, which is no reason not to take the next; not so a stop."""
    try:
        with kept_a_stop():
            yield
    except IngestError as error:
        text = explained(error, plan.job)
        log.error("step_failed", step=step, error=text, error_type=type(error).__name__)  # noqa: TRY400  # a person mends it; no traceback helps
        upkeep.fail(error, text)
    except Exception as error:  # the last door before a person: told whole, and the other steps are taken
        log.exception("step_failed", step=step, error_type=type(error).__name__)
        upkeep.fail(error, f"unexpected: {type(error).__name__}: {error}")
