"""A home folder with jobs that run for real: CSV files into the embedded catalog."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

import dagster as dg
import yaml
from ingest_dagster import definitions


@dataclass(frozen=True)
class Home:
    """A home folder."""

    root: Path

    def write(self, place: str, text: str) -> Path:
        """Write a file below it."""
        path = self.root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def job(self, name: str, tenant: str = "acme", **said: object) -> Path:
        """Write a job that appends ``data/<name>.csv`` to a table of its name, unless something else is said."""
        source = {"connector": "csv", "objects": {name: {"path": f"data/{name}.csv", "table": name}}}
        job = {"tenant": tenant, "source": source, "target": {"connector": "iceberg"}, **said}
        return self.write(f"jobs/{tenant}/{name}.yaml", yaml.safe_dump(job, sort_keys=False))

    def rows(self, name: str, *lines: str) -> Path:
        """Write a CSV file with the columns ``id`` and ``price``."""
        return self.write(f"data/{name}.csv", "\n".join(["id,price", *lines, ""]))

    def runner(self, *schedules: str, **said: object) -> Path:
        """Write the runner file; each schedule is a line of YAML."""
        rest = yaml.safe_dump(said) if said else ""
        body = rest + "schedules:\n" + "".join(f"- {line}\n" for line in schedules)
        return self.write("configs/runner.yaml", "runner:\n  orchestrator:\n" + indent(body, "    "))

    def definitions(self, *schedules: str, **said: object) -> dg.Definitions:
        """Load the definitions of a runner file with these schedules."""
        return definitions(self.runner(*schedules, **said))
