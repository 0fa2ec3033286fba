"""Finds the home folder of a command that names no job file."""

from __future__ import annotations

import os
from pathlib import Path


def home_here() -> Path:
    """Give the folder that INGEST_HOME names, else the nearest from here up that holds ``jobs/``, else this one."""
    here = Path.cwd()
    if said := os.environ.get("INGEST_HOME"):
        return Path(said)
    return next((folder for folder in (here, *here.parents) if (folder / "jobs").is_dir()), here)
