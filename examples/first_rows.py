"""Shows the first rows of the example's tables: pyiceberg finds the current files, DuckDB reads them.

Usage: python examples/first_rows.py
"""

from pathlib import Path

import duckdb
from pyiceberg.catalog.sql import SqlCatalog

STATE = Path(__file__).parent / "state"

catalog = SqlCatalog("ingest", uri=f"sqlite:///{STATE / 'catalog.db'}", warehouse=f"file://{STATE / 'warehouse'}")
for name in catalog.list_tables("acme"):
    table = catalog.load_table(name)
    files = [task.file.file_path for task in table.scan().plan_files()]
    rows = duckdb.from_parquet(files)
    print(f"{'.'.join(name)}: {len(rows)} rows, snapshot {table.current_snapshot().snapshot_id}")
    rows.limit(5).show()
