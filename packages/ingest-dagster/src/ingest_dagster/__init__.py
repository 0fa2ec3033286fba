"""Runs the jobs of `ingest` under Dagster: a runner file becomes assets, schedules and sensors."""

from ingest_dagster.definitions import definitions

__all__ = ["definitions"]
