"""The `ingest` command: parse, call the core, print, choose the exit code."""
