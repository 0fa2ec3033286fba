"""What the image has as `airflow`: today's command with the deployment's settings, also for lines of before."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from ingest_airflow.commands import airflow
from ingest_airflow.commands.known_secrets import knowing
from ingest_airflow.commands.older import in_todays_words
from ingest_airflow.commands.serving import runs_already
from ingest_core import service_locks
from process_trees import descent, kill_all_of
from runner_files import runner_file
from waiting import until

PASSWORD = "hunter2-sesame-street"  # noqa: S105  # of nobody
URL = f"postgresql://airflow:{PASSWORD}@127.0.0.1:9/airflow"


class Become(Exception):  # noqa: N818  # no error: it stands for the end of this program
    """The process became another one."""


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Types a line in a home folder, and gives what stands behind `python` in the one that it becomes."""
    for name in ("AIRFLOW_HOME", "INGEST_RUNNER_FILE", "INGEST_API_SERVER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("INGEST_HOME", str(tmp_path))

    def execve(_: str, line: list[str], environment: dict[str, str]) -> None:
        raise Become(line[1:], environment)

    monkeypatch.setattr(os, "execve", execve)

    def become(*arguments: str) -> list[str]:
        with pytest.raises(Become) as became:
            airflow.main(arguments)
        line: list[str] = became.value.args[0]
        return line

    return become


@pytest.mark.parametrize(
    ("older", "todays"),
    [
        ("db init", "ingest prepare"),
        ("db upgrade --to-version 3.3.2", "db migrate --to-version 3.3.2"),
        ("webserver --port 8080 --hostname=0.0.0.0 -D", "api-server --port 8080 --host=0.0.0.0 -D"),
        ("scheduler --num-runs 3", "scheduler --num-runs 3"),
        ("db check", "db check"),
        ("", ""),
    ],
)
def test_an_older_line_is_said_in_todays_words(older: str, todays: str) -> None:
    assert in_todays_words(older.split()) == todays.split()


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("webserver --port 8099", ["--only", "api-server", "--port", "8099"]),
        ("api-server -p 8099 -H 0.0.0.0", ["--only", "api-server", "--host", "0.0.0.0", "--port", "8099"]),  # noqa: S104  # as in a container
        ("scheduler", ["--only", "scheduler"]),
        ("triggerer", ["--only", "triggerer"]),
        ("dag-processor", ["--only", "dag-processor"]),
        ("standalone", []),
    ],
)
def test_what_serves_is_a_service_of_ours(
    typed: Callable[..., list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    line: str,
    options: list[str],
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    file = runner_file(tmp_path)
    begun = ["-m", "ingest_cli", "start", "orchestrated", "--runner-config", str(file), "--home", str(tmp_path)]
    assert typed(*line.split()) == [*begun, *options]


def test_options_of_airflows_own_are_left_to_airflow(typed: Callable[..., list[str]], tmp_path: Path) -> None:
    runner_file(tmp_path)
    line = ["--port", "8099", "--workers", "2"]
    assert typed("webserver", *line) == ["-m", "ingest_airflow.commands.held", "api-server", *line]
    assert (tmp_path / "state" / "airflow" / "airflow.cfg").exists()


@pytest.mark.usefixtures("typed")
@pytest.mark.parametrize("said", ["-D", "--daemon", "--daem"])
def test_a_daemon_which_would_keep_no_lock_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], said: str
) -> None:
    runner_file(tmp_path)
    assert airflow.main(["scheduler", said]) == 2
    told = capsys.readouterr().err
    assert "airflow scheduler: a daemon of Airflow's (-D) could be started twice on this state folder\n  mend: " in told
    assert not (tmp_path / "state" / "airflow" / "airflow.cfg").exists()


@pytest.mark.parametrize(
    "line", ["variables set version 3", "variables set greeting -- --help", "connections add cheat-sheet"]
)
def test_a_word_of_what_is_set_drops_no_settings(typed: Callable[..., list[str]], tmp_path: Path, line: str) -> None:
    runner_file(tmp_path)
    assert typed(*line.split()) == ["-m", "airflow", *line.split()]
    assert (tmp_path / "state" / "airflow" / "airflow.cfg").exists()


@pytest.mark.parametrize("line", ["version", "cheat-sheet", "--help", "dags list -h", "scheduler --help"])
def test_what_is_only_told_needs_no_settings(typed: Callable[..., list[str]], tmp_path: Path, line: str) -> None:
    assert typed(*line.split()) == ["-m", "airflow", *line.split()]
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("line", ["webserver --port 8080", "api-server", "api-server -w 2"])
def test_what_runs_already_is_told_and_not_started(
    typed: Callable[..., list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    runner_file(tmp_path)
    with service_locks(tmp_path, ["api-server"]):
        assert airflow.main(line.split()) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert re.fullmatch(
        r"airflow api-server: the service 'api-server' runs already on this state folder: process \d+ on \S+, since "
        r"\S+; nothing was started\n",
        told.err,
    )
    assert typed("api-server", "-w", "2")


def test_all_at_once_run_already_only_when_each_does(
    typed: Callable[..., list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    runner_file(tmp_path)
    with service_locks(tmp_path, ["api-server"]):
        assert "orchestrated" in typed("standalone")
    with service_locks(tmp_path, ["api-server", "scheduler", "dag-processor", "triggerer"]):
        assert airflow.main(["standalone"]) == 0
    assert capsys.readouterr().err.count("nothing was started") == 4


def test_users_are_told_where_the_password_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("INGEST_HOME", str(tmp_path))
    runner_file(tmp_path)
    assert airflow.main(["users", "create", "--username", "bob", "--password", PASSWORD]) == 2
    told = capsys.readouterr().err
    assert f"whose password lies in {tmp_path}/state/airflow/passwords.json" in told
    assert PASSWORD not in told


@pytest.mark.usefixtures("typed")
@pytest.mark.parametrize(
    ("orchestrator", "told"),
    [
        (None, "and there is no runner file {home}/configs/runner.yaml\n  mend: write one there"),
        ("dagster", "names the orchestrator 'dagster'\n  mend: write `type: airflow` there"),
    ],
)
def test_where_nothing_was_started_it_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], orchestrator: str | None, told: str
) -> None:
    if orchestrator:
        runner_file(tmp_path, type=orchestrator)
    assert airflow.main(["pools", "list"]) == 2
    assert told.format(home=tmp_path) in capsys.readouterr().err


def test_the_database_the_keys_and_the_passwords_are_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__API__SECRET_KEY", "session-of-nobody")
    monkeypatch.setenv("AIRFLOW__CELERY__BROKER_URL", "redis://:swordfish-of-the-broker@redis:6379/0")
    (tmp_path / "state" / "airflow").mkdir(parents=True)
    (tmp_path / "state" / "airflow" / "passwords.json").write_text('{"admin": "swordfish-of-admin"}', encoding="utf-8")
    variables = {
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": URL,
        "AIRFLOW__CORE__FERNET_KEY": "fernet-of-nobody",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": "http://127.0.0.1:8080/execution/",
        "INGEST_HOME": str(tmp_path),
    }
    others = ["swordfish-of-admin", "session-of-nobody", "redis://:swordfish-of-the-broker@redis:6379/0"]
    told = knowing(tmp_path, variables).text("\n".join([*variables.values(), PASSWORD, *others]))
    assert told == f"***\n***\nhttp://127.0.0.1:8080/execution/\n{tmp_path}\n***\n***\n***\n***"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder whose database was made by the older line."""
    made = tmp_path_factory.mktemp("airflow")
    runner_file(made, ("acme",))
    ended = run(made, "db", "init")
    assert ended.returncode == 0, ended.stderr
    return made


def inherited(home: Path) -> dict[str, str]:
    """Give the variables that a shell in the home folder has."""
    said = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "INGEST_"))}
    return {**said, "INGEST_HOME": str(home)}


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    line = [sys.executable, "-m", "ingest_airflow.commands.airflow", *arguments]
    return subprocess.run(line, env=inherited(home), capture_output=True, text=True, timeout=120, check=False)  # noqa: S603  # our own line


def test_pools_are_there_after_db_init(home: Path) -> None:
    ended = run(home, "pools", "list", "--output", "json")
    assert {each["pool"]: each["slots"] for each in json.loads(ended.stdout)}["tenant_acme"] == "3"
    assert json.loads((home / "state" / "airflow" / "launch.json").read_text(encoding="utf-8"))["pools"] == [
        "tenant_acme"
    ]


def test_airflows_own_service_holds_its_lock_and_is_there_once(home: Path) -> None:
    process = begun(home, "scheduler", "--num-runs", "-1")
    try:
        until(lambda: runs_already(home, "scheduler") or process.poll() is not None, "the lock is held")
        (held,) = runs_already(home, "scheduler")
        assert f"process {process.pid} on" in held
        line = [sys.executable, "-m", "ingest_airflow.commands.held", "scheduler", "--num-runs", "-1"]
        again = subprocess.run(line, env=inherited(home), capture_output=True, text=True, timeout=60, check=False)  # noqa: S603  # ours
        assert again.returncode == 2
        assert "runs already on this state folder" in again.stderr
        until(lambda: len(descent(process.pid)) > 1, "it has processes that run tasks")
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert not runs_already(home, "scheduler")  # also while what it began is there
    finally:
        kill_all_of(process)


def begun(home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Begin the command, in a session of its own."""
    line = [sys.executable, "-m", "ingest_airflow.commands.airflow", *arguments]
    with (home / "begun.log").open("wb") as log:
        return subprocess.Popen(line, env=inherited(home), stdout=log, stderr=log, start_new_session=True)  # noqa: S603  # our own line


def test_airflows_own_end_is_ours(home: Path) -> None:
    assert run(home, "db", "check-migrations", "--migration-wait-timeout", "5").returncode == 0
    assert run(home, "dags", "nonsense").returncode == 2


def test_settings_are_the_deployments_and_show_no_secret(home: Path) -> None:
    shown = run(home, "config", "list", "--show-values")
    assert f"dags_folder = {home}/state/airflow/dags" in shown.stdout
    kept = [each.read_text(encoding="utf-8").strip() for each in (home / "state" / "airflow" / "keys").iterdir()]
    kept += json.loads((home / "state" / "airflow" / "passwords.json").read_text(encoding="utf-8")).values()
    assert len(kept) == 4
    one = run(home, "config", "get-value", "api_auth", "jwt_secret")
    assert one.stdout.strip() == "***"
    assert not [each for each in kept if each in shown.stdout + shown.stderr + one.stderr]
