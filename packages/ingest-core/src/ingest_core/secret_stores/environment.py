"""Secrets in environment variables: ``INGEST_SECRET__<TENANT>__<NAME>``, in capitals, dots as two underscores."""

from __future__ import annotations

import os
import re
from pathlib import Path


class EnvironmentStore:
    """Looks secrets up in the environment of the process.

    Args:
        home: Not used; every store is made with it.
    """

    def __init__(self, home: Path) -> None:
        del home

    def find(self, tenant: str, name: str) -> str | None:
        """See :class:`ingest_core.plugin.SecretStore`."""
        return os.environ.get(_variable(tenant, name))

    def mend(self, tenant: str, name: str) -> str:
        """See :class:`ingest_core.plugin.SecretStore`."""
        return f"set the environment variable {_variable(tenant, name)}"


def _variable(tenant: str, name: str) -> str:
    parts = ["INGEST_SECRET", tenant, *name.split(".")]
    return "__".join(re.sub(r"[^A-Za-z0-9]", "_", part).upper() for part in parts)
