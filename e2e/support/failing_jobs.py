"""Jobs of a third tenant of the busy home, all of whose runs fail, each with a secret at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from e2e.support import canaries
from e2e.support.busy_home import BusyHome, catalog

if TYPE_CHECKING:
    from e2e.conftest import Servers

FAILING = "initech"


def add_failing(home: BusyHome, servers: Servers) -> None:
    """Add a job whose key is refused, and one whose catalog's address, with a password in it, leads nowhere.

    Args:
        home: The home.
        servers: Nessie and the store.
    """
    account = home.tenants["acme"].account.url
    stripe: dict[str, Any] = {"connector": "stripe", "with": {"base_url": account}, "objects": ["customers"]}
    csv = {"connector": "csv", "objects": {"orders": {"path": "data/acme/orders*.csv"}}}
    nowhere = {**catalog(servers), "uri": "${secret:nowhere.uri}"}
    target = {"connector": "iceberg", "namespace": FAILING}
    home.write_job(FAILING, "refused", {"source": stripe, "target": {**target, "catalog": catalog(servers)}})
    home.write_job(
        FAILING, "nowhere", {"source": csv, "target": {**target, "catalog": nowhere}, "retry": {"attempts": 1}}
    )
    home.write_secret(FAILING, "stripe", {"api_key": canaries.fresh("a refused key of a scheduled run")})
    password = canaries.fresh("a password in the address of a catalog of a scheduled run")
    home.write_secret(FAILING, "nowhere", {"uri": f"http://someone:{password}@127.0.0.1:9/iceberg"})
    keys = {"access_key": servers.store.keys.access, "secret_key": servers.store.keys.secret}
    home.write_secret(FAILING, "s3", keys)
