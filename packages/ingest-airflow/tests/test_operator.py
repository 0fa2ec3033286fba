"""The operator runs a job in a process of its own, and says what became of it in Airflow's words."""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from airflow.plugins_manager import get_timetables_plugins
from airflow.providers_manager import ProvidersManager
from airflow.sdk import Asset
from airflow.sdk.exceptions import AirflowException, AirflowFailException
from ingest_airflow import IngestOperator
from ingest_airflow.child import process
from ingest_airflow.operators import IngestMaintenanceOperator

SECRET = "hunter2-sesame-street"  # noqa: S105  # of nobody


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("INGEST_HOME", raising=False)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "orders.csv").write_text("id,price\n1,2.5\n2,3.5\n", encoding="utf-8")
    return tmp_path


def operator(home: Path, **said: Any) -> IngestOperator:  # noqa: ANN401  # whatever a job may say
    objects = {name: {"path": f"data/{name}.csv", "table": name} for name in ("orders", "returns")}
    wanted = said.pop("wanted", ["orders"])
    special = said.pop("special", {})
    source = {"connector": "csv", "objects": {name: objects[name] for name in wanted}}
    job = {"tenant": "acme", "source": source, "target": {"connector": "iceberg"}, **said}
    file = home / "jobs" / "acme" / "shop.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump(job), encoding="utf-8")
    outlets = [Asset(name=f"acme/acme/{name}", uri=f"ingest://acme/acme/{name}") for name in wanted]
    return IngestOperator(task_id="load", job=str(file), outlets=[*outlets, Asset("of a team's own")], **special)


def execute(task: IngestOperator) -> tuple[dict[str, Any], dict[Asset, Any]]:
    events: dict[Asset, Any] = defaultdict(SimpleNamespace)
    return task.execute({"outlet_events": events}), events  # type: ignore[typeddict-item]  # what is asked of it


def test_a_success_tells_rows_bytes_and_snapshots(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    told, events = execute(operator(home))
    assert (told["outcome"], told["rows"]) == ("success", 2)
    assert told["bytes"] > 100
    ((asset, event),) = events.items()
    assert asset.name == "acme/acme/orders"
    assert event.extra["rows"] == 2
    assert event.extra["snapshot_id"] == told["snapshot_id"] != ""
    assert (event.extra["total_rows"], "cursor" in event.extra) == (2, True)
    assert re.search(r"\[info +\] committed .*rows=2", re.sub(r"\x1b\[\d*m", "", capfd.readouterr().out))


def test_a_part_fails_for_good_and_tells_what_failed(home: Path) -> None:
    task = operator(home, wanted=["orders", "returns"])
    with pytest.raises(AirflowFailException, match=r"only a part was committed[\s\S]*returns \(acme.returns\): failed"):
        execute(task)


def test_a_part_may_be_a_success_with_a_warning(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    told, _ = execute(operator(home, wanted=["orders", "returns"], special={"on_partial": "warn"}))
    assert told["outcome"] == "partial"
    assert "only a part was committed" in capfd.readouterr().out


def test_one_object_alone_is_run(home: Path) -> None:
    told, _ = execute(operator(home, wanted=["orders", "returns"], special={"overrides": {"objects": ["orders"]}}))
    assert told["outcome"] == "success"


def test_what_a_person_must_mend_is_not_tried_again(home: Path) -> None:
    (home / "data" / "orders.csv").unlink()
    with pytest.raises(AirflowFailException, match="nothing was committed"):
        execute(operator(home))
    task = operator(home)
    Path(task.job).write_text("tenant: acme\nsource: {conector: csv}\n", encoding="utf-8")
    with pytest.raises(AirflowFailException, match="did you mean 'connector'"):
        execute(task)


def test_what_passes_is_left_to_airflow_and_no_secret_is_shown(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    secrets = home / "secrets" / "acme" / "nessie.yaml"
    secrets.parent.mkdir(parents=True)
    secrets.write_text(f"token: {SECRET}\n", encoding="utf-8")
    catalog = {"uri": "http://127.0.0.1:9/iceberg", "warehouse": "w", "token": "${secret:nessie.token}"}
    task = operator(home, target={"connector": "iceberg", "catalog": catalog})
    with pytest.raises(AirflowException) as caught:
        execute(task)
    assert type(caught.value) is AirflowException
    told = capfd.readouterr()
    assert SECRET not in told.out + told.err + str(caught.value)


def test_a_snapshot_s_id_is_text_in_the_log_since_browsers_would_round_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed: list[dict[str, Any]] = []

    def listen(event: str, **said: Any) -> None:  # noqa: ANN401  # whatever a line says
        if event == "committed":
            committed.append(said)

    task = operator(home)
    monkeypatch.setattr(type(task), "log", SimpleNamespace(info=listen, warning=listen))
    told, _ = execute(task)
    assert [(each["snapshot_id"], each["rows"]) for each in committed] == [(told["snapshot_id"], 2)]


def test_a_task_that_is_killed_leaves_no_run_behind(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    task = operator(home)
    locks = home / "state" / "locks"
    locks.mkdir(parents=True)
    waits = threading.Event()

    def listen(event: str, **_: object) -> None:
        if event == "waiting_for_slot":
            waits.set()

    def kill() -> None:
        waits.wait(60)
        task.on_kill()

    heard = SimpleNamespace(info=listen, warning=listen)
    monkeypatch.setattr(type(task), "log", heard)
    killer = threading.Thread(target=kill)
    with (locks / "acme.lock").open("w", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # so that the run waits
        killer.start()
        with pytest.raises(AirflowException, match="the run was stopped"):
            execute(task)
        killer.join()


@pytest.mark.parametrize(
    ("special", "told"),
    [
        ({"overrides": {"object": ["orders"]}}, "did you mean 'objects'?"),
        ({"overrides": {"since": "now"}}, "there are objects, full_refresh"),
        ({"on_partial": "skip"}, "say one of fail, warn"),
    ],
)
def test_what_an_operator_does_not_know_is_refused_where_the_dag_is_read(
    home: Path, special: dict[str, Any], told: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        operator(home, special=special)


@pytest.mark.parametrize(
    ("overrides", "told"),
    [
        ({"objects": "orders"}, "say a list of names"),
        ({"full_refresh": "perhaps"}, "say true or false"),
        ({"objects": ["ordres"]}, "did you mean 'orders'?"),
    ],
)
def test_an_override_that_is_no_such_value_fails_for_good(home: Path, overrides: dict[str, Any], told: str) -> None:
    with pytest.raises(AirflowFailException, match=re.escape(told)):
        execute(operator(home, special={"overrides": overrides}))


def test_a_refresh_may_come_from_a_template(home: Path) -> None:
    execute(operator(home))
    assert execute(operator(home, special={"overrides": {"full_refresh": "False"}}))[0]["rows"] == 0
    assert execute(operator(home, special={"overrides": {"full_refresh": "True"}}))[0]["rows"] == 2


def test_a_run_whose_task_is_killed_ends_by_itself(home: Path) -> None:
    locks = home / "state" / "locks"
    locks.mkdir(parents=True)
    asked: dict[str, Any] = {"home": None, "objects": [], "full_refresh": False, "wait": 600, "tenant_limit": 1}
    code = f"""
from ingest_airflow.child import ChildProcess
with ChildProcess({ {**asked, "job": operator(home).job}!r}, print) as child:
    print(child._process.pid, flush=True)
    child.answer()
"""
    with (locks / "acme.lock").open("w", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # so that the run waits
        line = [sys.executable, "-u", "-c", code]
        with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as task:  # noqa: S603  # ours
            assert task.stdout
            child = int(task.stdout.readline())
            while "waiting_for_slot" not in task.stdout.readline():
                assert task.poll() is None
            ended = os.pidfd_open(child)
            task.kill()
        assert select.select([ended], [], [], 30)[0]
        os.close(ended)


ODD_LINES = """
import os, subprocess, sys
sys.stdin.readline()
for line in ('{"event": "e", "level": ["info"]}', '{"event": "e", "level": "info", "self": 1}', "x" * 100_000):
    print(line, file=sys.stderr)
subprocess.Popen(["sleep", "600"])
print('{"outcome": "success"}')
"""


def test_neither_odd_lines_nor_what_a_run_left_hold_a_task(
    home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (home / "child.py").write_text(ODD_LINES, encoding="utf-8")
    monkeypatch.setattr(process, "_LINE", (sys.executable, str(home / "child.py")))
    assert operator(home).answer({}) == {"outcome": "success"}
    told = capfd.readouterr().out
    assert '"level": ["info"]' in told
    assert "x" * 100_000 in told


def test_maintenance_is_tried_again_when_the_catalog_is_away(home: Path) -> None:
    catalog = {"uri": "http://127.0.0.1:9/iceberg", "warehouse": "w"}
    operator(home, target={"connector": "iceberg", "catalog": catalog})
    with pytest.raises(AirflowException) as caught:
        IngestMaintenanceOperator(task_id="maintain", tenant="acme", home=str(home)).execute({})
    assert type(caught.value) is AirflowException


def test_the_overrides_may_be_what_another_task_gives(home: Path) -> None:
    task = operator(home, special={"overrides": "{{ whatever }}"})
    task.overrides = {"objects": ["orders"]}  # as Airflow fills it in
    assert execute(task)[0]["rows"] == 2
    task.overrides = "orders"
    with pytest.raises(AirflowFailException, match="say a mapping, with objects or full_refresh"):
        execute(task)


def test_a_stop_that_comes_before_the_run_has_begun_ends_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = subprocess.Popen
    task = operator(home)

    def begin(*line: Any, **said: Any) -> subprocess.Popen[str]:  # noqa: ANN401  # as Popen has it
        found: subprocess.Popen[str] = begun(*line, **said)
        task.on_kill()  # the signal comes when the process is there, and nobody has been told which it is
        return found

    monkeypatch.setattr(subprocess, "Popen", begin)
    with pytest.raises(AirflowException, match="left no word"):
        execute(task)
    assert not (home / "state" / "catalog.db").exists()


def test_a_stop_that_comes_as_a_signal_ends_the_run_at_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    task = operator(home)
    locks = home / "state" / "locks"
    locks.mkdir(parents=True)
    took: list[float] = []

    def stop(*_: object) -> None:
        begin = time.monotonic()
        task.on_kill()  # as Airflow does in its handler
        took.append(time.monotonic() - begin)

    def listen(event: str, **_: object) -> None:
        if event == "waiting_for_slot":
            os.kill(os.getpid(), signal.SIGUSR1)

    monkeypatch.setattr(type(task), "log", SimpleNamespace(info=listen, warning=listen))
    before = signal.signal(signal.SIGUSR1, stop)
    try:
        with (locks / "acme.lock").open("w", encoding="utf-8") as held:
            fcntl.flock(held, fcntl.LOCK_EX)  # so that the run waits
            with pytest.raises(AirflowException, match="the run was stopped"):
                execute(task)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert took[0] < process.GRACE_SECONDS


def test_maintenance_tells_of_each_table(home: Path) -> None:
    execute(operator(home))
    task = IngestMaintenanceOperator(task_id="maintain", tenant="acme", home=str(home))
    (table,) = task.execute({})
    assert (table["table"], table["status"], table["orphans"]) == ("acme.orders", "unchanged", 0)
    (home / "jobs" / "acme" / "other.yaml").write_text("tenant: acme\n", encoding="utf-8")
    with pytest.raises(AirflowFailException, match="the key 'source' is missing"):
        task.execute({})


def test_airflow_knows_the_package_and_its_timetable() -> None:
    assert "ingest-airflow" in ProvidersManager().providers  # type: ignore[no-untyped-call]  # Airflow gives it no types
    assert "ingest_airflow.timetable.IntervalTimetable" in get_timetables_plugins()
