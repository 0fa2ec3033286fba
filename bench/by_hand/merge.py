"""Puts changed orders in the place of the former ones: every file is written again, on both cores, in one commit.

Prints how many rows came.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.table import Table

from bench.by_hand.crew import write_all
from bench.by_hand.files import HandFile
from bench.by_hand.load import marked

KEY = "order_id"


def staying(paths: list[str], keys: pa.Array, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Read the rows that do not change."""
    for path in paths:
        file = pq.ParquetFile(path.removeprefix("file://"))
        for group in range(file.num_row_groups):
            rows = file.read_row_group(group).combine_chunks()
            kept = rows.filter(pc.invert(pc.is_in(rows.column(KEY), value_set=keys)))
            yield from kept.select(schema.names).combine_chunks().to_batches()


def rewritten(table: Table, changes: list[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Give all rows of the table as it will be."""
    keys = pa.concat_arrays([batch.column(KEY) for batch in changes])
    paths = [task.file.file_path for task in table.scan().plan_files()]
    names = table.schema().as_arrow()
    yield from staying(paths, keys, names)
    for batch in changes:
        yield batch.select(names.names)


def main(path: Path, folder: Path) -> None:
    """Merge a file.

    Args:
        path: The changed rows.
        folder: Holds the catalog that the table is in.
    """
    catalog = SqlCatalog("ingest", uri=f"sqlite:///{folder}/catalog.db", warehouse=f"file://{folder}/warehouse")
    table = catalog.load_table("acme.orders")
    changes = list(marked(path))
    former = [task.file for task in table.scan().plan_files()]
    files = write_all(rewritten(table, changes), lambda: HandFile(table))
    transaction = table.transaction()
    with transaction.update_snapshot().overwrite() as update:
        for file in former:
            update.delete_data_file(file)
        for file in files:
            update.append_data_file(file)
    transaction.commit_transaction()
    sys.stdout.write(f"{sum(batch.num_rows for batch in changes)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
