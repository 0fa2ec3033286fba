"""What a report means to Dagster: which errors a person must mend, and how a failure reads."""

from __future__ import annotations

import dagster as dg
from ingest_core import Report


def failure_of(report: Report) -> dg.Failure:
    """Give the failure of a run that was no success. The step around it masks what it says.

    Dagster does not try it again: what passes was tried as often as the job's ``retry`` says, object by object, and
    what is left waits for the next slot, or for a person.

    Args:
        report: The run's report.
    """
    metadata = {
        "outcome": report.outcome.name.lower(),
        "error_types": ", ".join(report.error_types),
        "run_id": report.run_id,
    }
    return dg.Failure(report.told(), metadata=metadata, allow_retries=False)
