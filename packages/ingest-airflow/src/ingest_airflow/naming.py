"""Names of Airflow's things."""

from __future__ import annotations


def pool_of(tenant: str) -> str:
    """Give the pool in which the runs of a tenant wait for one another."""
    return f"tenant_{tenant}"


def asset_name(tenant: str, namespace: str, table: str) -> str:
    """Give the name of a table's asset: the same parts as its key has in other orchestrators."""
    return f"{tenant}/{namespace}/{table}"
