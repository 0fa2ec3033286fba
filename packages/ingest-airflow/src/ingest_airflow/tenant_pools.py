"""What pools the tenants of a runner file need: in them their runs wait for one another."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from ingest_airflow.naming import pool_of

if TYPE_CHECKING:
    from ingest_core import RunnerPlan


class Pool(TypedDict):
    """A pool, by the words that Airflow's ``pools import`` reads (``airflow/cli/commands/pool_command.py``)."""

    slots: int
    description: str
    include_deferred: bool


def tenant_pools(runner: RunnerPlan) -> dict[str, Pool]:
    """Give the pool of each tenant of a runner file, by name.

    A run keeps its place while it is deferred: to the tenant it is going on.

    Args:
        runner: The file. How many runs of a tenant may go on at once it says for all of them.
    """
    slots = runner.spec.orchestrator.concurrency_per_tenant
    return {
        pool_of(tenant): Pool(slots=slots, description=f"Runs of the tenant {tenant} at once", include_deferred=True)
        for tenant in sorted({each.tenant for each in runner.schedules})
    }
