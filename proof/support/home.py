"""A home folder with one job on a dialled source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from dialled import Row, World

from proof.support.target import Target

REGISTRY = """\
version: 1
connectors:
  dialled: {description: A source for proofs, roles: [source]}
"""


@dataclass
class Home:
    """A home folder.

    Args:
        path: Where it lies.
        namespace: The namespace that its job lands in, unlike that of any other.
        target: The catalog.
        write: How rows are written.
        options: What is dialled at the source.
        special: More that the job says of each object.
        job: More that the job says.
        names: Its objects.
        tenant: Whose job it is.
    """

    path: Path
    namespace: str
    target: Target
    write: str
    options: dict[str, Any] = field(default_factory=dict)
    special: dict[str, Any] = field(default_factory=dict)
    job: dict[str, Any] = field(default_factory=dict)
    names: Sequence[str] = ("orders",)
    tenant: str = "acme"

    def __post_init__(self) -> None:
        for folder in (f"jobs/{self.tenant}", "data", "registry"):
            (self.path / folder).mkdir(parents=True, exist_ok=True)
        (self.path / "registry" / "connectors.yaml").write_text(REGISTRY, encoding="utf-8")
        self.write_job()

    @property
    def job_file(self) -> Path:
        """The job's file."""
        return self.path / "jobs" / self.tenant / "shop.yaml"

    def world(self, name: str = "orders") -> World:
        """Give what an object's system holds."""
        return World(self.path / "data" / f"{name}.json")

    def put(self, rows: Sequence[Row], name: str = "orders") -> None:
        """Change what an object's system holds."""
        self.world(name).write(rows)

    def write_job(self, job: str = "shop", names: Sequence[str] = ()) -> None:
        """Write a job as it is dialled now, of the home's objects or of some others."""
        target: dict[str, Any] = {"connector": "iceberg", "namespace": self.namespace, "write": self.write}
        if self.target.properties:
            target["catalog"] = dict(self.target.properties)
        objects = {name: {"path": f"data/{name}.json", "table": name, **self.special} for name in names or self.names}
        source = {"connector": "dialled", "with": self.options, "objects": objects}
        text = yaml.safe_dump({"tenant": self.tenant, "source": source, "target": target, **self.job}, sort_keys=False)
        self.job_file.with_stem(job).write_text(text, encoding="utf-8")
