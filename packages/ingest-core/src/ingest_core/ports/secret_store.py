"""The port to where secrets lie."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class SecretStore(Protocol):
    """Looks secrets up. Found by its entry point in ``ingest.secrets``; made with the home folder."""

    def __init__(self, home: Path) -> None:
        """Take the home folder; reach nothing yet."""

    def find(self, tenant: str, name: str) -> str | None:
        """Look one secret up for one tenant.

        Args:
            tenant: The job's own tenant; a store never looks elsewhere.
            name: For example ``stripe.api_key``.

        Returns:
            The value, or ``None`` where this store does not have it.

        Raises:
            JobError: The store is there and cannot be read.
        """

    def mend(self, tenant: str, name: str) -> str:
        """Tell a person where to put a missing secret, in a few words."""
