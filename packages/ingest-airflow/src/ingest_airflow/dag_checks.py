"""Sees that Airflow takes the DAGs of a file, before anything starts."""

from __future__ import annotations

from pathlib import Path

from airflow.dag_processing.dagbag import DagBag
from airflow.serialization.serialized_objects import DagSerialization


def faults_of_dags(folder: Path) -> dict[str, str]:
    """Load the DAGs as Airflow does, and bring each into the form in which it keeps them.

    Args:
        folder: Where the files are.

    Returns:
        What is wrong, by file or DAG, in a line.
    """
    bag = DagBag(folder, bundle_path=folder, bundle_name="dags-folder")
    faults = {name: text.strip().splitlines()[-1] for name, text in bag.import_errors.items()}  # of a traceback
    for name, dag in bag.dags.items():
        try:
            DagSerialization.to_dict(dag)
        except Exception as error:  # noqa: BLE001  # whatever it is, Airflow would say it at each look
            faults[name] = f"{type(error).__name__}: {error}"
    return faults
