"""The settings of Dagster's instance: what keeps promises is there, a person's own are laid over, breaches refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from dagster._core.instance.config import (  # what Dagster takes is told nowhere else
    dagster_instance_config,
    dagster_instance_config_schema,
)
from ingest_core import JobError
from ingest_core.plugin import Launch
from ingest_dagster.instance import write_instance, write_workspace
from ingest_dagster.instance.own_settings import KEYS

RUNNER = """\
runner:
  orchestrator:
    schedules:
      - {name: one, maintain: acme, cron: "0 * * * *", max_concurrent_runs: 3}
"""
PASSWORD = "sw0rdfish"  # noqa: S105  # no account has it


def written(home: Path, own: str | None = None, **launch: object) -> dict[str, object]:
    """Write the instance's file, and read it as Dagster does."""
    (home / "configs").mkdir(exist_ok=True)
    (home / "configs" / "runner.yaml").write_text(RUNNER, encoding="utf-8")
    if own is not None:
        (home / "configs" / "dagster.yaml").write_text(own, encoding="utf-8")
    folder = write_instance(Launch(home / "configs" / "runner.yaml", home, **launch))  # type: ignore[arg-type]
    content, _ = dagster_instance_config(str(folder))  # refuses what Dagster does not take
    assert content
    said: dict[str, object] = yaml.safe_load((folder / "dagster.yaml").read_text(encoding="utf-8"))
    return said


def test_runs_of_a_tenant_and_of_a_schedule_are_limited(tmp_path: Path) -> None:
    assert written(tmp_path, concurrency_per_tenant=2)["concurrency"] == {
        "pools": {"granularity": "run", "default_limit": 2},
        "runs": {"tag_concurrency_limits": [{"key": "ingest/schedule", "value": "one", "limit": 3}]},
    }


def test_the_database_is_named_and_its_password_is_in_no_file(tmp_path: Path) -> None:
    said = written(tmp_path, database=f"postgresql://dagster:{PASSWORD}@db/dagster")
    assert said["storage"] == {"postgres": {"postgres_url": {"env": "INGEST_DAGSTER_DATABASE"}}}
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if PASSWORD in path.read_text(encoding="utf-8")]


def test_files_are_for_their_owner_alone_and_none_is_left_half_written(tmp_path: Path) -> None:
    written(tmp_path)
    folder = tmp_path / "state" / "dagster"
    write_workspace(folder, ("127.0.0.1", 4000), "a_module")
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        "dagster.yaml": 0o600,
        "workspace.yaml": 0o600,
    }


def test_a_persons_own_settings_are_laid_over_key_by_key(tmp_path: Path) -> None:
    own = """\
concurrency: {runs: {max_concurrent_runs: 4, tag_concurrency_limits: [{key: api, value: slow, limit: 1}]}}
run_monitoring: {start_timeout_seconds: 900}
"""
    said = written(tmp_path, own)
    assert said["concurrency"]["runs"] == {  # type: ignore[index]
        "max_concurrent_runs": 4,
        "tag_concurrency_limits": [
            {"key": "ingest/schedule", "value": "one", "limit": 3},
            {"key": "api", "value": "slow", "limit": 1},
        ],
    }
    assert said["run_monitoring"]["start_timeout_seconds"] == 900  # type: ignore[index]
    assert said["run_monitoring"]["enabled"] is True  # type: ignore[index]


@pytest.mark.parametrize(
    "own",
    [
        "concurrency:\n  # runs: {max_concurrent_runs: 20}\n",
        "concurrency: {pools: }\n",
        "concurrency: {pools: {default_limit: , granularity: }}\n",
        "concurrency: {runs: {tag_concurrency_limits: }}\nrun_queue:\nrun_coordinator:\n",
    ],
)
def test_a_key_with_nothing_behind_it_says_nothing(tmp_path: Path, own: str) -> None:
    assert written(tmp_path, own) == written(tmp_path, "")


def test_a_class_of_a_persons_own_takes_the_place_of_ours_as_a_whole(tmp_path: Path) -> None:
    own = "scheduler: {module: dagster.core.scheduler, class: DagsterDaemonScheduler, config: {max_tick_retries: 1}}\n"
    assert written(tmp_path, own)["scheduler"]["config"] == {"max_tick_retries": 1}  # type: ignore[index]


def test_what_would_break_a_promise_is_refused_all_at_once_with_place_and_mend(tmp_path: Path) -> None:
    own = """\
run_lancher: {module: dagster_docker, class: DockerRunLauncher}
concurrency:
  pools:
    granularity: op
    default_limit: 9
run_coordinator: {module: dagster.core.run_coordinator, class: DefaultRunCoordinator}
run_retries: {enabled: true}
"""
    with pytest.raises(JobError) as told:
        written(tmp_path, own)
    text = str(told.value)
    file = tmp_path / "configs" / "dagster.yaml"
    assert f"{file}:1:1: run_lancher: Dagster has no such setting\n  mend: did you mean `run_launcher`?" in text
    assert f"{file}:4:5: concurrency.pools.granularity: a tenant's place is held by whole runs" in text
    assert f"{file}:5:5: concurrency.pools.default_limit" in text
    assert "set `concurrency_per_tenant` there" in text
    assert f"{file}:6:1: run_coordinator: the queue is what keeps the runs of a tenant apart" in text
    assert f"{file}:7:1: run_retries: a run that failed would be run again" in text


def test_records_are_in_one_place_only(tmp_path: Path) -> None:
    own = "storage: {sqlite: {base_dir: /elsewhere}}\n"
    assert written(tmp_path, own)["storage"] == {"sqlite": {"base_dir": "/elsewhere"}}
    with pytest.raises(JobError, match="say it in one of the two"):
        written(tmp_path, own, database="postgresql://db/dagster")


@pytest.mark.parametrize(("own", "told"), [("[1]", "must hold keys and values"), ("a: [", "no YAML that can be read")])
def test_a_file_that_is_no_mapping_is_told(tmp_path: Path, own: str, told: str) -> None:
    with pytest.raises(JobError, match=told):
        written(tmp_path, own)


def test_an_empty_file_says_nothing(tmp_path: Path) -> None:
    assert written(tmp_path, "# nothing yet\n") == written(tmp_path)


SHOWN = re.findall(
    r"^```yaml\n# configs/dagster.yaml\n(.*?)^```",
    (Path(__file__).parents[3] / "docs" / "dagster-split.md").read_text(encoding="utf-8"),
    re.MULTILINE | re.DOTALL,
)


@pytest.mark.parametrize("own", SHOWN)
def test_dagster_takes_what_the_page_shows(tmp_path: Path, own: str) -> None:
    assert len(SHOWN) == 3
    said = written(tmp_path, own)
    assert set(yaml.safe_load(own)) <= set(said)


def test_the_settings_that_are_known_are_dagsters() -> None:
    assert set(dagster_instance_config_schema()) == KEYS
