"""Rows that another engine deleted by their places stay deleted: ``ingest`` itself writes no deletes.

Source: Apache Iceberg table specification, "Position Delete Files".
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ingest_core import JobError, TransientError
from ingest_core.catalogs.iceberg_table import IcebergTable
from ingest_core.catalogs.maintenance.compacting import compact
from ingest_core.catalogs.maintenance.grouping import small_files
from ingest_core.plugin import TableName
from pyiceberg.manifest import DataFile, DataFileContent, FileFormat, ManifestContent, ManifestEntry, ManifestWriterV2
from pyiceberg.manifest import ManifestEntryStatus as Status
from pyiceberg.table.snapshots import Operation
from pyiceberg.table.update.snapshot import _FastAppendFiles

if TYPE_CHECKING:
    from conftest import Landing
    from ingest_core.ports import FileGroup
    from pyiceberg.manifest import ManifestFile
    from pyiceberg.table import Table

COLUMNS = pa.schema(
    [
        pa.field("file_path", pa.string(), nullable=False, metadata={"PARQUET:field_id": "2147483546"}),
        pa.field("pos", pa.int64(), nullable=False, metadata={"PARQUET:field_id": "2147483545"}),
    ]
)


class _DeleteManifest(ManifestWriterV2):
    def content(self) -> ManifestContent:
        return ManifestContent.DELETES


class _Deletes(_FastAppendFiles):
    """A snapshot of one manifest more, with delete files."""

    files: Sequence[DataFile] = ()

    def _process_manifests(self, manifests: list[ManifestFile]) -> list[ManifestFile]:
        spec = self._transaction.table_metadata.spec()
        output = self.new_manifest_output()
        with _DeleteManifest(spec, self.schema(), output, self._snapshot_id, "deflate") as writer:
            for file in self.files:
                entry = ManifestEntry.from_args(
                    status=Status.ADDED,
                    snapshot_id=self._snapshot_id,
                    sequence_number=None,
                    file_sequence_number=None,
                    data_file=file,
                )
                writer.add(entry)
        return [*manifests, writer.to_manifest_file()]


def delete_rows(table: Table, places: Mapping[str, Sequence[int]], content: str = "POSITION_DELETES") -> None:
    """Commit a delete file for each data file.

    Args:
        table: The table.
        places: Of each data file, by its path, the places of the rows.
        content: The kind that the manifest says the file is of.
    """
    partitions = {task.file.file_path: task.file.partition for task in table.scan().plan_files()}
    transaction = table.transaction()
    deletes = _Deletes(Operation.OVERWRITE, transaction, table.io)
    deletes.files = [_delete_file(table, path, gone, partitions[path], content) for path, gone in places.items()]
    deletes.commit()
    transaction.commit_transaction()


def _delete_file(table: Table, path: str, gone: Sequence[int], partition: object, content: str) -> DataFile:
    output = table.io.new_output(f"{table.location()}/data/deletes-{uuid.uuid4()}.parquet")
    with output.create() as stream:
        pq.write_table(pa.table([[path] * len(gone), list(gone)], schema=COLUMNS), stream)
    return DataFile.from_args(
        content=DataFileContent[content],
        file_path=output.location,
        file_format=FileFormat.PARQUET,
        partition=partition,
        record_count=len(gone),
        file_size_in_bytes=len(output),
        spec_id=table.metadata.default_spec_id,
        equality_ids=[1] if content == "EQUALITY_DELETES" else None,
    )


NAME = "orders"


def land(landing: Landing, files: int, target: int | None = None) -> list[str]:
    """Land files of ten rows each, and give their paths in that order."""
    laid = landing.layout(**({"write.target-file-size-bytes": str(target)} if target else {}))
    paths: list[str] = []
    for number in range(files):
        rows = pa.record_batch([pa.arange(number * 10, number * 10 + 10)], names=["id"])
        landed = landing.data_files(landing.land(NAME, [rows], laid))
        paths += [file.file_path for file in landed if file.file_path not in paths]
    return paths


def found(landing: Landing) -> list[FileGroup]:
    return small_files(IcebergTable(landing.table(NAME), landing.catalog.context))


def ids(landing: Landing) -> list[int]:
    return sorted(landing.table(NAME).scan().to_arrow().column("id").to_pylist())


def test_a_file_of_which_much_is_deleted_is_worth_it_by_itself_and_however_large(landing: Landing) -> None:
    worn, other = land(landing, 2, target=1)
    delete_rows(landing.table(NAME), {worn: [0, 1, 2], other: [0, 1]})
    (group,) = found(landing)
    assert [task.file.file_path for task in group.entry] == [worn]
    compacted = compact(landing.catalog, TableName("acme", NAME), [group])
    assert (compacted.files_before, compacted.files_after, compacted.rows) == (1, 1, 7)
    assert ids(landing) == [*range(3, 10), *range(12, 20)]


def test_rows_that_are_deleted_twice_count_once(landing: Landing) -> None:
    (path,) = land(landing, 1)
    for _ in range(2):
        delete_rows(landing.table(NAME), {path: [3, 4]})
    assert found(landing) == []


def test_deleted_rows_do_not_come_back_and_are_gone_from_the_files(landing: Landing) -> None:
    paths = land(landing, 5)
    delete_rows(landing.table(NAME), {paths[0]: [0], paths[2]: [3, 9]})
    delete_rows(landing.table(NAME), {paths[2]: [3, 4]})
    before = ids(landing)
    compacted = compact(landing.catalog, TableName("acme", NAME), found(landing))
    assert compacted.rows == 46
    assert ids(landing) == before
    (task,) = landing.table(NAME).scan().plan_files()
    assert (task.delete_files, task.file.record_count) == (set(), 46)


def test_files_of_which_all_rows_are_deleted_make_way_for_none(landing: Landing) -> None:
    paths = land(landing, 5)
    delete_rows(landing.table(NAME), dict.fromkeys(paths, range(10)))
    compacted = compact(landing.catalog, TableName("acme", NAME), found(landing))
    assert (compacted.files_before, compacted.files_after, compacted.rows) == (5, 0, 0)
    assert (ids(landing), landing.data_files(landing.table(NAME))) == ([], [])


def test_rows_that_are_deleted_while_their_file_is_compacted_do_not_come_back(
    landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = land(landing, 5)
    groups = found(landing)
    real = landing.catalog.inner.commit_table

    def commit(*arguments: Any) -> object:  # noqa: ANN401  # passes on what it is given
        monkeypatch.setattr(landing.catalog.inner, "commit_table", real)
        delete_rows(landing.table(NAME), {paths[1]: [5]})
        return real(*arguments)

    monkeypatch.setattr(landing.catalog.inner, "commit_table", commit)
    with pytest.raises(TransientError, match="another writer changed"):
        compact(landing.catalog, TableName("acme", NAME), groups)
    assert ids(landing) == [each for each in range(50) if each != 15]
    compact(landing.catalog, TableName("acme", NAME), found(landing))
    assert ids(landing) == [each for each in range(50) if each != 15]


def test_deletes_by_equality_are_told_with_the_mend(landing: Landing) -> None:
    paths = land(landing, 5)
    delete_rows(landing.table(NAME), {paths[0]: [0]}, "EQUALITY_DELETES")
    with pytest.raises(JobError, match="cannot be planned") as raised:
        found(landing)
    assert "compact the table with the engine" in raised.value.faults[0].mend
