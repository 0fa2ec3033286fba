"""What Dagster's definitions are made of, in values that can be written down.

A code server plans every job once. Each run loads the definitions anew in a process of its own: that one reads these
facts, so that it neither plans a hundred jobs to run one, nor fails for a file of another job that somebody edits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from ingest_dagster.naming import asset_tags
from ingest_dagster.owners import owners

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ingest_core import Plan, PlannedSchedule, RunnerPlan
    from ingest_core.plugin import TableName

Key = tuple[str, str, str]
"""An asset's: tenant, namespace, table."""


@dataclass(frozen=True)
class ColumnFacts:
    """A column of a contract.

    Args:
        name: It, as it lands.
        type: Its type; empty where the contract leaves it to the source.
        description: What it means.
        is_key: Whether it is of the table's key.
    """

    name: str
    type: str
    description: str
    is_key: bool


@dataclass(frozen=True)
class TableFacts:
    """A table that a job lands in.

    Args:
        key: Its asset's key.
        objects: What lands in it.
        description: What it holds.
        owners: Who answers for it, in Dagster's words.
        tags: Its contract's.
        columns: Those that its contract describes.
    """

    key: Key
    objects: tuple[str, ...]
    description: str = ""
    owners: tuple[str, ...] = ()
    tags: dict[str, str] = field(default_factory=dict)
    columns: tuple[ColumnFacts, ...] = ()


@dataclass(frozen=True)
class JobFacts:
    """A job.

    Args:
        file: Its file; an absolute path.
        tenant: Whose it is.
        name: Its name.
        connector: Of its source.
        together: Whether its tables show at one moment, so that none can be loaded alone.
        depends_on: The tables that its source is made of.
        tables: The tables that it lands in.
    """

    file: Path
    tenant: str
    name: str
    connector: str
    together: bool
    depends_on: tuple[Key, ...]
    tables: tuple[TableFacts, ...]


@dataclass(frozen=True)
class ScheduleFacts:
    """A schedule.

    Args:
        name: Its name in the runner file.
        tenant: Whose runs it starts.
        file: The job's file; ``None`` where it maintains the tenant's tables.
        cron: When, as a cron line.
        interval_seconds: When, as the length of a slot.
        enabled: Whether it starts anything unless somebody says otherwise.
        timezone: Of the cron line.
        tags: Of its runs.
    """

    name: str
    tenant: str
    file: Path | None
    cron: str | None
    interval_seconds: int | None
    enabled: bool
    timezone: str
    tags: dict[str, str]


@dataclass(frozen=True)
class Facts:
    """All of it.

    Args:
        runner_file: The runner file; an absolute path.
        home: The home folder.
        concurrency_per_tenant: Runs of one tenant at once.
        jobs: Every job, once.
        schedules: In the runner file's order.
    """

    runner_file: Path
    home: Path
    concurrency_per_tenant: int
    jobs: tuple[JobFacts, ...]
    schedules: tuple[ScheduleFacts, ...]

    def written(self) -> bytes:
        """Write them as JSON."""
        return _FACTS.dump_json(self)

    @staticmethod
    def read(data: bytes) -> Facts:
        """Read what :meth:`written` wrote.

        Raises:
            ValueError: It is something else.
        """
        return _FACTS.validate_json(data)


_FACTS = TypeAdapter(Facts)


def facts_of(runner: RunnerPlan) -> Facts:
    """Take from a runner's plan what definitions are made of."""
    return Facts(
        runner_file=runner.file,
        home=runner.home,
        concurrency_per_tenant=runner.spec.orchestrator.concurrency_per_tenant,
        jobs=tuple(job_facts(plan) for plan in runner.plans),
        schedules=tuple(_schedule_facts(planned) for planned in runner.schedules),
    )


def job_facts(plan: Plan) -> JobFacts:
    """Take from a job's plan what its assets are made of."""
    job = plan.job
    tables: Mapping[TableName, list[str]] = {each.table: [] for each in plan.objects}
    for each in plan.objects:
        tables[each.table].append(each.name)
    return JobFacts(
        file=job.document.path,
        tenant=job.tenant,
        name=job.name,
        connector=job.spec.source.connector,
        together=job.spec.publish == "together",
        depends_on=tuple(_key(job.tenant, table) for table in plan.depends_on),
        tables=tuple(_table_facts(plan, table, names) for table, names in tables.items()),
    )


def _key(tenant: str, table: TableName) -> Key:
    return (tenant, table.namespace, table.table)


def _table_facts(plan: Plan, table: TableName, names: Sequence[str]) -> TableFacts:
    planned = next(each for each in plan.objects if each.name == names[0])
    contract = planned.contract
    columns = [
        ColumnFacts(column.name, str(column.type or ""), column.description, is_key=column.name in planned.merging.key)
        for column in contract.columns.values()
    ]
    return TableFacts(
        key=_key(plan.job.tenant, table),
        objects=tuple(names),
        description=contract.description,
        owners=tuple(owners(contract.team.name, [member.username for member in contract.team.members])),
        tags=dict(asset_tags(contract.tags)),
        columns=tuple(columns),
    )


def _schedule_facts(planned: PlannedSchedule) -> ScheduleFacts:
    spec = planned.spec
    return ScheduleFacts(
        name=spec.name,
        tenant=planned.tenant,
        file=planned.plan.job.document.path if planned.plan else None,
        cron=spec.cron,
        interval_seconds=spec.interval_seconds,
        enabled=spec.enabled,
        timezone=spec.timezone,
        tags=dict(spec.tags),
    )
