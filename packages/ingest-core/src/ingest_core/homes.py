"""Finds the home folder of a file that people write."""

from __future__ import annotations

import os
from pathlib import Path

from ingest_core.errors import JobError

HOME_VARIABLE = "INGEST_HOME"


def find_home(file: Path, given: str | os.PathLike[str] | None) -> Path:
    """Give the home folder: the one that is said, or ``INGEST_HOME``, or the nearest above a file that holds ``jobs/``.

    Args:
        file: A job file or a runner file; an absolute path.
        given: The home folder, where it is said.

    Raises:
        JobError: There is none.
    """
    if chosen := given or os.environ.get(HOME_VARIABLE):
        folder = Path(chosen).absolute()
        if not folder.is_dir():
            raise JobError(f"the home folder {folder} does not exist", f"mend --home or {HOME_VARIABLE}")
        return folder
    for folder in file.parents:
        if (folder / "jobs").is_dir():
            return folder
    raise JobError(
        f"no home folder: no folder above {file} holds jobs/",
        f"put the job under jobs/<tenant>/, or name the home with --home or {HOME_VARIABLE}",
    )
