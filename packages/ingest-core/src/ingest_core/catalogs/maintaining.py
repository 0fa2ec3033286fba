"""How the tables of a catalog are maintained. What does it is loaded when it is asked for: a run does without."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from requests.auth import AuthBase

    from ingest_core.catalogs.opened import OpenedCatalog
    from ingest_core.ports import Maintenance


def by_snapshots(opened: OpenedCatalog) -> Maintenance:
    """Maintain tables that keep their former snapshots themselves."""
    from ingest_core.catalogs.maintenance import table_maintenance  # noqa: PLC0415  # as above

    return table_maintenance.by_snapshots(opened)


def by_commits(address: str, authorization: AuthBase | None) -> Callable[[OpenedCatalog], Maintenance]:
    """Maintain tables of which Nessie's log of commits is the history.

    Args:
        address: Where Nessie's API is, without the version.
        authorization: What requests are authorized by, where the server wants that.
    """

    def made(opened: OpenedCatalog) -> Maintenance:
        from ingest_core.catalogs.maintenance import nessie_api, table_maintenance  # noqa: PLC0415  # as above

        return table_maintenance.by_commits(nessie_api.NessieApi(address, authorization), opened)

    return made
