"""The files of a new home folder: a job that runs at once, and a place for everything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

TENANT = "acme"

JOB = """\
# One job: where rows come from, and which tables they land in. `ingest run --config jobs/acme/shop.yaml` runs it.
tenant: acme
source:
  connector: csv
  objects:
    orders: {path: "data/orders*.csv", write: merge, key: [order_id], types: {amount: "decimal(12,2)"}}
    customers: {path: data/customers.csv, write: replace}
target: {connector: iceberg} # no catalog named: the embedded one, in state/
"""

ORDERS = """\
order_id,customer_id,amount,ordered_at
1,10,19.90,2026-01-05T09:12:00Z
2,11,5.00,2026-01-05T10:30:00Z
3,10,120.00,2026-01-06T16:45:00Z
4,12,42.50,2026-01-07T08:01:00Z
"""

CUSTOMERS = """\
customer_id,name,country
10,Ada,GB
11,Grace,US
12,Edsger,NL
"""

IGNORED = """\
# What a repository must not hold: secrets, and what runs leave behind.
/secrets/*/*
!/secrets/*/README.md
/state/
"""

SECRETS = """\
Secrets of the tenant acme: `stripe.yaml`, `.json` or `.env` with a key each, or a file for each secret. A job names one
as `${secret:stripe.api_key}`. Nothing here is committed but this page.
"""

ASSETS = "Data contracts (ODCS v3), named by their path here: `asset: shop/orders` in a job is `shop/orders.yaml`.\n"
CONFIGS = "The orchestrator's file, `runner.yaml`.\n"
CONNECTORS = """\
Definitions of REST APIs of your own, `<name>.yaml` each; they come before those that ship. A name that does not ship
needs an entry in `registry/connectors.yaml`, too: `ingest validate` tells the lines.
"""

FOLDERS: Sequence[str] = ("state",)
"""Folders that begin empty."""

FILES: Mapping[str, str] = {
    f"jobs/{TENANT}/shop.yaml": JOB,
    "data/orders.csv": ORDERS,
    "data/customers.csv": CUSTOMERS,
    f"secrets/{TENANT}/README.md": SECRETS,
    "assets/README.md": ASSETS,
    "configs/README.md": CONFIGS,
    "connectors/README.md": CONNECTORS,
    ".gitignore": IGNORED,
}
"""Each file's content, by its path below the home."""
