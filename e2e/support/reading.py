"""Reads tables back from the host: by pyiceberg over REST, and their files by DuckDB. See `duckdb_reader`, too."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import duckdb
from pyiceberg.catalog.rest import RestCatalog
from pyiceberg.io import load_file_io
from pyiceberg.table import Table

from e2e.support.nessie import WAREHOUSE, Nessie
from e2e.support.objectstore import ObjectStore

OURS = ("_ingest_run_id", "_ingest_loaded_at", "_ingest_source")


class Reader:
    """Reads what a job landed.

    Args:
        nessie: The catalog.
        store: Where the files lie.
        reference: The branch or tag; by default the server's default branch.
    """

    def __init__(self, nessie: Nessie, store: ObjectStore, reference: str = "") -> None:
        self._nessie, self._store = nessie, store
        uri = f"{nessie.catalog_uri}/{quote(reference, safe='')}".rstrip("/")
        self.catalog = RestCatalog("e2e", uri=uri, warehouse=WAREHOUSE, **store.properties)

    def at(self, reference: str) -> Reader:
        """Read at a branch or a tag."""
        return Reader(self._nessie, self._store, reference)

    def table(self, namespace: str, name: str) -> Table:
        """Load a table. The server names the store as containers see it; its files are read at the host's address."""
        table: Table = self.catalog.load_table((namespace, name))
        table.io = load_file_io({**table.io.properties, **self._store.properties})
        return table

    def exists(self, namespace: str, name: str) -> bool:
        """Tell whether a table is there."""
        return bool(self.catalog.table_exists((namespace, name)))

    def count(self, namespace: str, name: str) -> int:
        """Count a table's rows by pyiceberg."""
        return int(self.table(namespace, name).scan().to_arrow().num_rows)

    def fetch(self, namespace: str, name: str, folder: Path) -> Sequence[Path]:
        """Copy the data files of a table's snapshot.

        Args:
            namespace: The table's namespace.
            name: The table's name.
            folder: Where to.

        Returns:
            The copies, which DuckDB reads as what they are: Parquet.
        """
        table = self.table(namespace, name)
        folder.mkdir(parents=True)
        copies = []
        for number, task in enumerate(table.scan().plan_files()):
            copy = folder / f"{number}.parquet"
            with table.io.new_input(task.file.file_path).open() as source, copy.open("wb") as target:
                shutil.copyfileobj(source, target)
            copies.append(copy)
        return copies


def difference(source: str, copies: Sequence[Path]) -> list[tuple[object, ...]]:
    """Compare CSV files with landed files in both directions by DuckDB, counting how often each row occurs.

    Args:
        source: A path or glob of the CSV files.
        copies: The Parquet files.

    Returns:
        The rows of either side that the other lacks.
    """
    paths = [str(copy) for copy in copies]
    query = either_lacks("read_csv($source)", "read_parquet($landed)")
    return duckdb.execute(query, {"landed": paths, "source": source}).fetchall()


def either_lacks(source: str, landed: str) -> str:
    """Write the query for the rows that one side has and the other lacks, counting how often each row occurs.

    Args:
        source: What a job reads, as it stands behind FROM.
        landed: What it landed, likewise.
    """
    wanted = f"SELECT * FROM {source}"  # noqa: S608  # names of our own
    found = f"SELECT * EXCLUDE ({', '.join(OURS)}) FROM {landed}"  # noqa: S608  # names of our own
    return f"(({found}) EXCEPT ALL ({wanted})) UNION ALL (({wanted}) EXCEPT ALL ({found}))"
