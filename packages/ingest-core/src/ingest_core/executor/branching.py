"""Which branch a run works for: the one that the job names, made first where the job says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest_core.executor.start import Start
from ingest_core.ports import OpenCatalog, WantedBranch


def target_branch(open_catalog: OpenCatalog, properties: Mapping[str, Any], start: Start, *, make: bool) -> str | None:
    """Give the branch to open.

    Args:
        open_catalog: Opens the job's catalog.
        properties: Its properties, secrets filled in.
        start: The run.
        make: Whether a branch that is not there may be made.

    Returns:
        The job's branch; the one that it would be made from, where it is not there and is not to be made; ``None`` for
        the catalog's own choice.

    Raises:
        JobError: There is nothing to make it from, or the catalog has no branches.
        TransientError: The catalog does not answer.
    """
    target = start.plan.job.spec.target
    if target.branch is None or target.branch_from is None:
        return target.branch
    wanted = WantedBranch(target.branch, target.branch_from)
    return open_catalog.settle(properties, wanted, start.context, make=make)
