"""Reads a runner file: from a path to its values, or to every fault in it."""

from __future__ import annotations

import os
from pathlib import Path

from ingest_core.documents import read_yaml, validate
from ingest_core.runner import RunnerFile, RunnerSpec


def load_runner(path: str | os.PathLike[str]) -> RunnerSpec:
    """Read a runner file. The jobs that it names are not read.

    Args:
        path: The file.

    Raises:
        JobError: The file is missing or something in it is wrong. Carries every fault with its place, key and mend.
    """
    return validate(RunnerFile, read_yaml(Path(path).absolute())).runner
