"""A temporary home folder with one tenant, one job and its files."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from e2e.support.nessie import WAREHOUSE, Nessie
from e2e.support.objectstore import REGION, ObjectStore

FOLDERS = ("connectors", "assets", "jobs/acme", "configs", "secrets/acme", "state", "data/flights")
AIRPORTS = 'iata,name,latitude\nEWR,"Newark, Liberty",40.6925\nJFK,Kennedy,40.6398\nLAX,Los Ángeles,33.9425\n'


@dataclass(frozen=True)
class Home:
    """A home folder.

    Args:
        path: Where it lies.
        namespace: The namespace that its job lands in, unlike that of any other test.
    """

    path: Path
    namespace: str

    @property
    def job_file(self) -> Path:
        """The job's file."""
        return self.path / "jobs" / "acme" / "flights.yaml"

    @property
    def flights(self) -> str:
        """The glob of the flights' files."""
        return str(self.path / "data" / "flights" / "*.csv")

    @property
    def airports(self) -> Path:
        """The airports' file."""
        return self.path / "data" / "airports.csv"

    def write_flights(self, month: int, rows: int) -> None:
        """Write one month's file of made-up flights.

        Args:
            month: 1 to 12; names the file.
            rows: How many.
        """
        lines = ["flight,day,origin,delay"]
        for number in range(rows):
            delay = "" if number % 7 == 0 else f"{number % 90 - 10}.5"
            lines.append(f"{number},2013-{month:02}-{number % 28 + 1:02},{('EWR', 'JFK')[number % 2]},{delay}")
        file = self.path / "data" / "flights" / f"2013-{month:02}.csv"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def replace_in_job(self, old: str, new: str) -> None:
        """Change a text of the job file, which must hold it."""
        text = self.job_file.read_text(encoding="utf-8")
        assert old in text
        self.job_file.write_text(text.replace(old, new), encoding="utf-8")


def make_home(path: Path, namespace: str, nessie: Nessie, store: ObjectStore) -> Home:
    """Lay out a home folder whose job lands two objects on Nessie.

    Args:
        path: An empty folder.
        namespace: Where the job lands.
        nessie: The catalog.
        store: Its keys become the tenant's secrets.
    """
    for folder in FOLDERS:
        (path / folder).mkdir(parents=True)
    # The image's user is neither this one nor in its group; a state folder of one's own is made so that it may write.
    (path / "state").chmod(0o777)
    home = Home(path, namespace)
    home.write_flights(1, 300)
    home.write_flights(2, 200)
    home.airports.write_text(AIRPORTS, encoding="utf-8")
    home.job_file.write_text(yaml.safe_dump(_job(namespace, nessie, store), sort_keys=False), encoding="utf-8")
    keys = {"access_key": store.keys.access, "secret_key": store.keys.secret}
    (path / "secrets" / "acme" / "s3.yaml").write_text(yaml.safe_dump(keys), encoding="utf-8")
    return home


def make_rivals(folder: Path, nessie: Nessie, store: ObjectStore, count: int = 3) -> list[Home]:
    """Lay out homes whose jobs append to the same tables: no slot keeps them apart, only the commit protocol does.

    Each reads its files by another pattern: the same source twice would be refused as a job that was renamed.

    Args:
        folder: Where to; each gets a folder of its own there.
        nessie: The catalog.
        store: As for :func:`make_home`.
        count: How many.
    """
    namespace = f"acme_{secrets.token_hex(4)}"
    homes = [make_home(folder / f"home{number}", namespace, nessie, store) for number in range(count)]
    for number, home in enumerate(homes):
        home.replace_in_job("tenant: acme", f"tenant: acme\nname: job{number}")
        home.replace_in_job("write: replace", "write: append")
        home.replace_in_job("data/flights/", f"data/flights/{'2013'[:number]}")
        home.replace_in_job("data/airports.csv", f"data/{'airports'[:number]}*.csv")
    return homes


def _job(namespace: str, nessie: Nessie, store: ObjectStore) -> dict[str, Any]:
    return {
        "tenant": "acme",
        "source": {
            "connector": "csv",
            "objects": {
                "flights": {"path": "data/flights/*.csv", "write": "append"},
                "airports": {"path": "data/airports.csv", "write": "replace"},
            },
        },
        "target": {
            "connector": "iceberg",
            "catalog": {
                "uri": nessie.network_uri,
                "warehouse": WAREHOUSE,
                "s3.endpoint": store.endpoint,
                "s3.access-key-id": "${secret:s3.access_key}",
                "s3.secret-access-key": "${secret:s3.secret_key}",
                "s3.region": REGION,
                "s3.force-virtual-addressing": "false",
            },
            "namespace": namespace,
            "branch": "main",
        },
    }
