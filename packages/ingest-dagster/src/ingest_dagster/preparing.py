"""Brings Dagster's records in order before its processes start: ``python -m ingest_dagster.preparing HOME STEP...``.

Steps: ``definitions`` sees that Dagster takes what the runner file gives; ``migrate`` brings the records to the form
that this Dagster writes; ``leftovers`` ends runs that were going on when everything was killed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import dagster
from dagster import DagsterError, DagsterInstance, DagsterInvalidConfigError, Definitions
from ingest_core import JobError
from sqlalchemy.exc import DBAPIError

import ingest_dagster
from ingest_dagster.instance import DATABASE_VARIABLE, dagster_home, own_settings_file
from ingest_dagster.liveness.dead_runs import end_dead_runs


def main(home: Path, steps: Sequence[str]) -> int:
    """Do the steps.

    Args:
        home: The home folder. Which instance it is says ``DAGSTER_HOME``.
        steps: Their names.

    Returns:
        The exit code.
    """
    # The records may be elsewhere, by a person's own settings: the version is here.
    fresh = not any((dagster_home(home) / name).exists() for name in ("history", "version"))
    try:
        with DagsterInstance.get() as instance:
            if "definitions" in steps:
                Definitions.validate_loadable(_definitions(home))
            if "migrate" in steps:
                _migrate(home, in_files=_in_files(instance), fresh=fresh)
            if "leftovers" in steps:
                # A process that is about to begin finds its run ended, and does nothing (dagster's execute_run).
                ended = end_dead_runs(instance, home, beginning=timedelta(0))
                for run_id in ended:
                    sys.stdout.write(f"run {run_id} was going on when its process was killed; its record says so now\n")
    except DagsterInvalidConfigError as error:
        sys.stderr.write(f"Dagster refuses its settings; see {own_settings_file(home)}:\n{error}\n")
        return 1
    except (DagsterError, JobError) as error:
        # The file was found in order before; this is what Dagster alone does not allow.
        sys.stderr.write(f"Dagster does not take what {os.environ['INGEST_RUNNER_FILE']} gives:\n{error}\n")
        return 1
    except Exception as error:
        # Dagster's own words are that it tried too often; what it tried stands below them.
        if (refused := _refused(error)) is None:
            raise
        sys.stderr.write(f"Dagster's records cannot be reached: {refused}\n  mend: {_mend()}\n")
        return 1
    return 0


def _refused(error: BaseException | None) -> str | None:
    """Find what a database said behind an error. ``None`` where it said nothing."""
    while error:
        if isinstance(error, DBAPIError):
            return str(error.orig).strip()
        error = error.__cause__ or error.__context__
    return None


def _mend() -> str:
    if DATABASE_VARIABLE in os.environ:
        return "see that the server runs, and takes the URL that `runner.orchestrator.database` names"
    return f"see that the process may read and write all below {os.environ['DAGSTER_HOME']}, and has room"


def _definitions(home: Path) -> Definitions:
    return ingest_dagster.definitions(Path(os.environ["INGEST_RUNNER_FILE"]), home)


def _migrate(home: Path, *, in_files: bool, fresh: bool) -> None:
    """Migrate records in a database; and files, of which there are as many as runs, when the version is another."""
    seen = dagster_home(home) / "version"
    if in_files and (fresh or (seen.exists() and seen.read_text(encoding="utf-8") == dagster.__version__)):
        seen.write_text(dagster.__version__, encoding="utf-8")
        return
    line = [sys.executable, "-m", "dagster", "instance", "migrate"]
    done = subprocess.run(line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)  # noqa: S603  # a fixed line
    if done.returncode:
        sys.stderr.write(done.stdout)
        raise SystemExit(f"Dagster's records could not be migrated to Dagster {dagster.__version__}; see above")
    seen.write_text(dagster.__version__, encoding="utf-8")


def _in_files(instance: DagsterInstance) -> bool:
    return "sqlite" in type(instance.run_storage).__name__.lower()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
