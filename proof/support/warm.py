"""What the warm process imports, so that its children need not. Nothing here starts a thread or a connection."""

import dialled  # noqa: F401  # warm
import duckdb  # noqa: F401  # warm
import ingest_cli.run_command  # noqa: F401  # warm
import ingest_core.catalogs.embedded  # warm
import ingest_core.catalogs.nessie  # warm
import ingest_core.catalogs.rest  # noqa: F401  # warm
import pyarrow.csv  # warm
import pyarrow.parquet  # noqa: F401  # warm
import pyiceberg.io.pyarrow  # noqa: F401  # warm
import pytest  # noqa: F401  # children import it again by name otherwise
import sqlalchemy.dialects.sqlite  # noqa: F401  # warm
