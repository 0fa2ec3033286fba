"""DuckDB with its own Iceberg reader, as an image from packages: the base image and what wheels of PyPI carry.

The core of the product uses a newer DuckDB, for which the extensions are not packaged; so the reader is in an image of
its own, which also puts it where a user's client would be. DuckDB loads an extension only with DuckDB's signature.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from e2e.support.base_image import RECIPE as BASE
from e2e.support.images import Recipe, obtain
from e2e.support.layers import build
from e2e.support.tools import fetch_wheel

VERSION = "1.5.5"
EXTENSIONS = ("httpfs", "avro", "iceberg")
"""In the order in which they are loaded: Iceberg's needs the others."""
FOLDER = "/opt/duckdb"
DOCKERFILE = f"""\
FROM {{base}}
COPY duckdb {FOLDER}
USER 10000:0
WORKDIR /tmp
ENTRYPOINT ["{FOLDER}/duckdb", "-bail", "-json"]
"""


def make() -> None:
    """Fetch program and extensions, and put them on the base image."""
    with tempfile.TemporaryDirectory() as folder:
        context = Path(folder)
        (context / "duckdb").mkdir()
        _fetch(context, "duckdb-cli", "duckdb_cli/duckdb", "duckdb")
        for name in EXTENSIONS:
            _fetch(context, f"duckdb-extension-{name}", f"**/{name}.duckdb_extension", f"{name}.duckdb_extension")
        build(context, DOCKERFILE.format(base=obtain(BASE)), RECIPE.made)


def _fetch(context: Path, package: str, pattern: str, name: str) -> None:
    """Put one file of a package into the image's folder."""
    wheel = context / package
    fetch_wheel(f"{package}=={VERSION}", wheel)
    (found,) = wheel.glob(pattern)
    found.rename(context / "duckdb" / name)


RECIPE = Recipe(public=None, made=f"ingest-e2e/duckdb:{VERSION}", make=make)
