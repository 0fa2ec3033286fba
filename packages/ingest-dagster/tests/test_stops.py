"""A stop ends what a step does wherever it comes."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable

import dagster as dg
import pytest
from dagster_home import Home
from ingest_core import RunEvent

SECONDS = 10.0
LOAD = '{name: load, config: jobs/acme/shop.yaml, cron: "0 * * * *"}'


class Last:
    """Asks for a stop as it goes, when Python has nobody to give an exception to."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGTERM)


def heard() -> None:
    signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize("ask", [heard, Last], ids=["heard", "swallowed"])
def test_a_stop_ends_a_run_and_what_it_did_is_told(
    home: Home, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, ask: Callable[[], object]
) -> None:
    objects = {name: {"path": f"data/{name}.csv", "table": name} for name in ("orders", "returns")}
    home.job("shop", source={"connector": "csv", "objects": objects})
    for name in objects:
        home.rows(name, "1,2.5")

    def observe(_: object, event: RunEvent) -> None:
        if (event.kind, event.name) == ("object_started", "returns"):
            ask()
            threading.Event().wait(SECONDS)

    monkeypatch.setattr("ingest_dagster.running._Watch.observe", observe)
    job = home.definitions(LOAD).resolve_job_def("load")
    result = job.execute_in_process(instance=instance, raise_on_error=False)
    landed = [event.asset_key for event in result.get_asset_materialization_events()]
    assert landed == [dg.AssetKey(["acme", "acme", "orders"])]
    (event,) = [each for each in result.all_events if each.event_type is dg.DagsterEventType.STEP_FAILURE]
    error = event.step_failure_data.error
    assert error
    assert error.cls_name == "DagsterExecutionInterruptedError"
