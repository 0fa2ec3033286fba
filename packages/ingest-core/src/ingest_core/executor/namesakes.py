"""Finds positions that the same source reached by another name: of a job, or of an object, that was renamed."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from ingest_core.errors import JobError
from ingest_core.planner import ObjectPlan
from ingest_core.ports import Table
from ingest_core.state import StateKey, readable, states_in


def namesakes(planned: ObjectPlan, table: Table) -> list[StateKey]:
    """List whose positions are those of an object's own source, under other names.

    An object that names where its rows are (``path``) is the same by whatever name; of one that does not, the name
    itself says what is read.

    Args:
        planned: The object.
        table: The table that it lands in.
    """
    own = planned.state_key
    others = [(key, text) for key, text in states_in(table.properties).items() if key != own]
    return [key for key, text in others if key.tenant == own.tenant and _is_same_source(planned, key, text)]


def _is_same_source(planned: ObjectPlan, key: StateKey, text: str) -> bool:
    if key.stream != planned.name and planned.settings.get("path") is None:
        return False
    # What another job's position has come to, corrupt or newer than this release, is that job's trouble.
    with contextlib.suppress(JobError):
        state = readable(text, key)
        return state is not None and _unnamed(state.job_hash, key.stream) == _unnamed(planned.job_hash, planned.name)
    return False


def _unnamed(job_hash: Mapping[str, str], name: str) -> dict[str, str]:
    """Give a job's digests by keys that do not say the object's name."""
    return {part.replace(f"source.objects.{name}.", "source.objects.*.", 1): said for part, said in job_hash.items()}
