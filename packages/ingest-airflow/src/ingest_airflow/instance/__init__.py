"""What Airflow keeps below a home folder: its own folder, what its processes read there, and their variables."""

from ingest_airflow.instance.folder import ADMIN, airflow_home, own_settings_file, password_secret, passwords_file
from ingest_airflow.instance.keys import alone_in
from ingest_airflow.instance.launch_file import API_SERVER, launched, note_pools
from ingest_airflow.instance.variables import PORT, SERVER_VARIABLE, api_server, environment
from ingest_airflow.instance.written import write_instance

__all__ = [
    "ADMIN",
    "API_SERVER",
    "PORT",
    "SERVER_VARIABLE",
    "airflow_home",
    "alone_in",
    "api_server",
    "environment",
    "launched",
    "note_pools",
    "own_settings_file",
    "password_secret",
    "passwords_file",
    "write_instance",
]
