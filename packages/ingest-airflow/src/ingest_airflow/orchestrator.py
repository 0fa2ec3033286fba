"""What the command starts for Airflow: the page's server, the scheduler, what makes DAGs, and what waits for triggers.

Airflow itself is not imported here: the command holds no more in memory than it must.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence

from ingest_core import JobError
from ingest_core.plugin import Deployment, Launch, Preparation, bracketed, check_database, check_free

from ingest_airflow.instance import API_SERVER, PORT, api_server, environment, write_instance
from ingest_airflow.services import Parts


class Airflow:
    """The orchestrator of the entry point ``airflow``."""

    @property
    def services(self) -> Sequence[str]:
        """The names of its services, in the order in which they start."""
        return (API_SERVER, "scheduler", "dag-processor", "triggerer")

    def deployment(self, launch: Launch) -> Deployment:
        """Write what Airflow's processes read below ``state/airflow``, and tell how they are started.

        Raises:
            JobError: The settings of a person's own have a fault, ``state/`` cannot be written, what PostgreSQL needs
                is missing, or somebody listens on the port.
        """
        if launch.only not in {None, *self.services}:
            raise JobError(f"Airflow has no service {launch.only!r}", f"it has {', '.join(self.services)}")
        check_database(launch.database, "psycopg2", "pip install 'ingest-airflow[postgres]'")
        write_instance(launch)
        variables = environment(launch)
        has_page = launch.only in {None, API_SERVER}
        if has_page:
            check_free(launch.host, launch.port or PORT)
        host, port = api_server(launch)
        parts = Parts(launch, variables, (host, port), time.time())
        made = {
            API_SERVER: parts.api_server,
            "scheduler": parts.scheduler,
            "dag-processor": parts.dag_processor,
            "triggerer": parts.triggerer,
        }
        wanted = self.services if launch.only is None else [launch.only]
        address = f"http://{bracketed(host)}:{port}" if has_page else None
        return Deployment([made[name]() for name in wanted], address, _preparations(launch, variables))


orchestrator = Airflow()
"""What the entry point names."""


def _preparations(launch: Launch, variables: Mapping[str, str]) -> list[Preparation]:
    """Say what is done first. Who comes first migrates; who hands tasks to pools, or reads DAGs, makes them."""
    steps = {
        None: ["migrate", "pools", "dags", "leftovers", "page"],
        API_SERVER: ["migrate", "page"],
        "scheduler": ["migrate", "pools"],
        "dag-processor": ["migrated", "pools", "dags"],
        "triggerer": ["migrated"],
    }[launch.only]
    line = [sys.executable, "-m", "ingest_airflow.preparing", str(launch.home), *steps]
    return [Preparation("records", line, variables)]
