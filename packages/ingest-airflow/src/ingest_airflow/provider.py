"""What Airflow lists this package with (``airflow providers list``)."""

from __future__ import annotations

from importlib.metadata import version


def provider_info() -> dict[str, object]:
    """Describe the package, as Airflow's ``provider_info.schema.json`` has it."""
    return {
        "package-name": "ingest-airflow",
        "name": "ingest",
        "description": "Lands files and API data in Apache Iceberg: rows and their position in one commit.",
        "versions": [version("ingest-airflow")],
    }
