"""Homes with one job each, and their tables as they were before it ran."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

JOB = """\
tenant: acme
source:
  connector: {connector}
  objects:
    orders:
      path: "{path}"
      table: orders
      {types}
      {more}
target: {{connector: iceberg}}
"""


def write_job(home: Path, path: Path, types: dict[str, str], more: str = "write: append") -> Path:
    """Write a home with one job.

    Args:
        home: The folder.
        path: The file or the glob that it loads; its ending is the connector's name.
        types: The types that the job says.
        more: The rest of what it says of its object.

    Returns:
        The job file.
    """
    job = home / "jobs" / "acme" / "orders.yaml"
    job.parent.mkdir(parents=True, exist_ok=True)
    listed = ", ".join(f'{name}: "{kind}"' for name, kind in types.items())
    said = f"types: {{{listed}}}" if types else "allow_empty: false"
    connector = path.suffix.removeprefix(".")
    job.write_text(JOB.format(connector=connector, path=path, types=said, more=more), encoding="utf-8")
    return job


def forget(folder: Path) -> None:
    """Take a folder away, if it is there."""
    shutil.rmtree(folder, ignore_errors=True)


def put_aside(home: Path, aside: Path) -> None:
    """Keep a home's state for :func:`put_back`."""
    forget(aside)
    shutil.copytree(home / "state", aside, copy_function=_copied)


def put_back(home: Path, aside: Path) -> None:
    """Make a home's state again as it was put aside, in its own place: the catalog holds whole paths."""
    forget(home / "state")
    shutil.copytree(aside, home / "state", copy_function=_copied)


def _copied(source: str, target: str) -> None:
    """Copy a file; data files, which nobody changes, by a link."""
    if source.endswith(".parquet"):
        os.link(source, target)
    else:
        shutil.copy2(source, target)
