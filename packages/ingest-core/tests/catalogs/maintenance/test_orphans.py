"""Files that nothing names are found and removed; whatever a table needs stays."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from ingest_core import JobError, TransientError
from ingest_core.catalogs import memory
from ingest_core.catalogs.maintenance import orphans as module
from ingest_core.catalogs.maintenance.listing import folder_of
from ingest_core.catalogs.maintenance.neighbours import live_in_catalog
from ingest_core.catalogs.maintenance.orphans import orphans, remove
from ingest_core.catalogs.state_files import LONGEST
from ingest_core.plugin import RunContext, TableName
from ingest_core.ports import Kept, StoredFile
from pyiceberg.manifest import DataFile, ManifestContent, ManifestEntry, ManifestEntryStatus, ManifestWriterV2
from pyiceberg.table.snapshots import Operation
from pyiceberg.table.statistics import StatisticsFile
from pyiceberg.table.update.snapshot import _FastAppendFiles
from pyiceberg.types import StringType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from conftest import Home, Landing
    from ingest_core.catalogs.maintenance.listing import Folder
    from pyiceberg.catalog.sql import SqlCatalog
    from pyiceberg.manifest import ManifestFile
    from pyiceberg.table import Table

NOW = datetime.now(UTC)
KEPT = Kept(NOW - timedelta(days=3), NOW - timedelta(days=5))
JOB = """\
tenant: acme
source:
  connector: csv
  objects:
    orders: {{path: "data/orders*.csv", {write}}}
target: {{connector: iceberg}}
"""


@pytest.fixture
def catalog(home: Home) -> SqlCatalog:
    """An embedded catalog with a table of three snapshots."""
    for number in range(3):
        home.write(f"data/orders-{number}.csv", f"id\n{number}\n")
        home.run()
    return home.catalog()


def load(catalog: SqlCatalog, name: str = "csv_orders") -> Table:
    table: Table = catalog.load_table(("acme", name))
    return table


def folder(table: Table) -> Path:
    return Path(table.location().removeprefix("file://"))


def age(table: Table, days: float = 4) -> None:
    """Make all files below a table's location so old."""
    moment = (NOW - timedelta(days=days)).timestamp()
    for path in folder(table).rglob("*"):
        os.utime(path, (moment, moment), follow_symlinks=False)


def found(catalog: SqlCatalog, name: str = "csv_orders") -> list[StoredFile]:
    """Find the orphans of a table, all of whose files are old."""
    table = load(catalog, name)
    age(table)
    return orphans(table, KEPT, lambda: live_in_catalog(catalog, table))


def names(table: Table, files: Iterable[StoredFile]) -> list[str]:
    return [each.path.removeprefix(f"{table.location()}/") for each in files]


def left_over(table: Table, name: str) -> Path:
    path = folder(table) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"half a file")
    return path


def ids(table: Table) -> dict[int, list[int]]:
    """Read every snapshot of a table."""
    return {
        each.snapshot_id: sorted(table.scan(snapshot_id=each.snapshot_id).to_arrow()["id"].to_pylist())
        for each in table.snapshots()
    }


@pytest.mark.parametrize(
    "write", ["write: append", "write: replace", "write: merge, key: [id]", "write: history, key: [id]"]
)
def test_nothing_that_a_table_shows_or_showed_is_an_orphan(home: Home, write: str) -> None:
    home.write("data/orders.csv", "id,name\n1,a\n2,b\n3,c\n")
    home.run(JOB.format(write=write))
    home.write("data/orders-1.csv", "id,name\n2,b\n3,changed\n4,d\n")
    home.run(JOB.format(write=write))
    home.write("data/orders-2.csv", "id,name,price\n5,e,1.5\n")
    home.run(JOB.format(write=write))
    catalog = home.catalog()
    table = load(catalog)
    assert len(table.snapshots()) >= 3
    assert found(catalog) == []
    left = left_over(table, "data/killed.parquet")
    before = ids(table)
    (gone,) = found(catalog)
    assert gone == StoredFile(f"file://{left}", 11, datetime.fromtimestamp(left.stat().st_mtime, UTC))
    assert remove(load(catalog), [gone]) == [gone]
    assert not left.exists()
    assert ids(load(catalog)) == before


def test_what_a_failed_run_left_is_found_wherever_it_lies(catalog: SqlCatalog) -> None:
    table = load(catalog)
    left = ["data/a.parquet", "data/day=2026-01-01/b.parquet", "metadata/c.avro", "metadata/d.json", "README", "x/y/z"]
    for each in left:
        left_over(table, each)
    assert names(table, found(catalog)) == sorted(left)


def test_what_is_younger_stays(catalog: SqlCatalog) -> None:
    table = load(catalog)
    young, old = left_over(table, "data/young.parquet"), left_over(table, "data/old.parquet")
    age(table)
    moment = (NOW - timedelta(days=2.9)).timestamp()
    os.utime(young, (moment, moment))
    files = orphans(table, KEPT, lambda: live_in_catalog(catalog, table))
    assert names(table, files) == [f"data/{old.name}"]


def test_of_an_odd_name_that_very_file_is_removed(catalog: SqlCatalog) -> None:
    table = load(catalog)
    odd = ["a#b", "a?b", "a%20b", "a b", "a+b", "%23", "ä", "日本", "a'b", 'a"b', "a;b", "a\nb", "file:", "s3:"]
    for name in ("a", "a b c", ".parquet", "b", *odd):
        left_over(table, f"data/{name}")
    for name in odd:
        files = [each for each in found(catalog) if each.path.endswith(f"/data/{name}")]
        assert remove(load(catalog), files) == files
        assert len(files) == 1
        assert not (folder(table) / "data" / name).exists()
    assert names(table, found(catalog)) == ["data/a", "data/a b c", "data/b"]


def test_a_name_that_is_no_text_can_be_removed_too(catalog: SqlCatalog) -> None:
    table = load(catalog)
    left = os.fsencode(folder(table)) + b"/data/\xff.parquet"
    Path(os.fsdecode(left)).write_bytes(b"x")
    files = found(catalog)
    assert len(remove(load(catalog), files)) == 1
    assert not Path(os.fsdecode(left)).exists()


def test_hidden_names_stay_and_partitions_are_not_hidden(catalog: SqlCatalog) -> None:
    table = load(catalog)
    for name in (".hidden", "_SUCCESS", "_temporary/0/a.parquet", ".tmp/b.parquet", "data/_c=1.parquet"):
        left_over(table, name)
    left_over(table, "data/_day=2026-01-01/d.parquet")
    assert names(table, found(catalog)) == ["data/_day=2026-01-01/d.parquet"]


def test_nothing_is_looked_for_behind_links(catalog: SqlCatalog, tmp_path: Path) -> None:
    table = load(catalog)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "mine.parquet").write_bytes(b"x")
    (folder(table) / "link").symlink_to(tmp_path / "elsewhere")
    (folder(table) / "loop").symlink_to(folder(table))
    (folder(table) / "file").symlink_to(tmp_path / "elsewhere" / "mine.parquet")
    assert found(catalog) == []


def test_long_positions_lie_in_files_that_stay_as_long_as_a_snapshot_tells_them(home: Home) -> None:
    for number in range(LONGEST // 100):
        home.write(f"data/orders-{number:04}.csv", f"id\n{number}\n")
    home.run()
    home.write("data/orders-new.csv", "id\n-1\n")
    home.run()
    catalog = home.catalog()
    table = load(catalog)
    cursors = sorted(folder(table).rglob("ingest-cursor-*.json"))
    assert len(cursors) == 2
    assert found(catalog) == []
    table.maintenance.expire_snapshots().by_ids([each.snapshot_id for each in table.snapshots()[:-1]]).commit()
    gone = {each.path.removeprefix("file://") for each in found(catalog)} & {str(each) for each in cursors}
    assert len(gone) == 1
    remove(load(catalog), found(catalog))
    assert home.run().objects[0].status == "unchanged"


def test_a_state_of_a_newer_release_may_need_what_this_one_does_not_know(catalog: SqlCatalog) -> None:
    table = load(catalog)
    (key,) = [each for each in table.properties if each.startswith("ingest.state.")]
    with table.transaction() as hand:
        hand.set_properties({key: json.dumps(json.loads(table.properties[key]) | {"v": 99})})
    with pytest.raises(JobError, match="version 99"):
        found(catalog)


def test_what_is_expired_is_found_and_what_is_left_reads(catalog: SqlCatalog) -> None:
    table = load(catalog)
    table.overwrite(pa.table({"id": [7]}, schema=pa.schema([("id", pa.int64())])), overwrite_filter="id == 0")
    table.manage_snapshots().create_tag(table.snapshots()[1].snapshot_id, "audit").commit()
    table.manage_snapshots().create_branch(table.snapshots()[0].snapshot_id, "wap").commit()
    with table.update_schema() as update:
        update.add_column("name", StringType())
    with table.update_spec() as spec:
        spec.add_identity("id")
    columns = pa.schema([("id", pa.int64()), ("name", pa.string())])
    table.append(pa.table({"id": [8], "name": ["x"]}, schema=columns))
    table.manage_snapshots().rollback_to_snapshot(table.snapshots()[2].snapshot_id).commit()
    assert found(catalog) == []
    old = [each.snapshot_id for each in table.snapshots()[3:]]
    table.maintenance.expire_snapshots().by_ids(old).commit()
    left = load(catalog)
    before = ids(left)
    files = found(catalog)
    assert sum(each.path.endswith(".parquet") for each in files) >= 2
    assert remove(load(catalog), files) == files
    assert ids(load(catalog)) == before
    assert found(catalog) == []


class _Deletes(_FastAppendFiles):
    """A snapshot of one manifest more, which names a file of deletes."""

    file: DataFile

    def _process_manifests(self, manifests: list[ManifestFile]) -> list[ManifestFile]:
        kind = type("Writer", (ManifestWriterV2,), {"content": lambda _: ManifestContent.DELETES})
        arguments = (self._transaction.table_metadata.spec(), self.schema(), self.new_manifest_output())
        with kind(*arguments, self._snapshot_id, "deflate") as writer:
            entry = ManifestEntry.from_args(
                status=ManifestEntryStatus.ADDED,
                snapshot_id=self._snapshot_id,
                sequence_number=None,
                file_sequence_number=None,
                data_file=self.file,
            )
            writer.add(entry)
        return [*manifests, writer.to_manifest_file()]


def test_files_of_deletes_and_of_statistics_stay(catalog: SqlCatalog) -> None:
    table = load(catalog)
    (task, *_) = table.scan().plan_files()
    deletes = left_over(table, "data/deletes.parquet")
    statistics = left_over(table, "metadata/statistics.puffin")
    transaction = table.transaction()
    snapshot = _Deletes(Operation.OVERWRITE, transaction, table.io)
    snapshot.file = task.file
    snapshot.file[1] = f"file://{deletes}"
    snapshot.commit()
    current = table.snapshots()[-1].snapshot_id
    said = StatisticsFile(
        snapshot_id=current,
        statistics_path=f"file:{statistics}",
        file_size_in_bytes=11,
        file_footer_size_in_bytes=1,
        blob_metadata=[],
    )
    with transaction.update_statistics() as update:
        update.set_statistics(said)
    transaction.commit_transaction()
    assert found(catalog) == []


def test_what_is_committed_while_one_looks_is_seen(catalog: SqlCatalog) -> None:
    """A file that was old when it was listed is committed before what is live is read."""
    table = load(catalog)
    (task, *_) = table.scan().plan_files()
    late = left_over(table, "data/late.parquet")
    late.write_bytes(Path(task.file.file_path.removeprefix("file://")).read_bytes())
    never = left_over(table, "data/never.parquet")
    age(table)

    def live() -> Iterable[str]:
        load(catalog).add_files([f"file://{late}"])
        return live_in_catalog(catalog, table)

    assert [each.path for each in orphans(table, KEPT, live)] == [f"file://{never}"]


def test_a_file_that_was_committed_since_it_was_found_is_not_removed(catalog: SqlCatalog) -> None:
    table = load(catalog)
    (task, *_) = table.scan().plan_files()
    late, never = left_over(table, "data/late.parquet"), left_over(table, "data/never.parquet")
    late.write_bytes(Path(task.file.file_path.removeprefix("file://")).read_bytes())
    files = found(catalog)
    assert len(files) == 2
    load(catalog).add_files([f"file://{late}"])
    assert [each.path for each in remove(load(catalog), files)] == [f"file://{never}"]
    assert late.exists()


def test_a_table_that_took_the_name_meanwhile_is_told(catalog: SqlCatalog) -> None:
    table = load(catalog)
    catalog.drop_table(("acme", "csv_orders"))
    catalog.create_table(("acme", "csv_orders"), table.schema())
    with pytest.raises(TransientError, match=r"another table is acme\.csv_orders"):
        orphans(table, KEPT, lambda: live_in_catalog(catalog, table))


def test_files_below_another_location_are_not_removed(catalog: SqlCatalog, tmp_path: Path) -> None:
    other = tmp_path / "other.parquet"
    other.write_bytes(b"x")
    for path in (f"file://{other}", load(catalog).location(), f"{load(catalog).location()}/../{other.name}"):
        with pytest.raises(JobError, match="does not lie below"):
            remove(load(catalog), [StoredFile(path, 1, NOW)])
    assert other.exists()


def test_one_file_that_cannot_be_deleted_stops_no_other(catalog: SqlCatalog, monkeypatch: pytest.MonkeyPatch) -> None:
    table = load(catalog)
    for number in range(20):
        left_over(table, f"data/left-{number:02}.parquet")
    files = found(catalog)
    (folder(table) / "data/left-07.parquet").unlink()  # somebody else was faster
    refuse(monkeypatch, lambda path: path.endswith("left-13.parquet"))
    gone = remove(load(catalog), files)
    assert names(table, set(files) - set(gone)) == ["data/left-13.parquet"]
    assert names(table, found(catalog)) == ["data/left-13.parquet"]


def test_a_storage_that_lets_nothing_be_deleted_is_told(catalog: SqlCatalog, monkeypatch: pytest.MonkeyPatch) -> None:
    left_over(load(catalog), "data/left.parquet")
    refuse(monkeypatch, lambda _: True)
    with pytest.raises(JobError, match="the storage refuses us"):
        remove(load(catalog), found(catalog))


def refuse(monkeypatch: pytest.MonkeyPatch, which: Callable[[str], bool]) -> None:
    """Let the storage refuse to delete some files: who runs the tests may delete all."""
    real = folder_of

    def refusing(table: Table) -> Folder:
        found = real(table)

        def delete(path: str) -> None:
            if which(path):
                raise PermissionError(path)
            found.delete_path(path)

        return type(found)(found.location, found.base, found.entries, delete)

    monkeypatch.setattr(module, "folder_of", refusing)


def test_a_file_that_the_table_shows_and_that_is_not_listed_stops_all(catalog: SqlCatalog) -> None:
    table = load(catalog)
    left_over(table, "data/left.parquet")
    (task, *_) = table.scan().plan_files()
    Path(task.file.file_path.removeprefix("file://")).unlink()
    with pytest.raises(JobError, match=r"cannot be told for sure .*is not listed there under that name"):
        found(catalog)


def test_a_manifest_that_is_gone_or_breaks_off_stops_all(catalog: SqlCatalog) -> None:
    table = load(catalog)
    manifest = table.snapshots()[-1].manifests(table.io)[-1]
    path = Path(manifest.manifest_path.removeprefix("file://"))
    whole = path.read_bytes()
    header = whole.rindex(whole[-16:], 0, -16) + 16
    path.write_bytes(whole[:header])
    with pytest.raises(JobError, match="holds 0 entries, and should 1"):
        found(catalog)
    path.unlink()
    with pytest.raises(JobError, match="what names files is gone"):
        found(catalog)


def test_a_former_snapshot_that_cannot_be_read_is_told(catalog: SqlCatalog) -> None:
    table = load(catalog)
    Path(table.snapshots()[0].manifest_list.removeprefix("file://")).unlink()
    with pytest.raises(JobError, match=r"a snapshot of acme\.csv_orders cannot be read"):
        found(catalog)


def test_a_table_reached_by_a_link_is_found_out(home: Home, catalog: SqlCatalog) -> None:
    """Its files are named where they lie, and its location leads there by another way."""
    (home.root / "link").symlink_to(home.root / "state")
    table = load(catalog)
    age(table)
    by_link = table.location().replace(str(home.root / "state"), str(home.root / "link"))
    table.metadata = table.metadata.model_copy(update={"location": by_link})
    with pytest.raises(JobError, match=r"may be .*, which is needed"):
        orphans(table, KEPT, lambda: live_in_catalog(catalog, load(catalog)))


def test_a_neighbour_below_or_above_keeps_its_files(catalog: SqlCatalog) -> None:
    table = load(catalog)
    columns = pa.schema([("id", pa.int64())])
    rows = pa.table({"id": [1]}, schema=columns)
    within = catalog.create_table(("acme", "within"), columns, location=f"{table.location()}/within")
    within.append(rows)
    above = catalog.create_table(("acme", "above"), columns, location=table.location().rpartition("/")[0])
    above.append(rows)
    catalog.create_namespace(("acme", "deeper"))
    properties = {"write.data.path": f"{table.location()}/data"}
    guest = catalog.create_table(("acme", "deeper", "guest"), columns, properties=properties)
    guest.append(rows)
    left_over(table, "within/data/left.parquet")
    assert names(table, found(catalog)) == ["within/data/left.parquet"]


def test_a_neighbour_that_is_broken_and_lies_elsewhere_stops_nothing(catalog: SqlCatalog) -> None:
    other = catalog.create_table(("acme", "other"), load(catalog).schema())
    Path(other.metadata_location.removeprefix("file://")).unlink()
    left_over(load(catalog), "data/left.parquet")
    assert len(found(catalog)) == 1


def test_a_table_that_may_share_its_files_is_refused(catalog: SqlCatalog) -> None:
    table = load(catalog)
    with table.transaction() as hand:
        hand.set_properties({"gc.enabled": "false"})
    with pytest.raises(JobError, match=r"gc\.enabled"):
        found(catalog)


def test_files_that_cannot_be_listed_are_told(home: Home) -> None:
    catalog = memory.open_catalog({}, None, RunContext(home.root, "acme", "shop", "run"))
    table = catalog.create(TableName("acme", "orders"), pa.schema([("id", pa.int64())])).inner
    with pytest.raises(JobError, match="cannot be listed by MemoryFileIO"):
        orphans(table, KEPT, list)


def test_a_location_that_pyiceberg_cuts_off_is_told(catalog: SqlCatalog) -> None:
    table = load(catalog)
    table.metadata = table.metadata.model_copy(update={"location": f"{table.location()}#1"})
    with pytest.raises(JobError, match="holds #"):
        orphans(table, KEPT, list)


def test_a_table_without_a_snapshot_has_orphans_too(landing: Landing) -> None:
    catalog: Any = landing.catalog.inner
    landing.catalog.inner.create_namespace("acme")
    table = catalog.create_table(("acme", "empty"), pa.schema([("id", pa.int64())]))
    left_over(table, "data/left.parquet")
    assert names(table, found(catalog, "empty")) == ["data/left.parquet"]
