"""What the objects of a run are reported to be when their tables are published together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest_core.errors import TransientError
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
    """Note that an object's commit shows, and report it as it was made last."""
    if standing == "mine":
        tried.progress.shown(parts, tried.progress.commits[-1])
    if standing in ("mine", None):
        tried.report = replace(tried.progress.report(), seconds=tried.report.seconds)
        return
    text = "it was published, and is gone again: the table was dropped or rolled back; run again"
    tried.report = _failed(tried.report, text, TransientError.__name__)
