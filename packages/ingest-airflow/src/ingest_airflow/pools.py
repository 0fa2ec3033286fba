"""Makes the pools in which tenants' runs wait, and keeps them as the runner file says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.models.pool import Pool

from ingest_airflow.tenant_pools import tenant_pools

if TYPE_CHECKING:
    from ingest_core import RunnerPlan


def make_pools(runner: RunnerPlan) -> None:
    """Make each tenant's pool, or set its slots. Pools of tenants that left are let be: a task may still wait there.

    Args:
        runner: The runner file.
    """
    for name, pool in tenant_pools(runner).items():
        Pool.create_or_update_pool(name, **pool)
