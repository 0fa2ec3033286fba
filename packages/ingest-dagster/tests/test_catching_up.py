"""What a schedule missed while Dagster was down: one run makes up for all of it.

Time goes as the test wants, so it drives Dagster's scheduler from within.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dagster import DagsterInstance
from dagster._core.scheduler import DagsterDaemonScheduler
from dagster._core.test_utils import create_test_daemon_workspace_context, freeze_time
from dagster._core.workspace.load_target import ModuleTarget
from dagster._scheduler.scheduler import launch_scheduled_runs
from ingest_core.plugin import Launch
from ingest_dagster.instance import write_instance

NOON = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


def test_after_a_pause_one_run_is_started_of_the_latest_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent / "support"))  # a process of its own loads it
    (tmp_path / "runner.yaml").write_text("runner: {orchestrator: {schedules: []}}\n", encoding="utf-8")
    folder = write_instance(Launch(tmp_path / "runner.yaml", tmp_path))
    target = ModuleTarget("hourly_location", None, str(tmp_path), "ingest")
    with (
        DagsterInstance.from_config(str(folder)) as instance,
        create_test_daemon_workspace_context(target, instance) as workspace,
    ):
        for moment in (NOON, NOON + timedelta(hours=1), NOON + timedelta(hours=9)):
            with freeze_time(moment):
                scheduler = instance.scheduler
                assert isinstance(scheduler, DagsterDaemonScheduler)
                list(
                    launch_scheduled_runs(
                        workspace,
                        logging.getLogger(__name__),
                        moment,
                        iteration_times={},
                        max_catchup_runs=scheduler.max_catchup_runs,
                        max_tick_retries=scheduler.max_tick_retries,
                    )
                )
        times = sorted(run.tags[".dagster/scheduled_execution_time"] for run in instance.get_runs())
    assert times == ["2026-03-01T13:00:00+00:00", "2026-03-01T21:00:00+00:00"]
