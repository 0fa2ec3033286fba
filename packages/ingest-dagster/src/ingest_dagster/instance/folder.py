"""Where things are, and what they are called."""

from __future__ import annotations

from pathlib import Path

DATABASE_VARIABLE = "INGEST_DAGSTER_DATABASE"
"""The environment variable that holds the URL of Dagster's database. It may hold a password: it is in no file."""

LOCATION_NAME = "ingest"
"""What Dagster calls the place that our definitions come from. Its history hangs on the name: it never changes."""


def dagster_home(home: Path) -> Path:
    """Give Dagster's own folder (``DAGSTER_HOME``) of a home folder."""
    return home / "state" / "dagster"


def own_settings_file(home: Path) -> Path:
    """Give the file, which need not be there, of what a person sets of Dagster's instance."""
    return home / "configs" / "dagster.yaml"
