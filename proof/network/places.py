"""The requests of a run at which something can go wrong."""

from __future__ import annotations

from collections.abc import Mapping

from e2e.support.exchange import Exchange, Matches
from e2e.support.places import commit_to, first_snapshot_of, is_merge, load_of

_commit, _first_snapshot, _load = commit_to("orders"), first_snapshot_of("orders"), load_of("orders")


def _branch(exchange: Exchange) -> bool:
    return exchange.method == "POST" and "/trees/tree?" in exchange.path


def _config(exchange: Exchange) -> bool:
    return exchange.method == "GET" and "/v1/config" in exchange.path


def _ending(method: str, end: str) -> Matches:
    return lambda exchange: exchange.method == method and exchange.path.split("?")[0].endswith(end)


def _read_back() -> Matches:
    """Mean the loads behind a commit."""
    committed = False

    def matches(exchange: Exchange) -> bool:
        nonlocal committed
        committed = committed or _commit(exchange)
        return committed and _load(exchange)

    return matches


PLACES: Mapping[str, Matches] = {
    "commit": _commit,
    "merge": is_merge,
    "make namespace": _ending("POST", "/namespaces"),
    "make branch": _branch,
    "make table": _ending("POST", "/tables"),
    "first snapshot": _first_snapshot,
    "drop branch": lambda exchange: exchange.method == "DELETE",
    "read config": _config,
    "load table": _load,
    "read branch": lambda exchange: exchange.method == "GET" and "/trees/tree/" in exchange.path,
}
"""Requests by what they are for. A merge is that of a new table, or that of a publication."""


def place(name: str) -> Matches:
    """Give what tells requests of a place from others: one of :data:`PLACES`, or ``read back``."""
    return _read_back() if name == "read back" else PLACES[name]
