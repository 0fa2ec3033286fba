"""Operators: each runs something of `ingest` in a process of its own, and says what became of it in Airflow's words."""

from ingest_airflow.operators.job import IngestOperator
from ingest_airflow.operators.upkeep import IngestMaintenanceOperator

__all__ = ["IngestMaintenanceOperator", "IngestOperator"]
