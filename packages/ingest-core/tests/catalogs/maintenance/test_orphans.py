"""Files that nothing names are found and removed; whatever a table needs stays."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from ingest_core.catalogs.maintenance.neighbours import live_in_catalog
from ingest_core.catalogs.maintenance.orphans import orphans
from ingest_core.catalogs.state_files import LONGEST
from ingest_core.ports import StoredFile
from pyiceberg.manifest import DataFile, ManifestContent, ManifestEntry, ManifestEntryStatus, ManifestWriterV2
from pyiceberg.table.snapshots import Operation
from pyiceberg.table.statistics import StatisticsFile
from pyiceberg.table.update.snapshot import _FastAppendFiles
from pyiceberg.types import StringType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conftest import Attic
    from pyiceberg.manifest import ManifestFile

JOB = """\
tenant: acme
source:
  connector: csv
  objects:
    orders: {{path: "data/orders*.csv", {write}}}
target: {{connector: iceberg}}
"""


@pytest.mark.parametrize(
    "write", ["write: append", "write: replace", "write: merge, key: [id]", "write: history, key: [id]"]
)
def test_nothing_that_a_table_shows_or_showed_is_an_orphan(attic: Attic, write: str) -> None:
    home = attic.home
    home.write("data/orders.csv", "id,name\n1,a\n2,b\n3,c\n")
    home.run(JOB.format(write=write))
    home.write("data/orders-1.csv", "id,name\n2,b\n3,changed\n4,d\n")
    home.run(JOB.format(write=write))
    home.write("data/orders-2.csv", "id,name,price\n5,e,1.5\n")
    home.run(JOB.format(write=write))
    table = attic.table()
    assert len(table.snapshots()) >= 3
    assert attic.found() == []
    left = attic.left_over("data/killed.parquet")
    before = attic.ids()
    (gone,) = attic.found()
    assert gone == StoredFile(f"file://{left}", 11, datetime.fromtimestamp(left.stat().st_mtime, UTC))
    assert attic.remove([gone]) == [gone]
    assert not left.exists()
    assert attic.ids() == before


def test_what_a_failed_run_left_is_found_wherever_it_lies(landed: Attic) -> None:
    left = ["data/a.parquet", "data/day=2026-01-01/b.parquet", "metadata/c.avro", "metadata/d.json", "README", "x/y/z"]
    for each in left:
        landed.left_over(each)
    assert landed.names(landed.found()) == sorted(left)


def test_what_is_younger_stays(landed: Attic) -> None:
    table = landed.table()
    young, old = landed.left_over("data/young.parquet"), landed.left_over("data/old.parquet")
    landed.age()
    landed.age(young, days=2.9)
    files = orphans(table, landed.kept, lambda: live_in_catalog(landed.catalog, table))
    assert landed.names(files) == [f"data/{old.name}"]


def test_hidden_names_stay_and_partitions_are_not_hidden(landed: Attic) -> None:
    for name in (".hidden", "_SUCCESS", "_temporary/0/a.parquet", ".tmp/b.parquet", "data/_c=1.parquet"):
        landed.left_over(name)
    landed.left_over("data/_day=2026-01-01/d.parquet")
    assert landed.names(landed.found()) == ["data/_day=2026-01-01/d.parquet"]


def test_nothing_is_looked_for_behind_links(landed: Attic, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "mine.parquet").write_bytes(b"x")
    (landed.folder() / "link").symlink_to(tmp_path / "elsewhere")
    (landed.folder() / "loop").symlink_to(landed.folder())
    (landed.folder() / "file").symlink_to(tmp_path / "elsewhere" / "mine.parquet")
    assert landed.found() == []


def test_long_positions_lie_in_files_that_stay_as_long_as_a_snapshot_tells_them(attic: Attic) -> None:
    home = attic.home
    for number in range(LONGEST // 100):
        home.write(f"data/orders-{number:04}.csv", f"id\n{number}\n")
    home.run()
    home.write("data/orders-new.csv", "id\n-1\n")
    home.run()
    table = attic.table()
    cursors = sorted(attic.folder().rglob("ingest-cursor-*.json"))
    assert len(cursors) == 2
    assert attic.found() == []
    table.maintenance.expire_snapshots().by_ids([each.snapshot_id for each in table.snapshots()[:-1]]).commit()
    gone = {each.path.removeprefix("file://") for each in attic.found()} & {str(each) for each in cursors}
    assert len(gone) == 1
    table = attic.table()
    table.append(table.scan(limit=1).to_arrow())  # by somebody who tells no position
    table.maintenance.expire_snapshots().by_ids([each.snapshot_id for each in table.snapshots()[:-1]]).commit()
    attic.remove(attic.found())
    assert home.run().objects[0].status == "unchanged"


def test_what_is_expired_is_found_and_what_is_left_reads(landed: Attic) -> None:
    table = landed.table()
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
    assert landed.found() == []
    old = [each.snapshot_id for each in table.snapshots()[3:]]
    table.maintenance.expire_snapshots().by_ids(old).commit()
    before = landed.ids()
    files = landed.found()
    assert sum(each.path.endswith(".parquet") for each in files) >= 2
    assert landed.remove(files) == files
    assert landed.ids() == before
    assert landed.found() == []


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


def test_files_of_deletes_and_of_statistics_stay(landed: Attic) -> None:
    table = landed.table()
    (task, *_) = table.scan().plan_files()
    deletes = landed.left_over("data/deletes.parquet")
    statistics = landed.left_over("metadata/statistics.puffin")
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
    assert landed.found() == []


def test_what_is_committed_while_one_looks_is_seen(landed: Attic) -> None:
    """A file that was old when it was listed is committed before what is live is read."""
    table = landed.table()
    (task, *_) = table.scan().plan_files()
    late = landed.left_over("data/late.parquet")
    late.write_bytes(Path(task.file.file_path.removeprefix("file://")).read_bytes())
    never = landed.left_over("data/never.parquet")
    landed.age()

    def live() -> Iterable[str]:
        landed.table().add_files([f"file://{late}"])
        return live_in_catalog(landed.catalog, table)

    assert [each.path for each in orphans(table, landed.kept, live)] == [f"file://{never}"]


def test_a_table_without_a_snapshot_has_orphans_too(landed: Attic) -> None:
    schema = landed.table().schema()
    landed.catalog.drop_table(("acme", "csv_orders"))
    landed.catalog.create_table(("acme", "csv_orders"), schema, location=f"{landed.home.root}/state/warehouse/new")
    landed.left_over("data/left.parquet")
    assert landed.names(landed.found()) == ["data/left.parquet"]
