"""The database in which an orchestrator keeps its records."""

from __future__ import annotations

import importlib.util

from ingest_core.errors import JobError

SCHEME = "postgresql://"


def check_database(database: str | None, module: str, install: str) -> None:
    """Refuse a URL that names no PostgreSQL server, and one that nothing here can open.

    Args:
        database: The URL; ``None`` where records are files.
        module: What opens it, as Python imports it.
        install: The command that installs that.

    Raises:
        JobError: It is so. Nothing of the URL is told: it may hold a password.
    """
    if database is None:
        return
    if not database.startswith(SCHEME):
        raise JobError("the database of the orchestrator is no PostgreSQL URL", f"begin it with {SCHEME}")
    if importlib.util.find_spec(module) is None:
        raise JobError("the records of the orchestrator cannot be in PostgreSQL here", install)


def with_driver(database: str, driver: str) -> str:
    """Name the driver in a URL: which one ``postgresql://`` means depends on SQLAlchemy's release.

    Args:
        database: A URL that :func:`check_database` takes.
        driver: Its name: ``psycopg2``.
    """
    return database.replace(SCHEME, f"postgresql+{driver}://", 1)
