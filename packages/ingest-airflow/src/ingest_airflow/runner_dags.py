"""Makes Airflow's DAGs of a runner file: one for each schedule, with one task."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk import DAG, Asset, BaseOperator, CronTriggerTimetable, get_parsing_context

from ingest_airflow.described import description_of, owner_of, page_of
from ingest_airflow.naming import asset_name, dag_tags, pool_of
from ingest_airflow.operators import IngestMaintenanceOperator, IngestOperator
from ingest_airflow.refusing import refusing_dag
from ingest_airflow.timetable import IntervalTimetable

if TYPE_CHECKING:
    from ingest_core import Plan, PlannedSchedule, RunnerPlan
    from ingest_core.plugin import TableName

TASK = "load"
"""The task that runs a job."""
UPKEEP_TASK = "maintain"
"""The task that maintains the tables of a tenant."""

TRIES_AGAIN: Mapping[str, Any] = {
    "retries": 2,
    "retry_delay": timedelta(minutes=1),
    "retry_exponential_backoff": 2,
    "max_retry_delay": timedelta(minutes=10),
}
"""What passes, and a process that was killed, is tried again; what a person must mend the operators fail for good."""


def dags(
    runner_file: str | os.PathLike[str],
    home: str | os.PathLike[str] | None = None,
    *,
    default_args: Mapping[str, Any] | None = None,
    catchup_from: datetime | None = None,
) -> dict[str, DAG]:
    """Make one DAG for each schedule of a runner file. Reaches nothing.

    A process that runs one task reads the job of that task alone, so no other job's file can fail it. What is wrong
    with that job fails the task for good.

    Args:
        runner_file: The runner file.
        home: The home folder; else ``INGEST_HOME``, or the nearest folder above the runner file that holds ``jobs/``.
        default_args: What all tasks are given: ``retries``, ``owner``, callbacks. It comes before what we say.
        catchup_from: Start a run for every time that went by since; unless it is said, none is made up for: the next
            run reads all that is new.

    Returns:
        The DAGs by name, to be put among the globals of a DAG file.

    Raises:
        JobError: Something is wrong with the file or with one of its jobs; carries every fault.
    """
    from ingest_core import plan_runner  # noqa: PLC0415  # whoever wants the operator alone does without

    given = {**TRIES_AGAIN, **(default_args or {})}
    if wanted := get_parsing_context().dag_id:
        return _dags_of_a_task(Path(runner_file), home, wanted, given)
    return _dags(plan_runner(runner_file, home), given, catchup_from)


def sound_dags(runner_file: Path, home: Path, pools: Collection[str] | None = None) -> dict[str, DAG]:
    """Make the DAGs of the schedules with which nothing is wrong, whatever is with others.

    Airflow starts nothing of a file of DAGs that has a fault.

    Args:
        runner_file: The runner file.
        home: The home folder.
        pools: The pools that there are, and in which alone a task is ever started; ``None`` where that is not known. A
            task that was started is given its DAG all the same.

    Raises:
        JobError: The file is no YAML.
    """
    from ingest_core import JobError, plan_runner, schedule_names  # noqa: PLC0415  # as above

    if get_parsing_context().dag_id:
        return dags(runner_file, home)
    with suppress(JobError):
        return _dags(_with_pool(plan_runner(runner_file, home), pools), TRIES_AGAIN, None)
    found: dict[str, DAG] = {}
    for name in schedule_names(runner_file):
        with suppress(JobError):
            found |= _dags(_with_pool(plan_runner(runner_file, home, [name]), pools), TRIES_AGAIN, None)
    return found


def _with_pool(runner: RunnerPlan, pools: Collection[str] | None) -> RunnerPlan:
    # No DAG is made of the others: Airflow would take it, wherever it is.
    return replace(
        runner, schedules=tuple(each for each in runner.schedules if pools is None or pool_of(each.tenant) in pools)
    )


def _dags_of_a_task(
    runner_file: Path, home: str | os.PathLike[str] | None, wanted: str, default_args: Mapping[str, Any]
) -> dict[str, DAG]:
    from ingest_core import JobError, plan_runner, schedule_names  # noqa: PLC0415  # as above

    try:
        return _dags(plan_runner(runner_file, home, [wanted]), default_args, None)
    except JobError as error:
        if wanted not in schedule_names(runner_file):
            raise
        return {wanted: refusing_dag(wanted, (TASK, UPKEEP_TASK), str(error))}


def _dags(runner: RunnerPlan, default_args: Mapping[str, Any], catchup_from: datetime | None) -> dict[str, DAG]:
    return {each.spec.name: _dag(runner, each, default_args, catchup_from) for each in runner.schedules}


def _dag(
    runner: RunnerPlan, planned: PlannedSchedule, default_args: Mapping[str, Any], catchup_from: datetime | None
) -> DAG:
    spec, plan = planned.spec, planned.plan
    said = {"owner": owner_of(plan) if plan else planned.tenant, **default_args}
    with DAG(
        dag_id=spec.name,
        description=description_of(plan) if plan else f"Maintains the tables of {planned.tenant}",
        schedule=_timetable(planned),
        start_date=catchup_from,
        catchup=catchup_from is not None,
        max_active_runs=spec.max_concurrent_runs,
        is_paused_upon_creation=not spec.enabled,
        tags=dag_tags(planned.tenant, spec.tags),
        doc_md=page_of(plan) if plan else None,
        default_args=said,
    ) as dag:
        _load(runner, plan) if plan else _maintain(runner, planned.tenant)
    return dag


def _timetable(planned: PlannedSchedule) -> Any:  # noqa: ANN401  # Airflow's two kinds have no common public type
    spec = planned.spec
    if spec.cron:
        return CronTriggerTimetable(spec.cron, timezone=spec.timezone)
    return IntervalTimetable(int(spec.interval_seconds or 0), spec.timezone)


def _load(runner: RunnerPlan, plan: Plan) -> BaseOperator:
    tenant = plan.job.tenant
    return IngestOperator(
        task_id=TASK,
        job=str(plan.job.document.path),
        home=str(plan.job.home),
        tenant_limit=runner.spec.orchestrator.concurrency_per_tenant,
        pool=pool_of(tenant),
        outlets=[_asset(tenant, table) for table in dict.fromkeys(each.table for each in plan.objects)],
        inlets=[_asset(tenant, table) for table in plan.depends_on],
    )


def _maintain(runner: RunnerPlan, tenant: str) -> BaseOperator:
    limit = runner.spec.orchestrator.concurrency_per_tenant
    return IngestMaintenanceOperator(
        task_id=UPKEEP_TASK, tenant=tenant, home=str(runner.home), tenant_limit=limit, pool=pool_of(tenant)
    )


def _asset(tenant: str, table: TableName) -> Asset:
    name = asset_name(tenant, table)
    # Names of tenants and tables hold nothing that means something else in a URI.
    return Asset(name=name, uri=f"ingest://{name}", group=tenant)
