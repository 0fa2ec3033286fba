"""The operator runs a job in a process of its own, and says what became of it in Airflow's words."""

from __future__ import annotations

import fcntl
import re
import threading
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from airflow.sdk import Asset
from airflow.sdk.exceptions import AirflowException, AirflowFailException
from ingest_airflow import IngestOperator

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
    tables = {f"acme/acme/{name}": [name] for name in wanted}
    outlets = [Asset(name=name, uri=f"ingest://{name}") for name in tables]
    return IngestOperator(task_id="load", job=str(file), tables=tables, outlets=outlets, **special)


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
