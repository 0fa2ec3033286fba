"""What of `publish: together` can be told without a server."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest
from ingest_core import JobError, Outcome, load_job, plan
from ingest_core.catalogs.branch_names import began, creation_branch, run_branch
from ingest_core.plugin import RunContext

if TYPE_CHECKING:
    from conftest import Home

JOB = """\
tenant: acme
source:
  connector: csv
  objects:
    orders: {path: "data/orders*.csv"}
    customers: {path: data/customers.csv, write: merge, key: [id], commit_every: 10}
target: {connector: iceberg, catalog: {uri: "http://127.0.0.1:1/iceberg"}}
publish: together
"""
RUN = "20261123T100000Z-" + "0123456789abcdef" * 2


class Asked(BaseHTTPRequestHandler):
    """A REST catalog that is no Nessie server, and notes what it is asked."""

    paths: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        """Answer with a configuration that says nothing."""
        self.paths.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"defaults": {}, "overrides": {}}).encode())

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def plain_catalog() -> Iterator[str]:
    Asked.paths.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Asked)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def context(job: str = "shop", tenant: str = "acme") -> RunContext:
    return RunContext(Path("home"), tenant, job, RUN)


def test_the_embedded_catalog_is_refused_at_planning_with_everything_else_that_is_wrong(home: "Home") -> None:
    text = JOB.replace(', catalog: {uri: "http://127.0.0.1:1/iceberg"}', "").replace("csv\n", "cvs\n", 1)
    path = home.job(text)
    with pytest.raises(JobError) as raised:
        plan(load_job(path))
    told = [str(fault) for fault in raised.value.faults]
    assert [line.split(": ")[1] for line in told] == [
        "source.connector",
        "source.objects.customers.commit_every",
        "publish",
    ]
    assert told[2].startswith(f"{path}:8:1: publish: the embedded catalog has no branches")
    assert "mend: say `publish: each`" in told[2]


def test_a_load_in_parts_is_refused_at_planning_also_where_there_are_branches(home: "Home") -> None:
    path = home.job(JOB)
    with pytest.raises(JobError) as raised:
        plan(load_job(path))
    (fault,) = raised.value.faults
    assert str(fault).startswith(
        f"{path}:6:68: source.objects.customers.commit_every: a load that is committed in parts"
    )


def test_together_or_each_and_nothing_else_can_be_said(home: "Home") -> None:
    with pytest.raises(JobError, match="publish"):
        load_job(home.job(JOB.replace("publish: together", "publish: both")))
    assert load_job(home.job(JOB.replace("publish: together\n", ""))).spec.publish == "each"


def test_a_rest_catalog_that_turns_out_to_have_no_branches_is_refused_before_anything_is_touched(
    home: "Home", plain_catalog: str
) -> None:
    home.write("data/orders.csv", "id\n1\n")
    home.write("data/customers.csv", "id\n1\n")
    text = JOB.replace(", commit_every: 10", "").replace("http://127.0.0.1:1/iceberg", plain_catalog)
    report = home.run(text)
    assert (report.outcome, report.objects, report.error_type) == (Outcome.FAILURE, [], "JobError")
    assert "shop.yaml:8:1: publish: this catalog has no branches" in str(report.error)
    assert [path.split("?")[0] for path in Asked.paths] == ["/v1/config"]


@pytest.mark.parametrize(
    ("job", "name"),
    [
        ("shop", f"ingest/acme/shop/{RUN}"),
        ("night.ly/shop-1_a", f"ingest/acme/night.ly/shop-1_a/{RUN}"),
        ("a..b", f"ingest/acme/a.b-f62b4241/{RUN}"),
    ],
)
def test_a_branch_is_named_by_tenant_job_and_run_with_signs_that_nessie_takes(job: str, name: str) -> None:
    assert run_branch(context(job)) == name
    assert run_branch(context(job), 2) == f"{name}-2"


def test_jobs_whose_names_differ_in_dots_alone_have_branches_apart() -> None:
    names = {run_branch(context(job)) for job in ("a.b", "a..b", "a...b")}
    assert len(names) == 3
    assert not any(".." in name for name in names)


@pytest.mark.parametrize("make", [run_branch, creation_branch, lambda given: run_branch(given, 3)])
def test_a_branch_tells_when_its_run_began_to_its_own_job_alone(make: Callable[[RunContext], str]) -> None:
    name = make(context("shop"))
    found = began(context("shop"), name)
    assert found is not None
    assert found.isoformat() == "2026-11-23T10:00:00+00:00"
    assert began(context("sho"), name) is None
    assert began(context("shop/night"), name) is None
    assert began(context("shop", tenant="acme2"), name) is None


@pytest.mark.parametrize(
    "name",
    [
        "main",
        "ingest/acme/shop/",
        "ingest/acme/shop/mine",
        f"ingest/acme/shop/night/{RUN}",
        f"ingest/acme/shop/{RUN}/mine",
        f"ingest/acme/shop/x{RUN}",
        f"ingest/acme/shop/{RUN.replace('20261123', '20261399')}",
    ],
)
def test_a_branch_that_is_not_named_by_a_run_of_the_job_is_none_of_its_branches(name: str) -> None:
    assert began(context("shop"), name) is None
