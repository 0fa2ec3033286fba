"""Where jobs land: the embedded catalog or a real Nessie. Read as a stranger reads, by pyiceberg alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ingest_core.catalogs.http import RestAdapter
from pyiceberg.catalog.rest import RestCatalog
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.io import load_file_io

if TYPE_CHECKING:
    from pyiceberg.catalog import Catalog
    from pyiceberg.table import Table
    from requests import Session

Kind = Literal["embedded", "nessie"]
KINDS: tuple[Kind, ...] = ("embedded", "nessie")


class _Stranger(RestCatalog):
    """A stranger whose commits name the last column id, without which older Nessie servers take no new column."""

    def _create_session(self) -> Session:
        session = super()._create_session()
        session.mount("http://", RestAdapter())
        return session


@dataclass(frozen=True)
class Target:
    """A catalog that jobs land in.

    Args:
        kind: Which.
        properties: What a job says of it: the catalog's, and those of its storage. Empty for the embedded one.
        branch: Where to read, on Nessie.
    """

    kind: Kind
    properties: Mapping[str, str]

    def catalog(self, home: Path) -> Catalog:
        """Open it as a stranger would."""
        if self.kind == "embedded":
            state = home / "state"
            return SqlCatalog(
                "ingest", uri=f"sqlite:///{state / 'catalog.db'}", warehouse=f"file://{state / 'warehouse'}"
            )
        return _Stranger("stranger", **self.properties)

    def table(self, home: Path, namespace: str, name: str) -> Table | None:
        """Load a table; ``None`` when there is none."""
        if self.kind == "embedded" and not (home / "state" / "catalog.db").exists():
            return None
        catalog = self.catalog(home)
        if not catalog.table_exists((namespace, name)):
            return None
        table = catalog.load_table((namespace, name))
        if self.properties:
            # Nessie names the store as its own container sees it.
            table.io = load_file_io({**table.io.properties, **self.properties})
        return table
