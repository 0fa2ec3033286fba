"""Two tenants at once on one Nessie, with one state folder: neither waits for the other, and no row is lost by it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
import yaml

from e2e.support.exactness import differences
from e2e.support.meeting import meeting
from e2e.support.places import commit_to

if TYPE_CHECKING:
    from collections.abc import Iterable

    from e2e.support.home import Home
    from e2e.support.product import Product, Result
    from e2e.support.proxy import Proxy
    from e2e.support.reading import Reader

TENANTS = ("acme", "globex")


@pytest.fixture
def both(home_behind: Home) -> dict[str, Home]:
    """Lay out a home of two tenants: each has a job with tables of its own, and one for a table that both share."""
    said = yaml.safe_load(home_behind.job_file.read_text(encoding="utf-8"))
    keys = (home_behind.path / "secrets/acme/s3.yaml").read_text(encoding="utf-8")
    homes = {tenant: replace(home_behind, namespace=f"{home_behind.namespace}_{tenant}") for tenant in TENANTS}
    for tenant, home in homes.items():
        own = {**said, "tenant": tenant, "target": {**said["target"], "namespace": home.namespace}}
        airports = {"airports": {"path": "data/airports.csv", "write": "append", "table": "shared"}}
        shared = {**said, "tenant": tenant, "source": {"connector": "csv", "objects": airports}}
        for name, job in {"flights": own, "shared": shared}.items():
            _write(home, f"jobs/{tenant}/{name}.yaml", yaml.safe_dump(job))
        _write(home, f"secrets/{tenant}/s3.yaml", keys)
    return homes


def _write(home: Home, file: str, text: str) -> None:
    (home.path / file).parent.mkdir(exist_ok=True)
    (home.path / file).write_text(text, encoding="utf-8")


def test_two_tenants_with_two_jobs_each_run_at_once_and_the_runs_of_each_one_after_the_other(
    product: Product, home_behind: Home, both: dict[str, Home], proxy: Proxy, reader: Reader
) -> None:
    # Nothing passes until both tenants are there: they do run at once, and send to the shared table what was made
    # upon the same snapshot of it.
    met = [meeting(commit_to("csv_flights")), meeting(commit_to("shared"))]
    proxy.rules += met
    commands = [
        ("run", *said, "--wait", "2m")
        for tenant in TENANTS
        for said in (
            ("--job-dir", f"/app/jobs/{tenant}"),
            ("--config", f"/app/jobs/{tenant}/flights.yaml", "--object", "airports"),
        )
    ]
    with ThreadPoolExecutor(len(commands)) as pool:
        results = list(pool.map(lambda command: product.run(home_behind, command), commands))
    assert [result.exit_code for result in results] == [0] * 4, [result.stderr for result in results]
    assert [rule.met for rule in met] == [2, 2]
    assert not proxy.broken
    assert sum(commit_to("shared")(each) for each in proxy.passed) > 2  # one of the two was refused, and sent again
    for home in both.values():
        assert differences(reader, home) == []
    assert reader.count(home_behind.namespace, "shared") == 2 * 3
    for tenant in TENANTS:
        assert len(times := spans(results, tenant)) == 3
        assert all(before[1] <= after[0] for before, after in pairwise(times)), times


def spans(results: Iterable[Result], tenant: str) -> list[tuple[str, str]]:
    """Tell from the log when each run of a tenant was at its objects, in their order: that lies within its slot.

    The job's own beginning is told before the slot is taken, and its end when the next may have it already.
    """
    of_each: dict[str, list[str]] = {}
    for event in (event for result in results for event in result.events if event.get("tenant") == tenant):
        if event["event"] in ("object_started", "object_finished"):
            of_each.setdefault(event["run_id"], []).append(event["timestamp"])
    return sorted((min(times), max(times)) for times in of_each.values())
