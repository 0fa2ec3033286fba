"""Loads one file into a new table: stream, zstd Parquet on both cores, one commit. Prints how many rows there are."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
from pyiceberg.catalog.sql import SqlCatalog

from bench.by_hand.crew import write_all
from bench.by_hand.files import HandFile
from bench.by_hand.reading import SCHEMA, read

OWN = pa.schema(
    [
        ("_ingest_run_id", pa.string()),
        ("_ingest_loaded_at", pa.timestamp("us", "UTC")),
        ("_ingest_source", pa.string()),
    ]
)
"""The columns that every table of ``ingest`` has beside the source's, so that both write the same table."""


def marked(path: Path) -> Iterator[pa.RecordBatch]:
    """Read a file, and say of each row where it is from."""
    values = [str(uuid.uuid4()), datetime.now(UTC), path.name]
    scalars = [pa.scalar(value, field.type) for value, field in zip(values, OWN, strict=True)]
    schema = pa.schema([*SCHEMA, *OWN])
    for batch in read(path):
        own = [pa.repeat(scalar, batch.num_rows) for scalar in scalars]
        yield pa.record_batch([*batch.columns, *own], schema=schema)


def main(path: Path, folder: Path) -> None:
    """Load a file.

    Args:
        path: The file.
        folder: Where catalog and table are made.
    """
    folder.mkdir(parents=True)
    catalog = SqlCatalog("hand", uri=f"sqlite:///{folder}/catalog.db", warehouse=f"file://{folder}")
    catalog.create_namespace("hand")
    table = catalog.create_table("hand.orders", pa.schema([*SCHEMA, *OWN]))
    files = write_all(marked(path), lambda: HandFile(table))
    transaction = table.transaction()
    with transaction.update_snapshot().fast_append() as update:
        for file in files:
            update.append_data_file(file)
    transaction.commit_transaction()
    sys.stdout.write(f"{sum(file.record_count for file in files)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
