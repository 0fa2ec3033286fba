"""Dagster's processes: how each is started, and how it is seen that it does its work."""

from ingest_dagster.services.parts import Parts

__all__ = ["Parts"]
