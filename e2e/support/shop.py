"""A home with one job of a few CSV objects, run from the host by the library, and what its tables show."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from ingest_core import Report, load_job, plan, run
from pyiceberg.catalog.rest import RestCatalog
from pyiceberg.io import load_file_io

from e2e.conftest import Servers
from e2e.support.nessie import WAREHOUSE

Rows = list[tuple[Any, ...]]


@dataclass
class Shop:
    """A home folder with one job.

    Args:
        servers: Nessie and the store, for clients on the host.
        path: Where it lies.
        namespace: The namespace that its job lands in, unlike that of any other test.
        name: The job's name.
        objects: What the job says of each object; its file is ``data/<object>*.csv``.
        job: More that the job says.
        branch: The branch to land on.
    """

    servers: Servers
    path: Path
    namespace: str
    name: str = "shop"
    tenant: str = "acme"
    objects: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: {"orders": {}, "customers": {}})
    branch: str = "main"
    publish: str = "together"

    def write(self, file: str, *lines: str) -> None:
        """Write a source file, its header first."""
        path = self.path / "data" / f"{file}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    @property
    def properties(self) -> dict[str, str]:
        """The catalog's, as a job and a stranger name it."""
        return {
            "uri": self.servers.nessie.catalog_uri,
            "warehouse": WAREHOUSE,
            **self.servers.store.properties,
        }

    def write_job(self) -> Path:
        """Write the job file."""
        file = self.path / "jobs" / self.tenant / f"{self.name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        said = {
            "tenant": self.tenant,
            "name": self.name,
            "source": {
                "connector": "csv",
                "objects": {
                    name: {"path": f"data/{name}*.csv", "table": name, **special}
                    for name, special in self.objects.items()
                },
            },
            "target": {
                "connector": "iceberg",
                "namespace": self.namespace,
                "catalog": self.properties,
                "branch": self.branch,
            },
            "publish": self.publish,
        }
        file.write_text(yaml.safe_dump(said, sort_keys=False), encoding="utf-8")
        return file

    def run(self) -> Report:
        """Run the job in this process."""
        return run(plan(load_job(self.write_job(), self.path)))

    def elsewhere(self) -> Shop:
        """Copy the home, for a run that does not see the first one's slot and notes."""
        other = Shop(**{**vars(self), "path": self.path.with_name(f"{self.path.name}-other")})
        shutil.copytree(self.path / "data", other.path / "data", dirs_exist_ok=True)
        return other

    def catalog(self, branch: str | None = None) -> RestCatalog:
        """Open the catalog at a branch, as a stranger would."""
        path = (branch or self.branch).replace("/", "%2F")
        return RestCatalog("stranger", **{**self.properties, "uri": f"{self.properties['uri']}/{path}"})

    def table(self, name: str, branch: str | None = None) -> Any:  # noqa: ANN401  # pyiceberg's table
        """Load a table."""
        table = self.catalog(branch).load_table((self.namespace, name))
        table.io = load_file_io({**table.io.properties, **self.servers.store.properties})
        return table

    def exists(self, name: str, branch: str | None = None) -> bool:
        """Tell whether a table is there."""
        return bool(self.catalog(branch).table_exists((self.namespace, name)))

    def rows(self, name: str, *columns: str, branch: str | None = None) -> Rows:
        """Read some columns of a table, sorted; of a table that is not there, nothing."""
        if not self.exists(name, branch):
            return []
        found = self.table(name, branch).scan().to_arrow().select(list(columns or ("id",)))
        return sorted((tuple(row.values()) for row in found.to_pylist()), key=repr)

    def files(self, name: str) -> set[str]:
        """Name the Parquet files of a table that lie in the store, committed or not."""
        inside = f"{self.namespace}/{name}_"
        return {path for path, _ in self.servers.store.contents() if inside in path and path.endswith(".parquet")}

    def notes(self) -> list[str]:
        """Name what is remembered of tables that this job landed in."""
        return sorted(path.name.split("@")[0] for path in (self.path / "state" / "targets").rglob("*.json"))
