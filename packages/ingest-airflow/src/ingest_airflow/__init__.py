"""The Airflow integration of ingest: a reserved place, with no integration in it yet."""
