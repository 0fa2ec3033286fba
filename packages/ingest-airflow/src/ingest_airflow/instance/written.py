"""Writes what Airflow's processes read: their settings, the files of the DAGs, and who may log in."""

from __future__ import annotations

import configparser
import io
from pathlib import Path

from ingest_core import plan_runner
from ingest_core.plugin import Launch, write_private

from ingest_airflow.instance.dag_file import DAG_FILES
from ingest_airflow.instance.folder import airflow_home, own_settings_file
from ingest_airflow.instance.launch_file import write_launch
from ingest_airflow.instance.own_settings import read_own_settings
from ingest_airflow.instance.passwords import write_passwords
from ingest_airflow.instance.settings import Settings, merged, settings

_HEAD = "# Made anew at each start. What you set belongs in configs/airflow.cfg.\n"


def write_instance(launch: Launch) -> Path:
    """Write ``airflow.cfg``, ``launch.json``, the files of the DAGs, and passwords that are not there yet.

    Args:
        launch: What is to be started.

    Returns:
        Airflow's own folder, which holds them.

    Raises:
        JobError: The person's own settings have a fault, or the folder cannot be written.
    """
    planned = plan_runner(launch.runner_file, launch.home)
    tenants = {each.tenant for each in planned.schedules}
    theirs = read_own_settings(own_settings_file(launch.home))
    said = merged(settings(launch.home, max(1, len(tenants)) * launch.concurrency_per_tenant), theirs)
    folder = airflow_home(launch.home)
    write_private(folder / "airflow.cfg", _HEAD + _text(said))
    for name, text in DAG_FILES.items():
        write_private(folder / "dags" / name, text)
    write_launch(launch)
    if "simple" in said["core"]["auth_manager"]:
        write_passwords(launch.home, _users(said))
    return folder


def _users(said: Settings) -> list[str]:
    listed = said["core"]["simple_auth_manager_users"].split(",")
    return [each.split(":")[0].strip() for each in listed if each.strip()]


def _text(said: Settings) -> str:
    parser = configparser.ConfigParser(interpolation=None, default_section="\0")
    parser.read_dict(said)
    stream = io.StringIO()
    parser.write(stream)
    return stream.getvalue()
