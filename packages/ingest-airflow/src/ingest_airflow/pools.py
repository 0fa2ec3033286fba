"""Makes the pools in which tenants' runs wait, and keeps them as the runner file says."""

from __future__ import annotations

from collections.abc import Iterable

from airflow.models.pool import Pool

from ingest_airflow.naming import pool_of


def make_pools(tenants: Iterable[str], slots: int) -> None:
    """Make each tenant's pool, or set its slots. Pools of tenants that left are let be: a task may still wait there.

    Args:
        tenants: Their names.
        slots: Runs of one tenant at once.
    """
    for tenant in sorted(tenants):
        Pool.create_or_update_pool(
            pool_of(tenant),
            slots=slots,
            description=f"Runs of {tenant}: `concurrency_per_tenant` of the runner file. Set anew at each start.",
            include_deferred=True,
        )
