"""Holds what a job says of incremental loads against what its connector declares."""

from __future__ import annotations

from collections.abc import Iterator

from ingest_core.documents import nearest
from ingest_core.errors import Fault, JobError, Key
from ingest_core.job import Job
from ingest_core.job_checks import declared
from ingest_core.ports import ObjectFacts
from ingest_core.registry import load_connectors

_MERGED = ("merge", "history")


def strategy_faults(job: Job) -> list[Fault]:
    """Find strategies that the connector does not have, or that do not fit how rows land, and keys that nobody says.

    Args:
        job: The job; names that are wrong by themselves are told elsewhere.
    """
    return [
        fault
        for name, facts in _declared_objects(job)
        for fault in (*_strategy_faults(job, name, facts), *_key_faults(job, name, facts))
    ]


def _declared_objects(job: Job) -> Iterator[tuple[str, ObjectFacts | None]]:
    """List the job's objects that are declared; all of them, without facts, where only the system knows its objects."""
    try:
        entry = load_connectors(job.home).get(job.spec.source.connector)
        if entry is None or "source" not in entry.roles:
            return
        known = declared(job.spec.source.connector, job.home, job.spec.engine or entry.engine)
    except JobError:  # told where names are checked
        return
    for name in job.objects:
        if known is None or name in known.objects:
            yield name, known.objects[name] if known else None


def _strategy_faults(job: Job, name: str, facts: ObjectFacts | None) -> Iterator[Fault]:
    wanted = job.incremental(name).strategy
    if wanted is None:
        return
    own = job.objects[name].incremental
    common: Key = ("source", "incremental", "strategy")
    key = ("source", "objects", name, "incremental", "strategy") if own and own.strategy else common
    if facts is None or not facts.strategies:
        mend = "leave it out: the object is gone on with by itself"
        yield Fault(f"{name} has no strategies to choose from", mend, key)
    elif wanted not in facts.strategies:
        close = nearest(wanted, facts.strategies)
        mend = f"did you mean {close!r}?" if close else f"it has {', '.join(facts.strategies)}"
        yield Fault(f"{name} has no strategy {wanted!r}", mend, key)
    elif facts.strategies[wanted] and job.write_mode(name) not in _MERGED:
        yield Fault(f"by {wanted!r} rows of {name} come again when they change", "say `write: merge`", key)


def _key_faults(job: Job, name: str, facts: ObjectFacts | None) -> Iterator[Fault]:
    """Refuse to merge rows that nothing tells apart, as far as it is known before the system is asked."""
    mode = job.write_mode(name)
    has_asset = (job.objects[name].asset or job.spec.asset) is not None
    is_unknown = has_asset and name not in job.contracts  # what is wrong with it is told by itself
    if facts is not None and mode in _MERGED and not facts.key and not job.key(name) and not is_unknown:
        mend = "say `key: [id]`, the columns that tell rows apart"
        yield Fault(f"{mode} needs a key, and {name} declares none", mend, ("source", "objects", name))
