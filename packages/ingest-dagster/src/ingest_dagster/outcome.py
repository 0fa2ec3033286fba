"""What a report means to Dagster: which errors a person must mend, and how a failure reads."""

from __future__ import annotations

import dagster as dg
from ingest_core import Outcome, Report


def failure_of(report: Report) -> dg.Failure:
    """Give the failure of a run that was no success. The step around it masks what it says.

    Dagster does not try it again: what passes was tried as often as the job's ``retry`` says, object by object, and
    what is left waits for the next slot, or for a person.

    Args:
        report: The run's report.
    """
    failed = [each for each in report.objects if each.status in ("failed", "partial")]
    lines = [f"{each.name} ({each.table}): {each.status}: {each.error}" for each in failed]
    beginning = "nothing was committed" if report.outcome is Outcome.FAILURE else "only a part was committed"
    text = "\n".join([beginning, *([report.error] if report.error else []), *lines])
    kinds = sorted({kind for kind in (report.error_type, *(each.error_type for each in failed)) if kind})
    metadata = {"outcome": report.outcome.name.lower(), "error_types": ", ".join(kinds), "run_id": report.run_id}
    return dg.Failure(text, metadata=metadata, allow_retries=False)
