"""Completes the names of a job's objects, by a quick look at the file."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import click

LONGEST = 1_000_000
"""Bytes; no job file is longer."""


def object_names(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    """Give the objects of the job that ``--config`` names, as far as they go on from what is typed.

    A file that is missing or wrong completes nothing: the command itself tells what is wrong with it.
    """
    del parameter
    config = context.params.get("config")
    return [name for name in _names(Path(config)) if name.startswith(begun)] if config else []


def _names(path: Path) -> list[str]:
    import yaml  # noqa: PLC0415  # --help does without

    data: Any = None
    with (
        contextlib.suppress(OSError, ValueError, RecursionError, yaml.YAMLError),
        path.open(encoding="utf-8") as opened,
    ):
        data = yaml.safe_load(opened.read(LONGEST))
    for key in ("source", "objects"):
        data = data.get(key) if isinstance(data, dict) else None
    return [str(name) for name in data] if isinstance(data, dict | list) else []
