"""A Nessie server whose warehouse lies in the S3 server."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pynessie
import requests
from pynessie.model import CommitMeta

from e2e.support.containers import LOOPBACK, Server, Stage, host_port, wait_ready
from e2e.support.objectstore import BUCKET, REGION, SPARE_BUCKET, ObjectStore

if TYPE_CHECKING:
    from docker.models.containers import Container

ALIAS = "nessie"
PORT = 19120
MANAGEMENT_PORT = 9000
ANSWER_SECONDS = 30
WAREHOUSE = "warehouse"
ADVISED = "advised"
"""A warehouse of which the server says what newer servers say of every table: how Python is to reach its files."""
PORTS = (PORT, MANAGEMENT_PORT)
SPARE_WAREHOUSE = "spare"
"""Another warehouse, whose bucket a test may take away."""

S3_OPTIONS = "nessie.catalog.service.s3.default-options"
FILE_IO = "pyiceberg.io.fsspec.FsspecFileIO"
SECRET_NAME = "ingest-e2e-s3"  # noqa: S105  # the name under which Nessie looks the keys up


@dataclass(frozen=True)
class Nessie:
    """A running Nessie server.

    Args:
        host_address: Its address on the host.
        container: Where it runs.
        alias: Its host name on the containers' network.
    """

    host_address: str
    container: Container = field(repr=False)
    alias: str = ALIAS

    @property
    def catalog_uri(self) -> str:
        """Its Iceberg REST catalog, from the host."""
        return f"{self.host_address}/iceberg"

    @property
    def network_uri(self) -> str:
        """Its Iceberg REST catalog, from the containers' network."""
        return f"http://{self.alias}:{PORT}/iceberg"

    def log(self) -> Sequence[CommitMeta]:
        """Read the commit log of main, newest first."""
        api = {"endpoint": f"{self.host_address}/api/v1", "verify": True, "default_branch": "main"}
        return [entry.commit_meta for entry in pynessie.init(config_dict=api).get_log("main")]

    def settings(self, warehouse: str) -> Mapping[str, str]:
        """Read what it says to clients of a warehouse: the settings that stand above their own."""
        answer = requests.get(f"{self.catalog_uri}/v1/config", {"warehouse": warehouse}, timeout=ANSWER_SECONDS)
        answer.raise_for_status()
        overrides: Mapping[str, str] = answer.json()["overrides"]
        return overrides

    def version(self) -> tuple[int, ...]:
        """Read its version from the description of its API, which is the one place that tells it."""
        answer = requests.get(f"{self.host_address}/nessie-openapi/openapi.yaml", timeout=ANSWER_SECONDS)
        answer.raise_for_status()
        (found,) = re.findall(r"^  version: (\d+\.\d+\.\d+)$", answer.text, re.MULTILINE)
        return tuple(int(part) for part in found.split("."))

    def kill(self) -> None:
        """End it without warning. What is left is what it had stored."""
        self.container.kill()

    def back(self) -> Nessie:
        """Start it again after it was killed, and wait until it is ready."""
        self.container.start()
        return self.here()

    def here(self) -> Nessie:
        """Tell where on the host it is now: each start gives it other ports."""
        return replace(self, host_address=_address_of_ready(self.container))


def beside(stage: Stage, image: str, store: ObjectStore, alias: str, settings: Mapping[str, str]) -> Nessie:
    """Start a server beside the one that all tests share, for what would harm that one.

    Args:
        stage: Where it runs.
        image: The image.
        store: Where its tables' files lie.
        alias: Its host name on the containers' network.
        settings: What is unlike the other's.
    """
    endpoint = {f"{S3_OPTIONS}.external-endpoint": f"{store.endpoint}/"}
    return _start(stage, Server(alias, image, PORTS, environment={**_settings(store), **endpoint, **settings}))


def start(stage: Stage, image: str, store: ObjectStore, endpoint: str | None = None) -> Nessie:
    """Start the server and wait until it is ready.

    Args:
        stage: Where it runs.
        image: The image.
        store: Where its tables' files lie. The bucket must exist.
        endpoint: The address of the store that it names to its clients; by default the one on the containers' network.
    """
    settings = _settings(store) | {f"{S3_OPTIONS}.external-endpoint": f"{endpoint or store.endpoint}/"}
    return _start(stage, Server(ALIAS, image, PORTS, environment=settings))


def _start(stage: Stage, server: Server) -> Nessie:
    container = stage.start(server)
    return Nessie(_address_of_ready(container), container, server.alias)


def _address_of_ready(container: Container) -> str:
    """Wait until a server is ready, and give its address on the host, which each start finds anew."""
    health = f"http://{LOOPBACK}:{host_port(container, MANAGEMENT_PORT)}/q/health/ready"
    wait_ready(container, lambda: _ready(health))
    return f"http://{LOOPBACK}:{host_port(container, PORT)}"


def _settings(store: ObjectStore) -> dict[str, str]:
    """Write Nessie's settings (https://projectnessie.org/nessie-latest/configuration/) as variables."""
    return {
        "nessie.version.store.type": "IN_MEMORY",
        "nessie.catalog.default-warehouse": WAREHOUSE,
        f"nessie.catalog.warehouses.{WAREHOUSE}.location": f"s3://{BUCKET}/",
        f"nessie.catalog.warehouses.{SPARE_WAREHOUSE}.location": f"s3://{SPARE_BUCKET}/",
        f"{S3_OPTIONS}.endpoint": f"{store.endpoint}/",
        f"{S3_OPTIONS}.path-style-access": "true",
        f"{S3_OPTIONS}.region": REGION,
        f"{S3_OPTIONS}.access-key": f"urn:nessie-secret:quarkus:{SECRET_NAME}",
        f"{SECRET_NAME}.name": store.keys.access,
        f"{SECRET_NAME}.secret": store.keys.secret,
        f"nessie.catalog.warehouses.{ADVISED}.location": f"s3://{BUCKET}/{ADVISED}/",
        f"nessie.catalog.warehouses.{ADVISED}.iceberg-config-overrides.py-io-impl": FILE_IO,
    }


def _ready(health: str) -> bool:
    try:
        return requests.get(health, timeout=5).ok
    except requests.RequestException:
        return False
