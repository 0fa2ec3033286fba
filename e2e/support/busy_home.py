"""A home of two tenants with three jobs each, for an orchestrator that starts them while their sources grow."""

from __future__ import annotations

import contextlib
import re
import secrets
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

import standins
from e2e.conftest import Servers
from e2e.support import canaries
from e2e.support.nessie import WAREHOUSE, Nessie
from e2e.support.objectstore import REGION
from e2e.support.reading import Reader, difference
from e2e.support.waiting import wait_until

TENANTS = ("acme", "globex")
JOBS = ("shop", "returns", "customers")
FOLDERS = ("connectors", "assets", "jobs", "configs", "secrets", "state", "data")
FILES = {"orders": ("shop", "csv_orders"), "stock": ("shop", "csv_stock"), "returns": ("returns", "csv_returns")}
"""The objects read from files, each with its job and its table."""
CONFLICT = re.compile(r"conflict|CommitFailed|still busy|another run", re.IGNORECASE)
"""What a run says that met another one of its tenant."""
SELDOM_SECONDS = 21_600
CUSTOMERS = 250
"""Three of Stripe's pages."""
GATE_SECONDS = 240
"""The longest that a closed account keeps a reader waiting."""


@dataclass
class Tenant:
    """One tenant's part.

    Args:
        name: Its name.
        home: The home folder.
        namespace: Where its jobs land, unlike that of any other test.
        account: Its account of Stripe.
        open: Cleared, the account answers one more request and keeps whoever asks next waiting.
        asked: Set when somebody is kept waiting.
        rounds: How often its sources grew.
    """

    name: str
    home: Path
    namespace: str
    account: standins.Server[standins.Stripe]
    open: threading.Event
    asked: threading.Event
    rounds: int = 0

    @property
    def schedules(self) -> list[str]:
        """The names of its schedules."""
        return [f"{self.name}_{job}" for job in JOBS]

    def files(self, name: str) -> str:
        """Give the pattern of an object's files, as the home's jobs name it."""
        return f"data/{self.name}/{name}*.csv"

    def grow(self) -> None:
        """Let every source have more, and change what was there where its job sees changes."""
        self.rounds += 1
        first = 100 * self.rounds
        for name in ("orders", "returns"):
            lines = ["id,amount", *(f"{first + row},{row}.50" for row in range(100))]
            self._write(f"{name}-{self.rounds}", lines)
        self._write("stock", ["id,left", *(f"{row},{row * self.rounds}" for row in range(20))])
        with self.account.changing():
            self.account.api.create("customers", email=f"made{self.rounds}@example.com")

    def _write(self, name: str, lines: list[str]) -> None:
        """Put a file in its place at once: a run may be reading the folder."""
        file = self.home / "data" / self.name / f"{name}.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        half = file.with_suffix(".half")
        half.write_text("\n".join(lines) + "\n", encoding="utf-8")
        half.replace(file)

    def keep_waiting(self, seconds: float) -> None:
        """Let the account keep somebody waiting who has more to land: a run of the customers' job is midway then.

        Args:
            seconds: The longest that it may take until somebody comes. Who waits goes on when :attr:`open` is set.
        """
        self.grow()
        self.asked.clear()
        self.open.clear()
        wait_until(self.asked.is_set, f"{self.name}'s account keeps somebody waiting", seconds)

    def differences(self, reader: Reader, folder: Path) -> list[object]:
        """Give what its tables have and its sources lack, or the other way round, or more often."""
        found: list[object] = []
        for name, (_, table) in FILES.items():
            copies = reader.fetch(self.namespace, table, folder / f"{self.name}-{table}")
            found += difference(str(self.home / self.files(name)), copies)
        return found + self._unlike_customers(reader, folder)

    def _unlike_customers(self, reader: Reader, folder: Path) -> list[object]:
        copies = reader.fetch(self.namespace, "stripe_customers", folder / f"{self.name}-customers")
        rows = pa.concat_tables([pq.read_table(file, columns=["id", "email"]) for file in copies]).to_pylist()
        landed = sorted((row["id"], row["email"]) for row in rows)
        there = sorted((each["id"], each["email"]) for each in self.account.api.objects("customers"))
        return [] if landed == there else [("customers", len(landed), len(there))]


@dataclass(frozen=True)
class BusyHome:
    """The home.

    Args:
        path: Where it lies.
        tenants: Its tenants.
        log_before: How long Nessie's log was before any of its jobs ran.
    """

    path: Path
    tenants: Mapping[str, Tenant] = field(default_factory=dict)
    log_before: int = 0

    @property
    def schedules(self) -> list[str]:
        """The names of its tenants' schedules."""
        return [name for tenant in self.tenants.values() for name in tenant.schedules]

    def differences(self, reader: Reader, folder: Path) -> dict[str, list[object]]:
        """Give each tenant's tables' differences from their sources; a tenant without one is left out."""
        found = {name: tenant.differences(reader, folder) for name, tenant in self.tenants.items()}
        return {name: each for name, each in found.items() if each}

    def runs_in_a_row(self, tenant: str, nessie: Nessie) -> list[str]:
        """Give the runs of a tenant as their commits stand in Nessie's log, the oldest first.

        Commits of one run that stand together count once; a run is there twice if another one's stand between its own.

        Args:
            tenant: Its name.
            nessie: The server.
        """
        told = [entry.properties for entry in list(reversed(nessie.log()))[self.log_before :]]
        runs = [properties["run-id"] for properties in told if properties.get("tenant") == tenant]
        return [run for run, _ in groupby(runs)]

    def write_job(self, tenant: str, name: str, said: Mapping[str, Any]) -> None:
        """Write a job file."""
        file = self.path / "jobs" / tenant / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.safe_dump({"tenant": tenant, **said}, sort_keys=False), encoding="utf-8")

    def write_secret(self, tenant: str, name: str, values: Mapping[str, str]) -> None:
        """Write a file of secrets."""
        file = self.path / "secrets" / tenant / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.safe_dump(dict(values)), encoding="utf-8")

    def write_runner(self, orchestrator: str, interval_seconds: int) -> None:
        """Write the runner file: a schedule for every job file, named ``<tenant>_<job>``.

        Args:
            orchestrator: Which one it names.
            interval_seconds: How often jobs of the busy tenants start; those of others do at once, and then seldom.
        """
        schedules = [
            {
                "name": f"{file.parent.name}_{file.stem}",
                "config": f"jobs/{file.parent.name}/{file.name}",
                "interval_seconds": interval_seconds if file.parent.name in TENANTS else SELDOM_SECONDS,
            }
            for file in sorted(self.path.glob("jobs/*/*.yaml"))
        ]
        said = {"type": orchestrator, "schedules": schedules, "concurrency_per_tenant": 1}
        text = yaml.safe_dump({"runner": {"orchestrator": said}}, sort_keys=False)
        (self.path / "configs" / "runner.yaml").write_text(text, encoding="utf-8")


@contextlib.contextmanager
def busy_home(path: Path, servers: Servers) -> Iterator[BusyHome]:
    """Lay the home out and serve its accounts.

    Args:
        path: An empty folder.
        servers: Nessie and the store, in which its tables lie.
    """
    for folder in FOLDERS:
        (path / folder).mkdir(parents=True)
    (path / "state").chmod(0o777)
    home = BusyHome(path, {})
    token = secrets.token_hex(4)
    with contextlib.ExitStack() as served:
        tenants = {name: served.enter_context(_tenant(home, name, token, servers)) for name in TENANTS}
        yield BusyHome(path, tenants, len(servers.nessie.log()))


@contextlib.contextmanager
def _tenant(home: BusyHome, name: str, token: str, servers: Servers) -> Iterator[Tenant]:
    key = canaries.fresh(f"the key of {name}'s account")
    serving = standins.Serving(host=servers.stage.gateway)
    with standins.stripe(standins.StripeSettings(records=CUSTOMERS, key=key), serving) as account:
        gate = threading.Event(), threading.Event()
        gate[0].set()
        account.hooks.after_each(lambda: _pass(*gate))
        tenant = Tenant(name, home.path, f"{name}_{token}", account, *gate)
        tenant.grow()
        home.write_secret(name, "stripe", {"api_key": key})
        keys = {"access_key": servers.store.keys.access, "secret_key": servers.store.keys.secret}
        home.write_secret(name, "s3", keys)
        for job, said in _jobs(tenant, servers).items():
            home.write_job(name, job, said)
        try:
            yield tenant
        finally:
            tenant.open.set()


def _pass(opened: threading.Event, asked: threading.Event) -> None:
    if not opened.is_set():
        asked.set()
        opened.wait(GATE_SECONDS)


def _jobs(tenant: Tenant, servers: Servers) -> dict[str, dict[str, Any]]:
    orders = {"path": tenant.files("orders"), "write": "append"}
    stock = {"path": tenant.files("stock"), "write": "replace"}
    returns = {"path": tenant.files("returns"), "write": "merge", "key": ["id"]}
    customers = {
        "connector": "stripe",
        "with": {"base_url": tenant.account.url},
        "objects": ["customers"],
    }
    target = {"connector": "iceberg", "catalog": catalog(servers), "namespace": tenant.namespace, "branch": "main"}
    return {
        "shop": {"source": {"connector": "csv", "objects": {"orders": orders, "stock": stock}}, "target": target},
        "returns": {"source": {"connector": "csv", "objects": {"returns": returns}}, "target": target},
        "customers": {"source": customers, "target": {**target, "write": "merge", "key": ["id"]}},
    }


def catalog(servers: Servers) -> dict[str, str]:
    """Say where tables lie, as jobs in containers say it."""
    return {
        "uri": servers.nessie.network_uri,
        "warehouse": WAREHOUSE,
        "s3.endpoint": servers.store.endpoint,
        "s3.access-key-id": "${secret:s3.access_key}",
        "s3.secret-access-key": "${secret:s3.secret_key}",
        "s3.region": REGION,
        "s3.force-virtual-addressing": "false",
    }
