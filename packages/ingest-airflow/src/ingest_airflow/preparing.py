"""Brings Airflow's records in order before its processes start: ``python -m ingest_airflow.preparing HOME STEP...``.

Steps: ``migrate`` brings the tables to the form that this Airflow has, or ``migrated`` waits until somebody did;
``pools`` makes the pools in which the runs of a tenant wait for one another; ``dags`` sees that Airflow takes what the
runner file gives; ``leftovers`` notes that the schedulers of before are gone, so that their runs are taken up at once;
``page`` tells where the passwords of the page are.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from airflow.exceptions import AirflowConfigException
from airflow.utils.db import check_migrations, upgradedb
from ingest_core import JobError, plan_runner
from sqlalchemy.exc import OperationalError

from ingest_airflow.dag_checks import faults_of_dags
from ingest_airflow.instance import (
    ADMIN,
    airflow_home,
    alone_in,
    note_pools,
    own_settings_file,
    password_secret,
    passwords_file,
)
from ingest_airflow.leftovers import end_schedulers
from ingest_airflow.pools import make_pools

_MIGRATED_SECONDS = 60
"""So long a service waits for another one to bring the tables in order."""


def main(home: Path, steps: Sequence[str]) -> int:
    """Do the steps.

    Args:
        home: The home folder. Which records they are says ``AIRFLOW_HOME``.
        steps: Their names.

    Returns:
        The exit code.
    """
    try:
        for step in steps:
            _STEPS[step](home)
    except OperationalError as error:
        sys.stderr.write(f"Airflow's records cannot be reached: {str(error.orig).strip()}\n")
    except AirflowConfigException as error:
        sys.stderr.write(f"Airflow refuses its settings; see {own_settings_file(home)}:\n{error}\n")
    except (JobError, TimeoutError) as error:
        sys.stderr.write(f"{error}\n")
    else:
        return 0
    return 1


def _migrate(home: Path) -> None:
    with alone_in(airflow_home(home)):  # SQLite has no lock for it, which PostgreSQL has
        upgradedb()


def _migrated(_: Path) -> None:
    check_migrations(_MIGRATED_SECONDS)  # type: ignore[no-untyped-call]  # Airflow's


def _pools(home: Path) -> None:
    note_pools(home, make_pools(plan_runner(os.environ["INGEST_RUNNER_FILE"], home)))


def _dags(home: Path) -> None:
    # The file was found in order before; this is what Airflow alone does not allow.
    if faults := faults_of_dags(airflow_home(home) / "dags"):
        told = "\n".join(f"{name}: {fault}" for name, fault in faults.items())
        raise JobError(f"Airflow does not take what {os.environ['INGEST_RUNNER_FILE']} gives:\n{told}")


def _leftovers(_: Path) -> None:
    if ended := end_schedulers():
        sys.stdout.write(f"{ended} scheduler of before was killed; what it had begun is begun again\n")


def _page(home: Path) -> None:
    if (file := passwords_file(home)).exists():  # else people log in otherwise
        sys.stdout.write(
            f"the passwords of the page are in {file}; one of your own goes into {password_secret(home, ADMIN)}\n"
        )


_STEPS: Mapping[str, Callable[[Path], None]] = {
    "migrate": _migrate,
    "migrated": _migrated,
    "pools": _pools,
    "dags": _dags,
    "leftovers": _leftovers,
    "page": _page,
}

if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
