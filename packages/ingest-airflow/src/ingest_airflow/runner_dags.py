"""Makes Airflow's DAGs of a runner file."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airflow.sdk import DAG, Asset, CronTriggerTimetable, get_parsing_context
from ingest_core import plan_runner

from ingest_airflow.naming import asset_name, pool_of
from ingest_airflow.operator import IngestOperator
from ingest_airflow.timetable import IntervalTimetable

if TYPE_CHECKING:
    from ingest_core import Plan, PlannedSchedule, RunnerPlan


def dags(
    runner_file: str | os.PathLike[str],
    home: str | os.PathLike[str] | None = None,
    default_args: Mapping[str, Any] | None = None,
) -> dict[str, DAG]:
    """Make one DAG for each schedule of a runner file. Reaches nothing.

    A process that runs one task reads the job of that task alone, so no other job's file can fail it.

    Args:
        runner_file: The runner file.
        home: The home folder; else ``INGEST_HOME``, or the nearest folder above the runner file that holds ``jobs/``.
        default_args: What all tasks are given: ``retries``, ``owner``, callbacks.

    Returns:
        The DAGs by name, to be put among the globals of a DAG file.

    Raises:
        JobError: Something is wrong with the file or with one of its jobs; carries every fault.
    """
    wanted = get_parsing_context().dag_id
    runner = plan_runner(runner_file, home, None if wanted is None else [wanted])
    made = (_dag(runner, each, each.plan, dict(default_args or {})) for each in runner.schedules if each.plan)
    return {dag.dag_id: dag for dag in made}


def _dag(runner: RunnerPlan, planned: PlannedSchedule, plan: Plan, default_args: dict[str, Any]) -> DAG:
    spec = planned.spec
    schedule: Any = (
        CronTriggerTimetable(spec.cron, timezone=spec.timezone)
        if spec.cron
        else IntervalTimetable(int(spec.interval_seconds or 0), spec.timezone)
    )
    with DAG(
        dag_id=spec.name,
        description=_description(plan),
        schedule=schedule,
        catchup=False,
        max_active_runs=spec.max_concurrent_runs,
        is_paused_upon_creation=not spec.enabled,
        tags={planned.tenant, *(f"{key}:{value}" for key, value in spec.tags.items())},
        doc_md=_doc(plan),
        default_args=default_args,
    ) as dag:
        _task(runner, plan, default_args)
    return dag


def _task(runner: RunnerPlan, plan: Plan, default_args: Mapping[str, Any]) -> IngestOperator:
    tables: dict[str, list[str]] = {}
    for each in plan.objects:
        name = asset_name(plan.job.tenant, each.table.namespace, each.table.table)
        tables.setdefault(name, []).append(each.name)
    owner = {} if "owner" in default_args else {"owner": _owner(plan)}
    return IngestOperator(
        task_id="load",
        job=str(plan.job.document.path),
        home=str(plan.job.home),
        tenant_limit=runner.spec.orchestrator.concurrency_per_tenant,
        tables=tables,
        pool=pool_of(plan.job.tenant),
        outlets=[Asset(name=name, uri=f"ingest://{name}") for name in tables],
        inlets=[
            Asset(name=name, uri=f"ingest://{name}")
            for name in (asset_name(plan.job.tenant, each.namespace, each.table) for each in plan.depends_on)
        ],
        **owner,
    )


def _owner(plan: Plan) -> str:
    teams = [each.contract.team.name for each in plan.objects if each.contract.team.name]
    return teams[0] if teams else plan.job.tenant


def _description(plan: Plan) -> str:
    return next((each.contract.description for each in plan.objects if each.contract.description), plan.job.name)


def _doc(plan: Plan) -> str:
    beginning = f"Runs the job `{plan.job.name}` of `{plan.job.tenant}`: `{plan.job.document.path}`"
    return "\n\n".join([beginning, *_tables(plan)])


def _tables(plan: Plan) -> Sequence[str]:
    return [f"**{each.table}**: {each.contract.description or each.name}" for each in plan.objects]
