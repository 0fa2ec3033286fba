"""The variables that all of Airflow's processes have, and in which secrets are: no file of settings holds one."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from ingest_core.plugin import Launch, bracketed, named_address, reachable, with_driver

from ingest_airflow.instance.folder import airflow_home, own_settings_file
from ingest_airflow.instance.keys import keys
from ingest_airflow.instance.launch_file import API_SERVER
from ingest_airflow.instance.own_settings import read_own_settings
from ingest_airflow.instance.proxies import without_proxy
from ingest_airflow.instance.settings import Settings

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
    own = read_own_settings(own_settings_file(launch.home))
    host, port = api_server(launch)
    # Not in the file, which services in containers of their own share.
    url = f"http://{bracketed(host)}:{port}{page_path(own)}/execution/"
    ours = {"AIRFLOW__CORE__EXECUTION_API_SERVER_URL": url, **keys(folder)}
    return {
        "AIRFLOW_HOME": str(folder),
        "AIRFLOW_CONFIG": str(folder / "airflow.cfg"),
        "INGEST_RUNNER_FILE": str(launch.runner_file),
        "INGEST_HOME": str(launch.home),
        **_database(launch.database),
        **without_proxy(host),
        **{name: value for name, value in ours.items() if not _is_said(name, own)},
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


def page_path(own: Settings) -> str:
    """Give the path below which the page is: that of ``[api] base_url``, where a person said it; empty for the root.

    Args:
        own: What the person set.
    """
    said = os.environ.get("AIRFLOW__API__BASE_URL") or own.get("api", {}).get("base_url", "")
    return urlsplit(said).path.rstrip("/")


def _is_said(variable: str, own: Settings) -> bool:
    """Tell whether a person said it in another way, which a variable of ours would hide."""
    _, section, option = variable.lower().split("__")
    in_file = own.get(section, {})
    ways = ("", "_cmd", "_secret")
    return any(os.environ.get(variable + way.upper()) or f"{option}{way}" in in_file for way in ways)


def _database(database: str | None) -> dict[str, str]:
    if database is None:
        return {}
    url = _kept_as_it_is(database)
    return {
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": with_driver(url, "psycopg2"),
        # Of the same library as the other: what a URL says after its `?` means the same to both.
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": with_driver(url, "psycopg_async"),
    }


def _kept_as_it_is(url: str) -> str:
    """Write the `$` of a URL so that Airflow takes it for no variable (``_shared/configuration/parser.py``).

    SQLAlchemy reads `%24` back before the host and after the `?`, and nowhere else.
    """
    account, at, place = url.rpartition("@")
    server, sign, options = place.partition("?")
    return "".join([account.replace("$", "%24"), at, server, sign, options.replace("$", "%24")])
