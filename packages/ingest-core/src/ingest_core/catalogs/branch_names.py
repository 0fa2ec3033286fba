"""Names of the branches that runs make on Nessie: ``ingest/<tenant>/<job>/<run_id>``, and more behind it.

A branch's name is where its run can be found by: Nessie 0.99 writes it into the message of the merge, and nothing of
ours besides. Source: Nessie, ``org.projectnessie.model.Validation``, ``REF_NAME_REGEX``: a letter, then letters, digits
and any of ``./_-``, without ``..``.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from datetime import UTC, datetime

from ingest_core.ports import RunContext

_OF_A_RUN = re.compile(r"(\d{8}T\d{6}Z)-[0-9a-f]{32}(-\d+)?(/create-[0-9a-f]{8})?")
_BEGAN = "%Y%m%dT%H%M%SZ"


def run_branch(context: RunContext, attempt: int = 1) -> str:
    """Name the branch on which a run works.

    Args:
        context: Whose run it is.
        attempt: The how manieth branch it is: a merge that comes late must not meet another branch under its name.
    """
    return f"{_of_job(context)}{context.run_id}{f'-{attempt}' if attempt > 1 else ''}"


def creation_branch(context: RunContext) -> str:
    """Name a throw-away branch on which a run makes a table."""
    return f"{run_branch(context)}/create-{uuid.uuid4().hex[:8]}"


def began(context: RunContext, branch: str) -> datetime | None:
    """Tell when the run of a branch began, by the run's id; ``None`` when it is no branch of this very job."""
    prefix = _of_job(context)
    found = _OF_A_RUN.fullmatch(branch.removeprefix(prefix)) if branch.startswith(prefix) else None
    if found is None:
        return None
    try:
        return datetime.strptime(found[1], _BEGAN).replace(tzinfo=UTC)
    except ValueError:
        return None


def _of_job(context: RunContext) -> str:
    return "/".join(["ingest", *map(_part, [context.tenant, *context.job.split("/")]), ""])


def _part(name: str) -> str:
    """Write a name without ``..``, which tenants and jobs may have and branches may not; a digest tells them apart."""
    if ".." not in name:
        return name
    return f"{re.sub(r'[.]{2,}', '.', name)}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
