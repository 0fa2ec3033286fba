"""Reads tables by DuckDB alone, as a user's client would: through Nessie's REST catalog, beside the servers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from e2e.support.containers import LABEL, Stage
from e2e.support.duckdb_image import EXTENSIONS, FOLDER
from e2e.support.nessie import WAREHOUSE, Nessie
from e2e.support.objectstore import REGION, ObjectStore

LAKE = "lake"
"""How queries call the catalog: a table is `lake.<namespace>.<table>`."""
SOURCES = "/sources"
"""Where queries find the source files."""
QUERY_SECONDS = 120


@dataclass(frozen=True)
class DuckDbReader:
    """DuckDB's Iceberg reader, attached to the catalog.

    Args:
        stage: The network with the servers.
        image: DuckDB with its extensions.
        nessie: The catalog.
        store: Where the files lie.
    """

    stage: Stage
    image: str
    nessie: Nessie
    store: ObjectStore

    def query(self, query: str, sources: Path) -> Sequence[Mapping[str, Any]]:
        """Run one query in a container of its own.

        Args:
            query: What to ask, of tables of `lake`.
            sources: A folder of source files, which the query finds below `/sources`.

        Returns:
            The rows.

        Raises:
            RuntimeError: DuckDB refuses it; the message is DuckDB's.
        """
        prepared = [".output /dev/null", "; ".join(self._preparation()), ".output", query]
        container = self.stage.client.containers.run(
            self.image,
            [part for each in prepared for part in ("-c", each)],
            environment={"STORE_KEY": self.store.keys.access, "STORE_SECRET": self.store.keys.secret},
            network=self.stage.network.name,
            volumes={str(sources): {"bind": SOURCES, "mode": "ro"}},
            labels={LABEL: self.stage.run},
            detach=True,
        )
        exit_code = int(container.wait(timeout=QUERY_SECONDS)["StatusCode"])
        if exit_code:
            raise RuntimeError(f"DuckDB refuses {query!r}: {container.logs().decode()}")
        rows: Sequence[Mapping[str, Any]] = json.loads(container.logs(stderr=False))
        return rows

    def _preparation(self) -> list[str]:
        """Load the extensions, and attach the catalog, whose tables' files are read with the store's keys.

        Sources: https://duckdb.org/docs/stable/core_extensions/iceberg/iceberg_rest_catalogs and
        https://duckdb.org/docs/stable/core_extensions/httpfs/s3api.
        """
        store = urlsplit(self.store.endpoint).netloc
        return [
            *(f"LOAD '{FOLDER}/{name}.duckdb_extension'" for name in EXTENSIONS),
            f"""CREATE SECRET (TYPE s3, KEY_ID getenv('STORE_KEY'), SECRET getenv('STORE_SECRET'), ENDPOINT '{store}',
            URL_STYLE 'path', USE_SSL false, REGION '{REGION}')""",
            f"""ATTACH '{WAREHOUSE}' AS {LAKE} (TYPE iceberg, ENDPOINT '{self.nessie.network_uri}',
            AUTHORIZATION_TYPE 'none', ACCESS_DELEGATION_MODE 'none')""",
        ]
