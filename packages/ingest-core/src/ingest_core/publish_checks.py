"""Refuses to show tables together that cannot be; whether a server has branches is known once it is reached."""

from __future__ import annotations

from ingest_core.errors import Fault
from ingest_core.job import Job
from ingest_core.ports import OpenCatalog
from ingest_core.registry import load_plugin


def publish_faults(job: Job) -> list[Fault]:
    """Hold ``publish: together`` against the rest of a job.

    Raises:
        JobError: The catalog's adapter is not installed.
    """
    if job.spec.publish == "each":
        return []
    parts = [name for name, spec in job.objects.items() if spec.commit_every]
    faults = [
        Fault(
            "a load that is committed in parts cannot be shown at one moment with other tables",
            "leave it out, or say `publish: each`",
            ("source", "objects", name, "commit_every"),
        )
        for name in parts
    ]
    opener: OpenCatalog = load_plugin("ingest.catalogs", job.catalog)
    if not opener.may_have_branches:
        mend = "say `publish: each`, or name a Nessie server in target.catalog"
        faults.append(
            Fault(f"the {job.catalog} catalog has no branches to show tables together by", mend, ("publish",))
        )
    return faults
