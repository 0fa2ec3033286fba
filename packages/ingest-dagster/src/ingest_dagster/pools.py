"""Makes the pools known to Dagster in which tenants' runs wait, before the first of them waits there."""

from __future__ import annotations

from dagster import AssetsDefinition, DagsterInstance, Definitions, JobDefinition


def make_pools(definitions: Definitions) -> None:
    """Record each pool that definitions name, with the limit that Dagster's settings give, where it is not there yet.

    Dagster makes a pool when the first run that names it is taken from the queue, and holds that one, and all that
    wait beside it at the moment, to no limit: it read which pools there are before it made this one (dagster 1.13,
    ``GlobalOpConcurrencyLimitsCounter``). So three runs of a new tenant would all start at once.

    Args:
        definitions: What a code server gives.
    """
    with DagsterInstance.get() as instance:
        storage = instance.event_log_storage
        for pool in _named(definitions) - storage.get_concurrency_keys():
            storage.initialize_concurrency_limit_to_default(pool)


def _named(definitions: Definitions) -> set[str]:
    assets = (each.op.pools for each in definitions.assets or () if isinstance(each, AssetsDefinition))
    jobs = (each.graph.pools for each in definitions.jobs or () if isinstance(each, JobDefinition))
    return {pool for pools in (*assets, *jobs) for pool in pools}
