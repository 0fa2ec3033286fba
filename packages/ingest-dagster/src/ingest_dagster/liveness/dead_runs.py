"""Ends, in Dagster's records, the runs whose process was killed: else each holds its tenant's place for ever.

Dagster's own code server does so for a process that dies while it lives itself; nobody does when both die, as with
their container. Why it is done here: docs/decisions/2026-11-27-dead-runs.md.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from dagster import DagsterInstance, DagsterRun, DagsterRunStatus, DefaultRunLauncher, RunRecord, RunsFilter

from ingest_dagster.liveness.locks import lives, lock_files

BEGINNING = timedelta(minutes=2)
"""How long after its record last changed a run is believed to live that holds no lock yet."""

_GOING_ON = [DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]

KILLED = (
    "The process of this run is gone and left no word: it was killed, or its container or machine was. What it had "
    "committed stands, nothing else does. The next start of the job, by its schedule or by hand, goes on from there."
)


def end_dead_runs(instance: DagsterInstance, home: Path, beginning: timedelta = BEGINNING) -> list[str]:
    """Record as failed each run whose process lives no more; as canceled, where somebody had asked for that.

    Runs that another launcher than Dagster's default one starts (Docker, Kubernetes) are left to that one: their
    processes are elsewhere. Runs in the queue have no process: they stay there, and are started.

    Args:
        instance: Whose runs they are; all of them are ours.
        home: The home folder.
        beginning: How long after its record last changed a run is let be that holds no lock yet.

    Returns:
        Their ids.
    """
    # A launcher made of the default one may start its runs elsewhere.
    if type(instance.run_launcher) is not DefaultRunLauncher:
        return []
    before = datetime.now(UTC) - beginning
    records = instance.get_run_records(RunsFilter(statuses=_GOING_ON))
    dead = [record.dagster_run.run_id for record in records if _is_dead(record, home, before)]
    ended = [run_id for run_id in dead if _end(instance, run_id)]
    _remove_idle_locks(instance, home)
    return ended


def _is_dead(record: RunRecord, home: Path, before: datetime) -> bool:
    living = lives(home, record.dagster_run.run_id)
    if living is None:
        return record.update_timestamp <= before
    return not living


def _end(instance: DagsterInstance, run_id: str) -> bool:
    # Read again: a process writes its run's last words before it ends, so what stands there now is the last of it.
    run = instance.get_run_by_id(run_id)
    if run is None or run.status not in _GOING_ON:
        return False
    if run.status is DagsterRunStatus.CANCELING:
        instance.report_run_canceled(run, KILLED)
    else:
        instance.report_run_failed(run, KILLED)
    return True


def _remove_idle_locks(instance: DagsterInstance, home: Path) -> None:
    for run_id, path in lock_files(home):
        if not lives(home, run_id) and _is_over(instance.get_run_by_id(run_id)):
            path.unlink(missing_ok=True)


def _is_over(run: DagsterRun | None) -> bool:
    return run is None or run.is_finished
