"""Our own connectors keep every obligation of the port."""

from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
from ingest_core.connectors.csv import CsvSource, Options
from ingest_core.plugin import Source, SourceContext
from ingest_core.testing import WIDE, System, conformance_test

NOT_IN_CSV = ["raw", "unique", "tags", "place", "counts"]


class CsvSystem(System):
    """A folder of CSV files, one for each change."""

    wide = WIDE.drop_columns(NOT_IN_CSV)

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.types: dict[str, pa.DataType] = {}

    def source(self) -> Source:
        """Read every file, in the types that were put in."""
        return self._at("*.csv")

    def put(self, rows: pa.Table) -> None:
        """Write one more file."""
        self.types = {field.name: field.type for field in rows.schema}
        with (self.folder / f"{len([*self.folder.iterdir()])}.csv").open("wb") as file:
            pa_csv.write_csv(rows, file, pa_csv.WriteOptions(quoting_style="all_valid"))

    def astray(self) -> Source:
        """Look where no file is."""
        return self._at("nowhere/*.csv")

    def broken(self) -> Source:
        """Cut the end off every file."""
        for file in self.folder.iterdir():
            file.write_text(file.read_text(encoding="utf-8")[:-5], encoding="utf-8")
        return self.source()

    def _at(self, path: str) -> Source:
        return CsvSource(SourceContext(self.folder, {"rows": {"path": path, "types": self.types}}, Options()))


test_csv_conforms = conformance_test(CsvSystem)
