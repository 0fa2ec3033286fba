"""Our own connectors keep every obligation of the port."""

import hashlib
import os
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import duckdb
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from ingest_core.connectors.csv import CsvSource
from ingest_core.connectors.jsonl import JsonlSource
from ingest_core.connectors.parquet import ParquetSource
from ingest_core.plugin import Cursor, Source, SourceContext, Window
from ingest_core.testing import WIDE, MemorySource, MemorySystem, System, conformance, conformance_test


class FileSystem(System):
    """A folder of files of one format, one for each change."""

    connector: ClassVar[Any]
    ending: ClassVar[str]

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.types: dict[str, pa.DataType] = {}

    @abstractmethod
    def write(self, rows: pa.Table, file: Path) -> None:
        """Write a file."""

    def source(self) -> Source:
        return self._at(f"*.{self.ending}")

    def put(self, rows: pa.Table) -> None:
        self.types = {field.name: field.type for field in rows.schema}
        file, now = self.folder / f"{self._count}.{self.ending}", self.moment().timestamp()
        self.write(rows, file)
        os.utime(file, (now, now))

    def within(self, window: Window) -> Source:
        return self._at(f"*.{self.ending}", window)

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self._count * 3600, tz=UTC)

    @property
    def _count(self) -> int:
        return len([*self.folder.iterdir()])

    def astray(self) -> Source:
        return self._at("nowhere/*")

    def broken(self) -> Source:
        for file in self.folder.iterdir():
            file.write_bytes(file.read_bytes()[:-5])
        return self.source()

    def _at(self, path: str, window: Window | None = None) -> Source:
        objects = {"rows": {"path": path, "types": self.types}}
        source: Source = self.connector(SourceContext(self.folder, objects, self.connector.Options(), window))
        return source


class CsvSystem(FileSystem):
    connector = CsvSource
    ending = "csv"
    wide = WIDE.drop_columns(["raw", "unique", "tags", "place", "counts"])

    def write(self, rows: pa.Table, file: Path) -> None:
        with file.open("wb") as opened:
            pa_csv.write_csv(rows, opened, pa_csv.WriteOptions(quoting_style="all_valid"))

    def older(self, cursor: Cursor) -> Sequence[Cursor]:
        """Digest by SHA-256, as the release that only read csv did."""
        return [{"files": {name: self._seen(self.folder / name) for name in cursor["files"]}}]

    @staticmethod
    def _seen(file: Path) -> Mapping[str, Any]:
        now = file.stat()
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        return {"size": now.st_size, "mtime_ns": 1, "ctime_ns": 1, "sha256": digest}


class JsonlSystem(FileSystem):
    connector = JsonlSource
    ending = "jsonl"
    wide = WIDE.drop_columns(["raw"])

    def write(self, rows: pa.Table, file: Path) -> None:
        with duckdb.connect() as connection:
            connection.sql("set timezone = 'UTC'")
            connection.from_arrow(rows).query("rows", f"copy rows to '{file}' (format json)")


class ParquetSystem(FileSystem):
    connector = ParquetSource
    ending = "parquet"

    def write(self, rows: pa.Table, file: Path) -> None:
        pq.write_table(rows, file)


test_csv_conforms = conformance_test(CsvSystem)
test_jsonl_conforms = conformance_test(JsonlSystem)
test_parquet_conforms = conformance_test(ParquetSystem)


def test_a_source_of_tables_in_memory_keeps_every_obligation(
    broken_checks: Callable[[type[MemorySource]], set[str]],
) -> None:
    assert broken_checks(MemorySource) == set()


def test_what_must_be_kept_cannot_be_excused() -> None:
    with pytest.raises(ValueError, match="whole cannot be excused; only no-splits, sizes-told can"):
        conformance(MemorySystem, {"whole": "we are in a hurry"})


def test_what_only_should_be_done_is_left_undone_for_a_reason() -> None:
    verdicts = conformance(MemorySystem, {"sizes-told": "nobody knows them"})
    excused = [(each.check.name, each.why) for each in verdicts if each.ending == "excused"]
    assert excused == [("sizes-told", "nobody knows them")]
