"""`ingest maintain` by the image, on Nessie and S3: beside runs that go on, and beside branches and tags."""

from __future__ import annotations

import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from e2e.support.branching import client_of
from e2e.support.home import make_rivals
from e2e.support.objectstore import BUCKET
from e2e.support.reading import difference

if TYPE_CHECKING:
    from pathlib import Path

    from e2e.conftest import Servers
    from e2e.support.home import Home
    from e2e.support.product import Product, Result
    from e2e.support.reading import Reader

MAINTAIN = ("maintain", "--config", "/app/jobs/acme/flights.yaml", "--json")
LATER = range(3, 8)
"""Months whose files come one by one, each with a run, after those that a home begins with."""


@pytest.fixture
def landed(product: Product, home: Home) -> Home:
    """A home whose job has landed its files in six runs."""
    assert product.run(home).exit_code == 0
    for month in LATER:
        home.write_flights(month, 40 + month)
        assert product.run(home).exit_code == 0
    return home


def files_of(reader: Reader, home: Home) -> int:
    """Count the files of the flights' table."""
    return len(list(reader.table(home.namespace, "csv_flights").scan().plan_files()))


def told(result: Result) -> dict[str, Any]:
    """Read what was done with each table, by its name without the namespace."""
    assert result.exit_code == 0, result.stderr + result.stdout
    each = [json.loads(line) for line in result.stdout.splitlines()]
    return {entry["table"].rpartition(".")[2]: entry for entry in each}


def removed(upkeep: dict[str, Any]) -> list[str]:
    """Name the files that went, but for the metadata that a table had while it was made, on a branch of its own."""
    return [each["path"] for each in upkeep["orphans"] if not each["path"].endswith(".metadata.json")]


def test_small_files_become_one_and_the_log_names_who_did_it(
    product: Product, landed: Home, reader: Reader, servers: Servers, tmp_path: Path
) -> None:
    before = files_of(reader, landed)
    done = told(product.run(landed, MAINTAIN))["csv_flights"]
    assert (done["files_before"], done["files_after"]) == (before, 1)
    copies = reader.fetch(landed.namespace, "csv_flights", tmp_path / "copies")
    assert len(copies) == 1
    assert difference(landed.flights, copies) == []
    newest = servers.nessie.log()[0]
    assert (newest.properties["tenant"], newest.properties["job"]) == ("acme", "flights")
    landed.write_flights(LATER.stop, 9)
    assert product.run(landed).rows()["flights"] == 9


def test_what_a_killed_run_left_goes_and_what_other_references_show_stays(
    product: Product, landed: Home, reader: Reader, servers: Servers
) -> None:
    """The table is emptied of its small files on main; a tag and a branch still show them."""
    nessie = client_of(servers.nessie)
    suffix = secrets.token_hex(4)
    head = nessie.get_reference("main").hash_
    nessie.create_tag(f"audit-{suffix}", "main", head)
    nessie.create_branch(f"other-{suffix}", "main", head)
    rows = reader.count(landed.namespace, "csv_flights")
    left = _left_behind(reader, servers, landed)
    done = told(product.run(landed, MAINTAIN))["csv_flights"]
    assert removed(done) == [left]
    for reference in ("main", f"audit-{suffix}", f"other-{suffix}"):
        elsewhere = reader.at(reference)
        assert elsewhere.count(landed.namespace, "csv_flights") == rows, reference
    assert files_of(reader, landed) == 1


def _left_behind(reader: Reader, servers: Servers, home: Home) -> str:
    """Put a file beside the table's as a killed run would, and make all of them old."""
    location = reader.table(home.namespace, "csv_flights").location()
    folder = location.removeprefix("s3://")
    path = f"{folder}/data/20250101T000000Z-dead-1.parquet"
    with servers.store.files.open_output_stream(path) as stream:
        stream.write(b"half a file")
    servers.store.age(folder.removeprefix(f"{BUCKET}/"))
    return f"s3://{path}"


def test_a_dry_run_changes_nothing(product: Product, landed: Home, reader: Reader, servers: Servers) -> None:
    left = _left_behind(reader, servers, landed)
    before = (client_of(servers.nessie).get_reference("main").hash_, sorted(servers.store.contents()))
    done = told(product.run(landed, (*MAINTAIN, "--dry-run")))["csv_flights"]
    assert (done["files_before"], removed(done)) == (files_of(reader, landed), [left])
    assert (client_of(servers.nessie).get_reference("main").hash_, sorted(servers.store.contents())) == before


def test_runs_that_go_on_meanwhile_are_not_harmed(
    product: Product, servers: Servers, reader: Reader, tmp_path: Path
) -> None:
    """Homes of their own, so that no slot keeps them apart: two jobs land in one table while it is maintained."""
    homes = make_rivals(tmp_path, servers.nessie, servers.store)
    namespace = homes[0].namespace
    assert product.run(homes[0]).exit_code == 0
    with ThreadPoolExecutor(len(homes)) as pool:
        landing = [pool.submit(_land, product, home) for home in homes[:2]]
        maintained = pool.submit(_maintain, product, homes[2], landing)
    assert [each.result() for each in landing] == [[0] * len(LATER)] * 2
    assert max(maintained.result()) >= len(LATER)
    assert told(product.run(homes[2], MAINTAIN))["csv_flights"]["errors"] == []
    wanted = sum(len(file.read_text().splitlines()) - 1 for home in homes[:2] for file in home.path.rglob("2013-*.csv"))
    assert reader.count(namespace, "csv_flights") == wanted


def _land(product: Product, home: Home) -> list[int]:
    codes = []
    for month in LATER:
        home.write_flights(month, month)
        codes.append(product.run(home).exit_code)
    return codes


def _maintain(product: Product, home: Home, landing: list[Any]) -> list[int]:
    """Maintain for as long as others land; a compaction that lost to them is told as a part, and is no harm.

    Returns:
        How many files became fewer, of each time.
    """
    counts: list[int] = []
    while not counts or not all(each.done() for each in landing):
        result = product.run(home, MAINTAIN)
        assert result.exit_code in (0, 1, 2), result.stderr
        counts.append(sum(json.loads(line)["files_before"] for line in result.stdout.splitlines()))
    return counts
