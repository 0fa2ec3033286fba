"""Tables on a real Nessie are compacted: what is read stays what it was, and runs go on from where they were."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from ingest_core import Outcome, TransientError
from ingest_core.catalogs.maintenance.compacting import compact
from ingest_core.catalogs.maintenance.grouping import small_files
from ingest_core.catalogs.rest import open_catalog
from ingest_core.failpoints import observe
from ingest_core.plugin import RunContext, TableName
from pyiceberg.table.snapshots import Operation

from e2e.conftest import Servers, started
from e2e.support.branching import client_of
from e2e.support.reading import Reader, difference
from e2e.support.shop import Shop

if TYPE_CHECKING:
    from pathlib import Path

    from ingest_core.failpoints import Point
    from ingest_core.ports import Compacted

COUNT = 6


@pytest.fixture(scope="module")
def servers(request: pytest.FixtureRequest) -> Iterator[Servers]:
    """Start an S3 server and Nessie, whose clients run on the host, and remove them in the end."""
    with started(request, for_host=True) as found:
        yield found


@pytest.fixture(params=["each", "together"])
def shop(request: pytest.FixtureRequest, tmp_path: Path, servers: Servers, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A shop whose orders lie in six files of one row each."""
    monkeypatch.delenv("INGEST_HOME", raising=False)
    token = secrets.token_hex(4)
    objects = {"orders": {"write": "append"}}
    made = Shop(servers, tmp_path / token, f"ns_{token}", f"shop_{token}", objects=objects, publish=request.param)
    for number in range(COUNT):
        made.write(f"orders-{number}", "id,name", f"{number},a{number}")
        assert made.run().outcome is Outcome.SUCCESS
    return made


def compacted(shop: Shop, run_id: str = "compaction") -> Compacted:
    """Compact the orders."""
    catalog = open_catalog(shop.properties, shop.branch, RunContext(shop.path, shop.tenant, "maintain", run_id))
    name = TableName(shop.namespace, "orders")
    table = catalog.load(name)
    assert table is not None
    return compact(catalog, name, small_files(table))


def rows(*numbers: int) -> list[tuple[int]]:
    return [(number,) for number in numbers]


def test_readers_find_the_same_rows_in_one_file(shop: Shop, tmp_path: Path) -> None:
    told = compacted(shop)
    assert (told.files_before, told.files_after, told.rows) == (COUNT, 1, COUNT)
    assert shop.rows("orders") == rows(*range(COUNT))
    copies = Reader(shop.servers.nessie, shop.servers.store).fetch(shop.namespace, "orders", tmp_path / "copies")
    assert len(copies) == 1
    assert difference(str(shop.path / "data" / "orders*.csv"), copies) == []


def test_the_snapshot_and_the_log_say_what_was_done_and_by_whom(shop: Shop) -> None:
    run_id = f"compaction-{secrets.token_hex(4)}"
    told = compacted(shop, run_id)
    snapshot = shop.table("orders").current_snapshot()
    assert (snapshot.snapshot_id, snapshot.summary.operation) == (told.snapshot_id, Operation.REPLACE)
    assert snapshot.summary.additional_properties["total-records"] == str(COUNT)
    newest = next(client_of(shop.servers.nessie).get_log(shop.branch)).commit_meta
    assert newest.properties["run-id"] == run_id


def test_the_next_run_loads_nothing_twice(shop: Shop) -> None:
    compacted(shop)
    assert shop.run().objects[0].status == "unchanged"
    shop.write("orders-9", "id,name", "9,new")
    assert shop.run().objects[0].rows == 1
    assert shop.rows("orders") == rows(*range(COUNT), 9)


@pytest.mark.parametrize("at", ["all files closed", "manifests staged", "before the merge is sent"])
def test_a_run_that_is_under_way_lands_upon_the_compacted_table(shop: Shop, at: Point) -> None:
    if shop.publish == "each" and "merge" in at:
        at = "before the commit is sent"
    done: list[Compacted] = []

    def interfere(point: Point) -> None:
        if point == at and not done:
            observe(None)
            done.append(compacted(shop))

    shop.write("orders-9", "id,name", "9,new")
    observe(interfere)
    try:
        report = shop.run()
    finally:
        observe(None)
    assert (report.outcome, len(done)) == (Outcome.SUCCESS, 1), report.as_json()
    assert shop.rows("orders") == rows(*range(COUNT), 9)
    assert len(list(shop.table("orders").scan().plan_files())) == 2


def test_of_a_run_and_a_compaction_at_the_same_moment_both_land(shop: Shop) -> None:
    runs: list[Outcome] = []

    def interfere(point: Point) -> None:
        if point == "before the commit is sent":
            observe(None)
            runs.append(shop.run().outcome)

    shop.write("orders-9", "id,name", "9,new")
    observe(interfere)
    try:
        compacted(shop)
    finally:
        observe(None)
    assert runs == [Outcome.SUCCESS]
    assert shop.rows("orders") == rows(*range(COUNT), 9)
    assert len(list(shop.table("orders").scan().plan_files())) == 2


def test_of_two_compactions_at_once_the_second_gives_up(shop: Shop) -> None:
    def interfere(point: Point) -> None:
        if point == "before the commit is sent":
            observe(None)
            compacted(shop)

    observe(interfere)
    try:
        with pytest.raises(TransientError, match="another writer changed"):
            compacted(shop)
    finally:
        observe(None)
    assert shop.rows("orders") == rows(*range(COUNT))
