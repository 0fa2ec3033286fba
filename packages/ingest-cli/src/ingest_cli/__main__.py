"""``python -m ingest_cli`` is ``ingest``."""

from ingest_cli.main import main

main()
