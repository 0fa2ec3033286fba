"""How the tables of a catalog are maintained. What does it is loaded when it is asked for: a run does without."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest_core.catalogs.opened import OpenedCatalog
    from ingest_core.ports import Maintenance


def by_snapshots(opened: OpenedCatalog) -> Maintenance:
    """Maintain tables that keep their former snapshots themselves."""
    from ingest_core.catalogs.maintenance import table_maintenance  # noqa: PLC0415  # as above

    return table_maintenance.by_snapshots(opened)
