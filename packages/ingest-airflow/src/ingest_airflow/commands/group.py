"""``ingest airflow``: what a team needs that has an Airflow of its own. Imports nothing of Airflow."""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO

import click


@click.group("airflow")
def airflow() -> None:
    """Prepare an Airflow of your own for the jobs of a runner file."""


@airflow.command(
    "pools", epilog="Example: ingest airflow pools --runner-config configs/runner.yaml --output pools.json"
)
@click.option("--runner-config", required=True, type=click.Path(path_type=Path), help="The runner file.")
@click.option(
    "--home", type=click.Path(path_type=Path), help="The home folder; else INGEST_HOME, else found from the file."
)
@click.option(
    "--output",
    type=click.File("w", encoding="utf-8", lazy=True),
    default="-",
    metavar="FILE",
    help="Where they are written; `-`, the default, is stdout.",
)
def pools_command(runner_config: Path, home: Path | None, output: IO[str]) -> int:
    """Write the pools of a runner file's tenants, as `airflow pools import FILE` reads them.

    A task whose pool is missing waits for ever, and Airflow says nothing of it. Exit code: 0 they were written; 2
    something is wrong with the runner file or a job that it names, and nothing was written.
    """
    from ingest_core import plan_runner  # noqa: PLC0415  # heavy; --help does without

    from ingest_airflow.tenant_pools import tenant_pools  # noqa: PLC0415  # as above

    pools = tenant_pools(plan_runner(runner_config, home))
    output.write(json.dumps(pools, indent=2) + "\n")
    return 0
