"""The requests of a run at which something can go wrong."""

from __future__ import annotations

from collections.abc import Mapping

from proof.network.exchange import Exchange, Matches

_ON_TABLE = "/tables/orders"
_CREATING = "create-"


def _commit(exchange: Exchange) -> bool:
    return exchange.method == "POST" and exchange.path.endswith(_ON_TABLE) and _CREATING not in exchange.path


def _first_snapshot(exchange: Exchange) -> bool:
    return exchange.method == "POST" and exchange.path.endswith(_ON_TABLE) and _CREATING in exchange.path


def _merge(exchange: Exchange) -> bool:
    return exchange.method == "POST" and "/merge?" in exchange.path


def _branch(exchange: Exchange) -> bool:
    return exchange.method == "POST" and "/trees/tree?" in exchange.path


def _load(exchange: Exchange) -> bool:
    return exchange.method == "GET" and exchange.path.endswith(_ON_TABLE)


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
    "merge": _merge,
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
