"""Runs whose process was killed: how they are known, and how their tenant's place becomes free again.

It imports no Dagster by itself, nor does :mod:`ingest_dagster.liveness.locks`.
"""
