"""What became of a run: success, a part of it, nothing; and that no secret stands in what Dagster keeps of it."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster_home import Home
from ingest_core import MaintenanceOptions, Plan, TableUpkeep
from ingest_dagster import running

LOAD = '{name: load, config: jobs/acme/shop.yaml, cron: "0 * * * *"}'
SECRET = "hunter2-sesame-street"  # noqa: S105  # of nobody


def shop(home: Home, **said: Any) -> None:  # noqa: ANN401  # whatever a job may say
    """Write a job of two tables, and the rows of the first alone."""
    objects = {name: {"path": f"data/{name}.csv", "table": name} for name in ("orders", "returns")}
    home.job("shop", source={"connector": "csv", "objects": objects}, **said)
    home.rows("orders", "1,2.5")


def run(home: Home, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    job = home.definitions(LOAD).resolve_job_def("load")
    return job.execute_in_process(instance=instance, raise_on_error=False)


def failure(result: dg.ExecuteInProcessResult) -> str:
    """Give what the failed step says."""
    (event,) = [each for each in result.all_events if each.event_type is dg.DagsterEventType.STEP_FAILURE]
    return str(user_failure(event).description)


def user_failure(event: dg.DagsterEvent) -> Any:  # noqa: ANN401  # its type has no public name
    return event.step_failure_data.user_failure_data


def materialized(result: dg.ExecuteInProcessResult) -> list[str]:
    return [str(event.asset_key.path[-1]) for event in result.get_asset_materialization_events() if event.asset_key]


def attempts(result: dg.ExecuteInProcessResult) -> int:
    return sum(each.event_type is dg.DagsterEventType.STEP_RESTARTED for each in result.all_events)


def test_of_a_partial_run_what_landed_is_recorded_and_the_run_fails_at_once(
    home: Home, instance: dg.DagsterInstance
) -> None:
    shop(home)
    result = run(home, instance)
    assert not result.success
    assert materialized(result) == ["orders"]
    text = failure(result)
    assert text.startswith("only a part was committed")
    assert "returns (acme.returns): failed" in text
    assert "data/returns.csv" in text
    assert attempts(result) == 0


def test_of_a_run_that_failed_nothing_is_recorded(home: Home, instance: dg.DagsterInstance) -> None:
    shop(home)
    Path(home.root / "data" / "orders.csv").unlink()
    result = run(home, instance)
    assert (result.success, materialized(result)) == (False, [])
    assert failure(result).startswith("nothing was committed")


def test_a_job_whose_file_is_broken_since_fails_and_says_where(home: Home, instance: dg.DagsterInstance) -> None:
    shop(home)
    job = home.definitions(LOAD).resolve_job_def("load")
    home.write("jobs/acme/shop.yaml", "tenant: acme\nsource: {conector: csv}\n")
    text = failure(job.execute_in_process(instance=instance, raise_on_error=False))
    assert "shop.yaml:2:" in text
    assert "did you mean 'connector'?" in text


def test_a_job_that_lands_elsewhere_since_is_not_run(home: Home, instance: dg.DagsterInstance) -> None:
    shop(home)
    job = home.definitions(LOAD).resolve_job_def("load")
    shop(home, target={"connector": "iceberg", "namespace": "other"})
    assert "reload the code location" in failure(job.execute_in_process(instance=instance, raise_on_error=False))
    assert not (home.root / "state" / "catalog.db").exists()


def test_what_passes_is_tried_as_often_as_the_job_says(home: Home, instance: dg.DagsterInstance) -> None:
    target = {"connector": "iceberg", "catalog": {"uri": "http://127.0.0.1:9/iceberg", "warehouse": "w"}}
    shop(home, target=target, retry={"attempts": 3, "backoff": "1s"})
    result = run(home, instance)
    tries = [entry.user_message for entry in instance.all_logs(result.run_id) if "try_failed" in entry.user_message]
    assert len(tries) == 2
    assert materialized(result) == []
    (event,) = [each for each in result.all_events if each.event_type is dg.DagsterEventType.STEP_FAILURE]
    metadata = user_failure(event).metadata
    assert metadata["error_types"].value == "TransientError"


def test_no_secret_stands_in_what_dagster_keeps(
    home: Home, instance: dg.DagsterInstance, capfd: pytest.CaptureFixture[str]
) -> None:
    home.write("secrets/acme/nessie.yaml", f"token: {SECRET}\n")
    catalog = {"uri": "http://127.0.0.1:9/iceberg", "warehouse": "w", "token": "${secret:nessie.token}"}
    shop(home, target={"connector": "iceberg", "catalog": catalog})
    result = run(home, instance)
    kept = [repr(entry) for entry in instance.all_logs(result.run_id)]
    assert not result.success
    assert SECRET not in "".join(kept)
    captured = capfd.readouterr()
    assert SECRET not in captured.out + captured.err


def test_no_secret_that_a_library_logs_stands_in_what_dagster_keeps_though_it_keeps_that_log(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop(home)
    monkeypatch.setenv("SHOP_PASSWORD", SECRET)
    library = logging.getLogger("a_library")

    def telling(*_: object) -> None:
        library.warning("GET https://shop.example/?token=%s", SECRET)
        try:
            raise ValueError(SECRET)
        except ValueError:
            library.exception("went wrong")
        raise ValueError("seen enough")

    monkeypatch.setattr("ingest_dagster.running.run", telling)
    with dg.instance_for_test(overrides={"python_logs": {"managed_python_loggers": [library.name]}}) as keeping:
        entries = keeping.all_logs(run(home, keeping).run_id)
    kept = "".join(repr(entry) for entry in entries)
    assert "GET https://shop.example/?token=***" in kept
    assert "went wrong" in kept
    assert SECRET not in kept
    assert library.handlers == []


def test_a_fault_of_the_program_is_told_without_its_causes(
    home: Home, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop(home)
    monkeypatch.setenv("SHOP_PASSWORD", SECRET)

    def broken(*_: object) -> None:
        try:
            raise ValueError(f"inner {SECRET}")
        except ValueError as error:
            raise RuntimeError(f"cannot go on with {SECRET}") from error

    monkeypatch.setattr("ingest_dagster.running.run", broken)
    result = run(home, instance)
    assert failure(result).startswith("a fault of the program itself: RuntimeError: cannot go on with")
    assert SECRET not in "".join(repr(entry) for entry in instance.all_logs(result.run_id))


def test_maintenance_tells_of_each_table_and_of_jobs_that_cannot_be_read(
    home: Home, instance: dg.DagsterInstance
) -> None:
    shop(home)
    home.rows("returns", "7,1.5")
    assert run(home, instance).success
    nightly = home.definitions('{name: nightly, maintain: acme, cron: "0 3 * * *"}').resolve_job_def("nightly")
    done = nightly.execute_in_process(instance=instance)
    assert done.success
    (output,) = [event for event in done.all_events if event.event_type is dg.DagsterEventType.STEP_OUTPUT]
    tables: Any = output.step_output_data.metadata["tables"].value
    assert [each["table"] for each in tables] == ["acme.orders", "acme.returns"]
    home.write("jobs/acme/other.yaml", "tenant: acme\n")
    result = nightly.execute_in_process(instance=instance, raise_on_error=False)
    assert "the key 'source' is missing" in failure(result)


def test_of_a_tenants_folder_only_jobs_are_maintained(home: Home, instance: dg.DagsterInstance) -> None:
    shop(home)
    home.rows("returns", "7,1.5")
    assert run(home, instance).success
    home.write("jobs/acme/.shop.yaml", "left by an editor: [")
    nightly = home.definitions(NIGHTLY).resolve_job_def("nightly")
    assert nightly.execute_in_process(instance=instance).success
    (home.root / "jobs" / "acme").rename(home.root / "jobs" / "gone")
    assert "jobs/acme" in failure(nightly.execute_in_process(instance=instance, raise_on_error=False))


NIGHTLY = '{name: nightly, maintain: acme, cron: "0 3 * * *"}'


def maintained(
    home: Home,
    instance: dg.DagsterInstance,
    monkeypatch: pytest.MonkeyPatch,
    **said: Any,  # noqa: ANN401  # of an upkeep
) -> tuple[dg.ExecuteInProcessResult, list[str]]:
    """Run the maintenance of two jobs, each of which ends as is said; give the jobs that were begun, too."""
    begun: list[str] = []

    def upkeep(planned: Plan, options: MaintenanceOptions) -> Iterator[TableUpkeep]:
        assert options.wait
        begun.append(planned.job.name)
        yield TableUpkeep("acme.orders", None, planned.job.name, dry_run=False, **said)

    monkeypatch.setattr("ingest_core.maintenance.tenant.maintain", upkeep)
    for name in ("orders", "returns"):
        home.job(name)
    job = home.definitions(NIGHTLY).resolve_job_def("nightly")
    return job.execute_in_process(instance=instance, raise_on_error=False), begun


def test_a_stop_ends_the_maintenance_of_all_jobs(
    home: Home, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    result, begun = maintained(home, instance, monkeypatch, stopped=True)
    assert not result.success
    assert begun == ["orders"]


def test_no_secret_of_maintenance_stands_in_what_dagster_keeps(
    home: Home, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DB_PASSWORD", SECRET)
    result, begun = maintained(home, instance, monkeypatch, errors=[f"unexpected: postgresql://u:{SECRET}@db/x"])
    assert begun == ["orders", "returns"]
    assert "acme.orders: failed: unexpected: postgresql://" in failure(result)
    assert SECRET not in "".join(repr(entry) for entry in instance.all_logs(result.run_id))


def test_a_stop_while_results_are_told_leaves_none_out(
    home: Home, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop(home)  # of which one table lands, and the other fails
    told = running._told  # noqa: SLF001  # the moment at which the stop comes

    def told_and_stopped(*given: Any) -> Any:  # noqa: ANN401  # whatever it is given
        os.kill(os.getpid(), signal.SIGTERM)
        return told(*given)

    monkeypatch.setattr(running, "_told", told_and_stopped)
    result = run(home, instance)
    assert materialized(result) == ["orders"]
    assert failure(result).startswith("only a part was committed")


def test_a_state_folder_without_locks_is_told_with_its_mend(home: Home, instance: dg.DagsterInstance) -> None:
    shop(home)
    job = home.definitions(LOAD).resolve_job_def("load")
    home.write("state/dagster/runs", "a file in the way")
    text = failure(job.execute_in_process(instance=instance, raise_on_error=False))
    assert "put state/ on a file system that can be written" in text
