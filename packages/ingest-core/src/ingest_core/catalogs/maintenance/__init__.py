"""Keeps the tables of pyiceberg catalogs small and clean: the port :class:`ingest_core.plugin.Maintenance`."""
