"""Where it cannot be told for sure what is needed, nothing is found; and neighbours keep their files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from ingest_core import JobError, TransientError
from ingest_core.catalogs import embedded, memory
from ingest_core.catalogs.maintenance.neighbours import live_in_catalog
from ingest_core.catalogs.maintenance.orphans import orphans
from ingest_core.catalogs.maintenance.table_maintenance import TableMaintenance
from ingest_core.plugin import RunContext, TableName

if TYPE_CHECKING:
    from conftest import Attic


def test_a_file_that_the_table_shows_and_that_is_not_listed_stops_all(landed: Attic) -> None:
    table = landed.table()
    landed.left_over("data/left.parquet")
    (task, *_) = table.scan().plan_files()
    Path(task.file.file_path.removeprefix("file://")).unlink()
    with pytest.raises(JobError, match=r"cannot be told for sure .*is not listed there under that name"):
        landed.found()


def test_a_manifest_that_is_gone_or_breaks_off_stops_all(landed: Attic) -> None:
    table = landed.table()
    manifest = table.snapshots()[-1].manifests(table.io)[-1]
    path = Path(manifest.manifest_path.removeprefix("file://"))
    whole = path.read_bytes()
    header = whole.rindex(whole[-16:], 0, -16) + 16
    path.write_bytes(whole[:header])
    with pytest.raises(JobError, match="holds 0 entries, and should 1"):
        landed.found()
    path.unlink()
    with pytest.raises(JobError, match="what names files is gone"):
        landed.found()


def test_a_former_snapshot_that_cannot_be_read_is_told(landed: Attic) -> None:
    table = landed.table()
    Path(table.snapshots()[0].manifest_list.removeprefix("file://")).unlink()
    with pytest.raises(JobError, match=r"a snapshot of acme\.csv_orders cannot be read"):
        landed.found()


def test_a_table_reached_by_a_link_is_found_out(landed: Attic) -> None:
    """Its files are named where they lie, and its location leads there by another way."""
    root = landed.home.root
    (root / "link").symlink_to(root / "state")
    table = landed.table()
    landed.age()
    by_link = table.location().replace(str(root / "state"), str(root / "link"))
    table.metadata = table.metadata.model_copy(update={"location": by_link})
    with pytest.raises(JobError, match=r"may be .*, which is needed"):
        orphans(table, landed.kept, lambda: live_in_catalog(landed.catalog, landed.table()))


def test_a_neighbour_below_or_above_keeps_its_files(landed: Attic) -> None:
    table = landed.table()
    columns = pa.schema([("id", pa.int64())])
    rows = pa.table({"id": [1]}, schema=columns)
    within = landed.catalog.create_table(("acme", "within"), columns, location=f"{table.location()}/within")
    within.append(rows)
    above = landed.catalog.create_table(("acme", "above"), columns, location=table.location().rpartition("/")[0])
    above.append(rows)
    landed.catalog.create_namespace(("acme", "deeper"))
    properties = {"write.data.path": f"{table.location()}/data"}
    guest = landed.catalog.create_table(("acme", "deeper", "guest"), columns, properties=properties)
    guest.append(rows)
    landed.left_over("within/data/left.parquet")
    assert landed.names(landed.found()) == ["within/data/left.parquet"]


def test_a_neighbour_that_is_broken_and_lies_elsewhere_stops_nothing(landed: Attic) -> None:
    other = landed.catalog.create_table(("acme", "other"), landed.table().schema())
    landed.left_over("data/left.parquet")
    Path(other.metadata_location.removeprefix("file://")).write_text('{"format-version": 99}')
    assert len(landed.found()) == 1
    Path(other.metadata_location.removeprefix("file://")).unlink()
    assert len(landed.found()) == 1


def test_a_table_that_may_share_its_files_is_refused(landed: Attic) -> None:
    table = landed.table()
    with table.transaction() as hand:
        hand.set_properties({"gc.enabled": "false"})
    with pytest.raises(JobError, match=r"gc\.enabled"):
        landed.found()


def test_files_that_cannot_be_listed_are_told(attic: Attic) -> None:
    catalog = memory.open_catalog({}, None, RunContext(attic.home.root, "acme", "shop", "run"))
    table = catalog.create(TableName("acme", "orders"), pa.schema([("id", pa.int64())])).inner
    with pytest.raises(JobError, match="cannot be listed by MemoryFileIO"):
        orphans(table, attic.kept, list)


def test_a_location_that_pyiceberg_cuts_off_is_told(landed: Attic) -> None:
    table = landed.table()
    table.metadata = table.metadata.model_copy(update={"location": f"{table.location()}#1"})
    with pytest.raises(JobError, match="holds #"):
        orphans(table, landed.kept, list)


def test_a_table_that_took_the_name_meanwhile_is_told(landed: Attic) -> None:
    table = landed.table()
    landed.catalog.drop_table(("acme", "csv_orders"))
    landed.catalog.create_table(("acme", "csv_orders"), table.schema())
    with pytest.raises(TransientError, match=r"another table is acme\.csv_orders"):
        orphans(table, landed.kept, lambda: live_in_catalog(landed.catalog, table))


def test_a_table_that_was_dropped_meanwhile_is_told(landed: Attic) -> None:
    table = landed.table()
    landed.catalog.drop_table(("acme", "csv_orders"))
    with pytest.raises(TransientError, match="was dropped meanwhile"):
        orphans(table, landed.kept, lambda: live_in_catalog(landed.catalog, table))


def test_a_state_of_a_newer_release_may_need_what_this_one_does_not_know(landed: Attic) -> None:
    table = landed.table()
    (key,) = [each for each in table.properties if each.startswith("ingest.state.")]
    with table.transaction() as hand:
        hand.set_properties({key: json.dumps(json.loads(table.properties[key]) | {"v": 99})})
    with pytest.raises(JobError, match="version 99"):
        landed.found()


def test_what_the_storage_refuses_while_one_reads_is_told(landed: Attic) -> None:
    opened = embedded.open_catalog({}, None, RunContext(landed.home.root, "acme", "shop", "run"))

    def live(*_: object) -> Iterator[str]:
        yield landed.table().metadata_location
        raise PermissionError("AWS Error ACCESS_DENIED")

    maintenance = TableMaintenance(opened, keeps_snapshots=True, live=live)
    with pytest.raises(JobError, match="the storage refuses us"):
        maintenance.orphans(TableName("acme", "csv_orders"), landed.kept)
