"""Makes the pools in which tenants' runs wait, and keeps them as the runner file says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.models.pool import Pool
from sqlalchemy.exc import IntegrityError

from ingest_airflow.tenant_pools import tenant_pools

if TYPE_CHECKING:
    from ingest_core import RunnerPlan


def make_pools(runner: RunnerPlan) -> list[str]:
    """Make each tenant's pool, or set its slots. Pools of tenants that left are let be: a task may still wait there.

    Args:
        runner: The runner file.

    Returns:
        Their names.
    """
    pools = tenant_pools(runner)
    for name, pool in pools.items():
        try:
            Pool.create_or_update_pool(name, **pool)
        except IntegrityError:  # another service made it at the same moment, and now it is set
            Pool.create_or_update_pool(name, **pool)
    return list(pools)
