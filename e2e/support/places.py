"""Tells a run's requests to Nessie apart by what they are for."""

from __future__ import annotations

from e2e.support.exchange import Exchange, Matches

CREATING = "create-"
"""What the name of the branch begins with on which a new table is made, in its last part."""


def commit_to(table: str) -> Matches:
    """Mean the commits to a table, its first and empty snapshot apart."""
    return lambda each: each.method == "POST" and _is_of(each, table) and CREATING not in each.path


def first_snapshot_of(table: str) -> Matches:
    """Mean the first and empty snapshot of a new table."""
    return lambda each: each.method == "POST" and _is_of(each, table) and CREATING in each.path


def load_of(table: str) -> Matches:
    """Mean what loads a table."""
    return lambda each: each.method == "GET" and _is_of(each, table)


def is_merge(exchange: Exchange) -> bool:
    """Tell whether it merges a branch: that of a new table, or that of a publication."""
    return exchange.method == "POST" and "/merge?" in exchange.path


def is_publication(exchange: Exchange) -> bool:
    """Tell whether it merges the branch of a run."""
    return is_merge(exchange) and CREATING not in exchange.body.decode()


def _is_of(exchange: Exchange, table: str) -> bool:
    return exchange.path.split("?")[0].endswith(f"/tables/{table}")
