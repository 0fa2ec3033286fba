"""The variables that all of Airflow's processes have, and in which secrets are: no file of settings holds one."""

from __future__ import annotations

from ingest_core.plugin import Launch, bracketed, named_address, reachable, with_driver

from ingest_airflow.instance.folder import airflow_home
from ingest_airflow.instance.keys import keys
from ingest_airflow.instance.launch_file import API_SERVER

PORT = 8080
"""Where the page is, unless something else is said."""
SERVER_VARIABLE = "INGEST_API_SERVER"
"""Names the page's server, as ``host:port``, to a service that is started alone."""


def environment(launch: Launch) -> dict[str, str]:
    """Give the variables.

    Args:
        launch: What is to be started, or was: those are the same.

    Raises:
        JobError: A key cannot be read or written, or ``INGEST_API_SERVER`` names no address.
    """
    folder = airflow_home(launch.home)
    host, port = api_server(launch)
    return {
        "AIRFLOW_HOME": str(folder),
        "AIRFLOW_CONFIG": str(folder / "airflow.cfg"),
        "INGEST_RUNNER_FILE": str(launch.runner_file),
        "INGEST_HOME": str(launch.home),
        # Not in the file, which services in containers of their own share.
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://{bracketed(host)}:{port}/execution/",
        **_database(launch.database),
        **keys(folder),
    }


def api_server(launch: Launch) -> tuple[str, int]:
    """Tell where the page's server is reached from here.

    Raises:
        JobError: ``INGEST_API_SERVER`` names no address.
    """
    here = reachable(launch.host), launch.port or PORT
    if launch.only in {None, API_SERVER}:
        return here
    return named_address(SERVER_VARIABLE, "api-server:8080") or here


def _database(database: str | None) -> dict[str, str]:
    if database is None:
        return {}
    return {
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": with_driver(database, "psycopg2"),
        # Of the same library as the other: what a URL says after its `?` means the same to both.
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": with_driver(database, "psycopg_async"),
    }
