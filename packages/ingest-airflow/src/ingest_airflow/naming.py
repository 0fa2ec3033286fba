"""Names of Airflow's things."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest_core.plugin import TableName

LONGEST_TAG = 100
"""Characters of a DAG's tag. Source: airflow.models.dag.TAG_MAX_LEN."""


def pool_of(tenant: str) -> str:
    """Give the pool in which the runs of a tenant wait for one another."""
    return f"tenant_{tenant}"


def asset_name(tenant: str, table: TableName) -> str:
    """Give the name of a table's asset: the same parts as its key has in other orchestrators."""
    return f"{tenant}/{table.namespace}/{table.table}"


def dag_tags(tenant: str, said: Mapping[str, str]) -> set[str]:
    """Give a DAG's tags: the tenant, and what the schedule says as ``name:value``, cut where Airflow refuses more."""
    return {text[:LONGEST_TAG] for text in (tenant, *(f"{name}:{value}" for name, value in said.items()))}
