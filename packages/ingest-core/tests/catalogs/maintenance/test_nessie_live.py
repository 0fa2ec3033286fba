"""Which of the contents that Nessie tells of need files below a table's location."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from ingest_core import JobError, TransientError
from ingest_core.catalogs.maintenance.nessie_api import Content, LoggedCommit
from ingest_core.catalogs.maintenance.nessie_live import LOOKS, live_on_nessie

if TYPE_CHECKING:
    from conftest import Landing
    from pyiceberg.table import Table

NOW = datetime(2026, 11, 27, tzinfo=UTC)
ROWS = pa.table({"id": pa.array([1], pa.int64())})


@dataclass
class Commits:
    """What a Nessie server tells: each reference has a commit of its own, after others that no reference shows.

    Args:
        shown: The contents at each reference.
        former: The contents that were put before, newest first.
    """

    shown: dict[str, list[Content]]
    former: Sequence[Content] = ()
    looks: int = field(default=0)

    def heads(self) -> Mapping[str, str]:
        self.looks += 1
        return {name: f"head of {name}" for name in self.shown}

    def contents(self, commit: str) -> Iterator[Content]:
        yield from self.shown[commit.removeprefix("head of ")]

    def log(self, commit: str) -> Iterator[LoggedCommit]:
        yield LoggedCommit(commit, NOW, ())
        for number, content in enumerate(self.former):
            yield LoggedCommit(f"former {number}", NOW - timedelta(minutes=number), (content,))


@pytest.fixture
def tables(landing: Landing) -> Mapping[str, Table]:
    """Two tables that know nothing of one another."""
    catalog: Any = landing.catalog.inner
    catalog.create_namespace("acme")
    return {name: made(catalog, name) for name in ("orders", "other")}


def made(catalog: Any, name: str, **properties: str) -> Table:  # noqa: ANN401  # pyiceberg's catalog
    said = {key.replace("__", "."): value for key, value in properties.items()}
    table: Table = catalog.create_table(("acme", name), ROWS.schema, properties=said)
    table.append(ROWS)
    loaded: Table = catalog.load_table(("acme", name))
    return loaded


def content(table: Table, content_id: str) -> Content:
    return Content(content_id, table.metadata_location)


def live(commits: Commits, table: Table) -> set[str]:
    return set(live_on_nessie(commits, table, NOW - timedelta(days=1)))  # type: ignore[arg-type]  # as the server


def data(table: Table) -> set[str]:
    return {task.file.file_path for task in table.scan().plan_files()}


def gone(content_id: str, table: Table) -> Content:
    return Content(content_id, f"{table.location()}/metadata/gone.metadata.json")


def test_of_tables_elsewhere_nothing_is_needed(tables: Mapping[str, Table]) -> None:
    orders, other = tables.values()
    names = live(Commits({"main": [content(orders, "1"), content(other, "2")]}), orders)
    assert data(orders) <= names
    assert orders.metadata_location in names
    assert not data(other) & names


def test_the_table_itself_counts_wherever_its_location_is_said_to_be(tables: Mapping[str, Table]) -> None:
    orders = tables["orders"]
    orders.metadata = orders.metadata.model_copy(update={"location": f"{orders.location()}-moved"})
    assert orders.metadata_location in live(Commits({"main": [content(orders, "1")]}), orders)


def test_a_content_of_the_same_id_counts_wherever_its_metadata_lies(tables: Mapping[str, Table]) -> None:
    orders, moved = tables.values()
    names = live(Commits({"main": [content(orders, "1")], "dev": [content(moved, "1")]}), orders)
    assert data(orders) | data(moved) <= names


def test_a_table_that_says_that_it_writes_there_counts(landing: Landing, tables: Mapping[str, Table]) -> None:
    orders = tables["orders"]
    guest = made(landing.catalog.inner, "guest", write__data__path=f"{orders.location()}/data")
    assert data(guest) <= live(Commits({"main": [content(orders, "1")], "dev": [content(guest, "3")]}), orders)


def test_another_table_whose_metadata_is_gone_stops_nothing(tables: Mapping[str, Table]) -> None:
    orders, other = tables.values()
    assert data(orders) <= live(Commits({"main": [content(orders, "1"), gone("2", other)]}), orders)


def test_former_metadata_that_is_gone_is_passed_over(tables: Mapping[str, Table]) -> None:
    orders = tables["orders"]
    names = live(Commits({"main": [content(orders, "1")]}, [gone("1", orders), content(orders, "1")]), orders)
    assert data(orders) <= names


def test_metadata_that_a_tag_shows_and_that_is_gone_stops_all(tables: Mapping[str, Table]) -> None:
    orders = tables["orders"]
    with pytest.raises(JobError, match="audit shows a table that cannot be read"):
        live(Commits({"main": [content(orders, "1")], "audit": [gone("1", orders)]}), orders)


def test_metadata_of_a_kind_that_nobody_knows_stops_all_if_it_is_the_tables_own(tables: Mapping[str, Table]) -> None:
    orders, other = tables.values()
    for table in (other, orders):
        strange = Path(f"{table.location()}/metadata/strange.metadata.json".removeprefix("file://"))
        strange.write_text('{"format-version": 99}')
        commits = Commits({"main": [content(orders, "1")], "dev": [Content("of dev", f"file://{strange}")]})
        if table is other:
            assert data(orders) <= live(commits, orders)
    with pytest.raises(JobError, match="cannot be read, so nobody knows"):
        live(commits, orders)


def test_a_server_that_does_not_know_the_table_stops_all(tables: Mapping[str, Table]) -> None:
    orders, other = tables.values()
    with pytest.raises(JobError, match="another server"):
        live(Commits({"main": [content(other, "2")]}), orders)


def test_one_looks_until_nothing_new_of_the_table_shows(tables: Mapping[str, Table]) -> None:
    orders, other = tables.values()

    class Busy(Commits):
        """Another branch for each look, with another table."""

        def heads(self) -> Mapping[str, str]:
            self.shown[f"branch{self.looks}"] = [content(other, f"other {self.looks}")]
            return super().heads()

    commits = Busy({"main": [content(orders, "1")]})
    assert data(orders) <= live(commits, orders)
    assert commits.looks == 2


def test_a_table_that_keeps_changing_is_told(tables: Mapping[str, Table], tmp_path: Path) -> None:
    orders = tables["orders"]
    text = Path(orders.metadata_location.removeprefix("file://")).read_bytes()

    class Busy(Commits):
        """Another branch for each look, with metadata of its own."""

        def heads(self) -> Mapping[str, str]:
            path = tmp_path / f"{self.looks}.metadata.json"
            path.write_bytes(text)
            self.shown[f"branch{self.looks}"] = [Content("1", f"file://{path}")]
            return super().heads()

    commits = Busy({"main": [content(orders, "1")]})
    with pytest.raises(TransientError, match="kept changing"):
        live(commits, orders)
    assert commits.looks == LOOKS
