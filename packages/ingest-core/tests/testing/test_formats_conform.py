"""JSON lines and Parquet keep every obligation of the port."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from ingest_core.connectors.jsonl import JsonlSource
from ingest_core.connectors.jsonl import Options as JsonlOptions
from ingest_core.connectors.parquet import Options as ParquetOptions
from ingest_core.connectors.parquet import ParquetSource
from ingest_core.files import FileSource
from ingest_core.plugin import SourceContext
from ingest_core.testing import WIDE, System, conformance_test


class JsonlSystem(System):
    """A folder of JSON lines, a file for each change, as DuckDB writes them."""

    # JSON has no bytes.
    wide = WIDE.drop_columns(["raw"])

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.types: dict[str, pa.DataType] = {}

    def source(self) -> FileSource:
        """Read every file, in the types that were put in."""
        return self._at("*.jsonl")

    def put(self, rows: pa.Table) -> None:
        """Write one more file."""
        self.types = {field.name: field.type for field in rows.schema}
        file = self.folder / f"{len([*self.folder.iterdir()])}.jsonl"
        with duckdb.connect() as connection:
            connection.sql("set timezone = 'UTC'")
            connection.from_arrow(rows).query("rows", f"copy rows to '{file}' (format json)")

    def astray(self) -> FileSource:
        """Look where no file is."""
        return self._at("nowhere/*.jsonl")

    def broken(self) -> FileSource:
        """Cut the end off every file."""
        for file in self.folder.iterdir():
            file.write_bytes(file.read_bytes()[:-5])
        return self.source()

    def _at(self, path: str) -> FileSource:
        return JsonlSource(SourceContext(self.folder, {"rows": {"path": path, "types": self.types}}, JsonlOptions()))


class ParquetSystem(System):
    """A folder of Parquet files, one for each change."""

    def source(self) -> FileSource:
        """Read every file."""
        return self._at("*.parquet")

    def put(self, rows: pa.Table) -> None:
        """Write one more file."""
        pq.write_table(rows, self.folder / f"{len([*self.folder.iterdir()])}.parquet")

    def astray(self) -> FileSource:
        """Look where no file is."""
        return self._at("nowhere/*.parquet")

    def broken(self) -> FileSource:
        """Cut the end off every file."""
        for file in self.folder.iterdir():
            file.write_bytes(file.read_bytes()[:-5])
        return self.source()

    def _at(self, path: str) -> FileSource:
        return ParquetSource(SourceContext(self.folder, {"rows": {"path": path}}, ParquetOptions()))


test_json_lines_conform = conformance_test(JsonlSystem)
test_parquet_conforms = conformance_test(ParquetSystem)
