"""Orphans on a real Nessie and S3: what any branch or tag shows stays whole, and what nothing needs is found."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from ingest_core import JobError, Outcome
from ingest_core.catalogs.maintenance import nessie_history
from ingest_core.catalogs.maintenance.nessie_api import NessieApi
from ingest_core.catalogs.maintenance.nessie_live import live_on_nessie
from ingest_core.catalogs.maintenance.orphans import orphans, remove
from ingest_core.ports import Kept, StoredFile

from e2e.conftest import Servers, started
from e2e.support.branching import client_of
from e2e.support.objectstore import BUCKET
from e2e.support.shop import Rows, Shop

LATER = timedelta(hours=2)
OBJECTS: Mapping[str, Mapping[str, Any]] = {
    "orders": {"write": "merge", "key": ["id"]},
    "customers": {"write": "replace"},
    "visits": {"write": "append"},
}


@pytest.fixture(scope="module")
def servers(request: pytest.FixtureRequest) -> Iterator[Servers]:
    """Start an S3 server and Nessie, whose clients run on the host, and remove them in the end."""
    with started(request, for_host=True) as found:
        yield found


@pytest.fixture
def shop(tmp_path: Path, servers: Servers, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Make a home whose three tables, merged, replaced and appended to, no other test knows."""
    monkeypatch.delenv("INGEST_HOME", raising=False)
    monkeypatch.setattr(nessie_history, "CLOCKS_DIFFER", timedelta(0))
    token = secrets.token_hex(4)
    made = Shop(servers, tmp_path / token, f"ns_{token}", f"shop_{token}", objects=OBJECTS)
    land(made, 1)
    return made


def land(shop: Shop, number: int) -> None:
    """Land one more file of each object; the merged one changes half of its rows."""
    shop.write(f"orders-{number}", "id,name", *(f"{each},{number}" for each in range(number, number + 4)))
    shop.write("customers", "id", *(str(each) for each in range(number * 10, number * 10 + 3)))
    shop.write(f"visits-{number}", "id", str(number))
    assert shop.run().outcome is Outcome.SUCCESS


def head(shop: Shop, reference: str = "main") -> str:
    return str(client_of(shop.servers.nessie).get_reference(reference).hash_)


def named(what: str) -> str:
    return f"{what}-{secrets.token_hex(4)}"


def tag(shop: Shop, at: str) -> str:
    name = named("tag")
    client_of(shop.servers.nessie).create_tag(name, "main", at)
    return name


def branch(shop: Shop, at: str) -> str:
    name = named("branch")
    client_of(shop.servers.nessie).create_branch(name, "main", at)
    return name


def shown(shop: Shop, *references: str) -> dict[tuple[str, str], Rows]:
    """Read every table at every reference; one may be a hash behind a branch's name."""
    return {(each, name): shop.rows(name, "id", branch=quote(each, safe="")) for each in references for name in OBJECTS}


def found(shop: Shop, table: str, since: datetime | None = None, reference: str = "main") -> list[StoredFile]:
    """Find the orphans of a table as if all files were old; without a moment, no history is kept."""
    loaded = shop.table(table, reference)
    kept = Kept(datetime.now(UTC) + LATER, since or datetime.now(UTC) + LATER)
    api = NessieApi(f"{shop.servers.nessie.host_address}/api")
    try:
        return orphans(loaded, kept, lambda: live_on_nessie(api, loaded, kept.history_since))
    finally:
        api.close()


def cleaned(shop: Shop, table: str, since: datetime | None = None, reference: str = "main") -> list[StoredFile]:
    """Remove the orphans of a table, and see that they are gone and no others are left."""
    files = found(shop, table, since, reference)
    assert remove(shop.table(table, reference), files) == files
    assert not {each.path.removeprefix("s3://") for each in files} & {path for path, _ in shop.servers.store.contents()}
    assert found(shop, table, since, reference) == []
    return files


def put(shop: Shop, table: str, name: str) -> str:
    """Put a file below a table's location."""
    path = f"{shop.table(table).location().removeprefix('s3://')}/{name}"
    with shop.servers.store.files.open_output_stream(path) as stream:
        stream.write(b"half a file")
    return f"s3://{path}"


@pytest.mark.parametrize("publish", ["together", "each"])
def test_every_branch_and_tag_shows_its_rows_after_all_else_is_removed(shop: Shop, publish: str) -> None:
    shop.publish = publish
    old = tag(shop, head(shop))
    land(shop, 2)
    between = branch(shop, head(shop))
    Shop(**{**vars(shop), "branch": between, "path": shop.elsewhere().path}).run()
    other = shop.elsewhere()
    other.branch = between
    land(other, 7)
    for number in (3, 4, 5):
        land(shop, number)
    references = ("main", old, between)
    before = shown(shop, *references)
    assert len({str(rows) for rows in before.values()}) == len(before)
    left = {name: put(shop, name, "data/20250101T000000Z-dead-1.parquet") for name in OBJECTS}
    for name in OBJECTS:
        removed = {each.path for each in cleaned(shop, name)}
        assert left[name] in removed
        assert len(removed) > 3  # what main showed in between
    assert shown(shop, *references) == before
    land(shop, 6)
    assert shown(shop, old, between) == {key: rows for key, rows in before.items() if key[0] != "main"}


def test_history_since_the_moment_reads_on_and_what_was_replaced_before_is_gone(shop: Shop) -> None:
    commits, times = [], []
    for number in (2, 3, 4, 5):
        land(shop, number)
        commits.append(f"main@{head(shop)}")
        times.append(datetime.now(UTC))
    before = shown(shop, *commits)
    for name in OBJECTS:
        assert cleaned(shop, name, since=times[1])
    assert shown(shop, *commits[1:]) == {key: rows for key, rows in before.items() if key[0] != commits[0]}
    with pytest.raises(FileNotFoundError):
        shop.rows("customers", branch=quote(commits[0], safe=""))


def test_a_table_dropped_on_main_stays_on_its_branch(shop: Shop) -> None:
    land(shop, 2)
    name = branch(shop, head(shop))
    before = shown(shop, name)
    shop.catalog().drop_table((shop.namespace, "orders"))
    assert cleaned(shop, "orders", reference=name)
    assert shown(shop, name) == before
    assert shop.exists("orders") is False


def test_a_renamed_table_keeps_what_a_tag_shows_under_its_former_name(shop: Shop) -> None:
    name = tag(shop, head(shop))
    land(shop, 2)
    before = shown(shop, name)
    shop.catalog().rename_table((shop.namespace, "customers"), (shop.namespace, "clients"))
    rows = shop.rows("clients")
    removed = cleaned(shop, "clients")
    assert removed
    assert (shown(shop, name), shop.rows("clients")) == (before, rows)


def test_a_table_registered_twice_keeps_the_rows_of_both(shop: Shop) -> None:
    catalog = shop.catalog()
    catalog.register_table((shop.namespace, "copy"), shop.table("visits").metadata_location)
    copy = shop.table("copy")
    copy.append(copy.scan().to_arrow())
    land(shop, 2)
    before = (shop.rows("visits"), shop.rows("copy"))
    assert before[0] != before[1]
    cleaned(shop, "visits")
    assert (shop.rows("visits"), shop.rows("copy")) == before


def test_what_a_failed_run_holds_on_its_branch_stays(shop: Shop) -> None:
    shop.write("orders-2", "id,name", "50,50")
    (shop.path / "data/customers.csv").unlink()
    assert shop.run().outcome is Outcome.FAILURE
    (left,) = [
        each.name
        for each in client_of(shop.servers.nessie).list_references().references
        if each.name.startswith(f"ingest/acme/{shop.name}/")
    ]
    before = shop.rows("orders", branch=quote(left, safe=""))
    assert (50,) in before
    cleaned(shop, "orders")
    assert shop.rows("orders", branch=quote(left, safe="")) == before


def test_a_reference_that_appears_while_one_looks_is_seen(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    first = head(shop)
    land(shop, 2)
    real: Callable[[NessieApi], Mapping[str, str]] = NessieApi.heads
    made: list[str] = []

    def heads(api: NessieApi) -> Mapping[str, str]:
        told = real(api)
        if not made:
            made.append(tag(shop, first))
        return told

    monkeypatch.setattr(NessieApi, "heads", heads)
    files = found(shop, "customers")
    before = shown(shop, *made)
    assert files == found(shop, "customers")
    remove(shop.table("customers"), files)
    assert shown(shop, *made) == before


def test_history_that_was_lost_before_stops_nothing_and_a_head_that_was_lost_stops_all(shop: Shop) -> None:
    started_at = datetime.now(UTC) - LATER
    metadata = shop.table("visits").metadata_location.removeprefix("s3://")
    name = tag(shop, head(shop))
    land(shop, 2)
    left = put(shop, "visits", "data/left-over.parquet")
    shop.servers.store.files.delete_file(metadata)
    with pytest.raises(JobError, match=name):
        found(shop, "visits", started_at)
    client_of(shop.servers.nessie).delete_tag(name, head(shop, name))
    assert left in {each.path for each in found(shop, "visits", started_at)}


def test_of_an_odd_name_in_the_store_that_very_object_is_removed(shop: Shop) -> None:
    cleaned(shop, "visits")
    names = ("a#b", "a?b", "a%20b", "a b", "a+b", "ä", "day=1/x")
    odd = sorted(put(shop, "visits", f"data/{name}.parquet") for name in names)
    first, *others = found(shop, "visits")
    assert [first.path, *(each.path for each in others)] == odd
    assert remove(shop.table("visits"), [first]) == [first]
    assert found(shop, "visits") == others
    assert remove(shop.table("visits"), [first]) == [first]  # gone is gone
    cleaned(shop, "visits")
    assert shop.rows("visits") == [(1,)]


def test_another_server_behind_nessies_own_api_is_found_out(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NessieApi, "heads", lambda _: {})
    with pytest.raises(JobError, match="another server"):
        found(shop, "visits")


def test_a_location_that_the_store_knows_under_an_alias_is_found_out(shop: Shop) -> None:
    """The table's files are named in one bucket, and its location leads to another that holds copies."""
    land(shop, 2)
    table = shop.table("visits")
    store = shop.servers.store.files
    store.create_dir("copies")
    for path in [path for path, _ in shop.servers.store.contents() if f"{shop.namespace}/visits_" in path]:
        store.copy_file(path, path.replace(BUCKET, "copies", 1).replace("visits_", "moved/visits_"))
    moved = table.location().replace(BUCKET, "copies", 1).replace("visits_", "moved/visits_")
    table.metadata = table.metadata.model_copy(update={"location": moved})
    kept = Kept(datetime.now(UTC) + LATER, datetime.now(UTC) - LATER)
    api = NessieApi(f"{shop.servers.nessie.host_address}/api")
    with pytest.raises(JobError, match="cannot be told for sure"):
        orphans(table, kept, lambda: live_on_nessie(api, table, kept.history_since))
