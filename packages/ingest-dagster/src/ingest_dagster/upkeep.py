"""Maintains the tables of a tenant, as ``ingest maintain --tenant`` does."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import dagster as dg  # Dagster reads the annotation of `context`: it must be a type, not text
from ingest_core import Interrupts, MaintenanceOptions, Redactor, TableUpkeep, maintain_tenant

from ingest_dagster.facts import Facts, ScheduleFacts
from ingest_dagster.liveness.locks import alive
from ingest_dagster.naming import pool_of
from ingest_dagster.running import LONGEST_WAIT, within_a_step
from ingest_dagster.schedules import run_tags


def upkeep_job(facts: Facts, schedule: ScheduleFacts, name: str, run_config: Mapping[str, Any]) -> dg.JobDefinition:
    """Give the job of a schedule that maintains a tenant's tables.

    Args:
        facts: What the definitions are made of.
        schedule: The schedule.
        name: The job's name in Dagster.
        run_config: Its configuration.
    """

    @dg.op(name=upkeep_step(name), pool=pool_of(schedule.tenant), description=f"Maintains {schedule.tenant}'s tables.")
    def tables(context: dg.OpExecutionContext) -> None:
        with within_a_step(context.log) as redactor, alive(facts.home, context.run.run_id):
            _maintain_all(facts, schedule.tenant, redactor, context)

    @dg.job(name=name, tags=run_tags(schedule), config=run_config, executor_def=dg.in_process_executor)
    def upkeep() -> None:
        tables()

    return upkeep


def upkeep_step(name: str) -> str:
    """Name the step of such a job, given the job's name in Dagster."""
    return f"{name}__tables"


def _maintain_all(facts: Facts, tenant: str, redactor: Redactor, context: dg.OpExecutionContext) -> None:
    options = MaintenanceOptions(redactor=redactor, wait=LONGEST_WAIT, tenant_limit=facts.concurrency_per_tenant)
    with Interrupts():
        done = maintain_tenant(facts.home, tenant, options)
    context.add_output_metadata({"tables": dg.MetadataValue.json([_told(each, redactor) for each in done.tables])})
    if done.stopped:
        raise dg.DagsterExecutionInterruptedError
    if told := done.told():
        raise dg.Failure(told, allow_retries=False)


def _told(upkeep: TableUpkeep, redactor: Redactor) -> dict[str, object]:
    said = {**asdict(upkeep), "orphans": len(upkeep.orphans), "errors": [redactor.text(text) for text in upkeep.errors]}
    return {**said, "status": upkeep.status}
