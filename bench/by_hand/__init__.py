"""Programs as one would write them by hand for one table: the fastest ways that we know, and nothing of ``ingest``."""
