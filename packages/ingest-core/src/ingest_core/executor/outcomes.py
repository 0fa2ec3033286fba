"""What the objects of a run are reported to be when their tables are published together."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest_core.errors import IngestError, TransientError
from ingest_core.executor.parts import Parts
from ingest_core.executor.progress import Progress
from ingest_core.executor.publication import Standing
from ingest_core.ports import Branch
from ingest_core.report import ObjectReport


@dataclass
class Try:
    """An object of this run.

    Args:
        progress: What was committed of it, on the branch.
        report: What is to be told of it.
    """

    progress: Progress
    report: ObjectReport


def withhold(branch: Branch, tries: Sequence[Try]) -> None:
    """Publish nothing, since an object failed. Its branch stays for a look, if there is anything on it."""
    failed = [each for each in tries if each.report.status not in ("committed", "unchanged")]
    if not any(each.progress.commits for each in tries):
        branch.drop()
    text = (
        f"not published, since {', '.join(each.report.name for each in failed)} failed: tables that are published "
        f"together show all that a run landed, or nothing; for a look it is on the branch {branch.name}"
    )
    for each in tries:
        own = each.report
        if each in failed:
            each.report = _failed(own, own.error or text, own.error_type)
        elif own.status == "committed":
            each.report = _failed(own, text, failed[0].report.error_type)


def fail(tries: Sequence[Try], text: str, error_type: str) -> None:
    """Report of what was landed that it was not published, or that nobody can tell."""
    for each in tries:
        if each.report.status == "committed":
            each.report = _failed(each.report, text, error_type)


def _failed(report: ObjectReport, text: str, error_type: str | None) -> ObjectReport:
    """Report that nothing of an object shows."""
    return ObjectReport(report.name, report.table, "failed", seconds=report.seconds, error=text, error_type=error_type)


def tell(parts: Parts, tried: Try, standing: Standing | None) -> None:
    """Report an object of a run that was published as it was landed last, and note that its commit shows."""
    progress, seconds = tried.progress, tried.report.seconds
    if standing in ("before", "elsewhere"):
        text = "it was published, and is gone again: the table was dropped or rolled back; run again"
        tried.report = _failed(tried.report, text, TransientError.__name__)
        return
    tried.report = replace(progress.report(), seconds=seconds, commit=_merge_of(parts, progress))
    try:
        for landed in progress.commits:
            progress.shown(parts, landed)
    except OSError as error:
        text = f"the table was published, and that could not be noted in state/targets: {error}"
        tried.report = replace(progress.failure(text, error), seconds=seconds)


def _merge_of(parts: Parts, progress: Progress) -> str | None:
    """Give what the catalog calls the commit that shows an object: the merge, not what it merged."""
    with contextlib.suppress(IngestError):  # the object shows, whatever can be told of it now
        table = parts.catalog.load(progress.planned.table)
        return table.commit if table else None
    return None
