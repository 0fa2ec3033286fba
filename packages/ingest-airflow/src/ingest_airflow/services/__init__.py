"""Airflow's processes: how each is started, and how it is seen that it does its work."""

from ingest_airflow.services.parts import Parts

__all__ = ["Parts"]
