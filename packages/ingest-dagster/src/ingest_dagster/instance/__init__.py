"""What Dagster keeps below a home folder: its own folder, and the two files that its processes read there."""

from ingest_dagster.instance.folder import DATABASE_VARIABLE, LOCATION_NAME, dagster_home, own_settings_file
from ingest_dagster.instance.proxies import without_proxy
from ingest_dagster.instance.written import write_instance, write_workspace

__all__ = [
    "DATABASE_VARIABLE",
    "LOCATION_NAME",
    "dagster_home",
    "own_settings_file",
    "without_proxy",
    "write_instance",
    "write_workspace",
]
