"""An S3 server with its buckets, and what lies in them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import requests
from pyarrow.fs import FileSelector, FileType, S3FileSystem

from e2e.support import canaries
from e2e.support.containers import LOOPBACK, Server, Stage, host_port, wait_ready

if TYPE_CHECKING:
    from docker.models.containers import Container

ALIAS = "s3"
PORT = 7070
BUCKET = "warehouse"
SPARE_BUCKET = "spare"
REGION = "us-east-1"
LONG_AGO = "2025-01-01 00:00:00"
FOLDER = "/tmp/vgw"  # noqa: S108  # inside the container; both images have it
ACCOUNTS = "/tmp"  # noqa: S108  # as above


@dataclass(frozen=True)
class Keys:
    """The canaries: secrets of one run, to be found in nothing that it leaves behind."""

    access: str = field(repr=False)
    secret: str = field(repr=False)

    @classmethod
    def fresh(cls) -> Keys:
        """Make keys that no other run has."""
        return cls(canaries.fresh("access key of S3"), canaries.fresh("secret key of S3", "key/{0}+"))

    @classmethod
    def to_expel(cls) -> Keys:
        """Make keys of which the secret one alone is a canary: the server logs by what name it expels somebody."""
        return cls(f"guest{secrets.token_hex(8)}", canaries.fresh("secret key of S3 that is to expire", "key/{0}+"))


@dataclass(frozen=True)
class ObjectStore:
    """A running S3 server.

    Args:
        host_endpoint: Its address on the host.
        keys: The root account's.
        container: Where it runs.
    """

    host_endpoint: str
    keys: Keys
    container: Container = field(repr=False)

    @property
    def endpoint(self) -> str:
        """Its address on the containers' network."""
        return f"http://{ALIAS}:{PORT}"

    @property
    def properties(self) -> dict[str, str]:
        """Pyiceberg's properties to reach it from the host (https://py.iceberg.apache.org/configuration/#s3)."""
        return {
            "s3.endpoint": self.host_endpoint,
            "s3.access-key-id": self.keys.access,
            "s3.secret-access-key": self.keys.secret,
            "s3.region": REGION,
            "s3.force-virtual-addressing": "false",
        }

    @cached_property
    def files(self) -> S3FileSystem:
        """The store as a file system, from the host."""
        return S3FileSystem(
            access_key=self.keys.access,
            secret_key=self.keys.secret,
            endpoint_override=self.host_endpoint,
            region=REGION,
            allow_bucket_creation=True,
            allow_bucket_deletion=True,
        )

    def age(self, below: str) -> None:
        """Make all files below a folder of the bucket as old as those of last year: the server tells a file's own time.

        Args:
            below: The folder.
        """
        command = ["find", f"{FOLDER}/{BUCKET}/{below}", "-type", "f", "-exec", "touch", "-d", LONG_AGO, "{}", "+"]
        code, told = self.container.exec_run(command)
        if code:
            raise RuntimeError(told.decode())

    def admit(self, keys: Keys) -> None:
        """Let keys in that are not the root account's, until they are expelled."""
        self._administer("create-user", "--access", keys.access, "--secret", keys.secret, "--role", "admin")

    def expel(self, keys: Keys) -> None:
        """Let keys in no more, from the next request on."""
        self._administer("delete-user", "--access", keys.access)

    def _administer(self, *arguments: str) -> None:
        endpoint = f"http://{LOOPBACK}:{PORT}"
        root = ("--access", self.keys.access, "--secret", self.keys.secret, "--endpoint-url", endpoint)
        code, told = self.container.exec_run(["versitygw", "admin", *root, *arguments])
        if code:
            raise RuntimeError(told.decode())

    def contents(self) -> Iterator[tuple[str, bytes]]:
        """Read every object of the bucket: its path and its bytes."""
        for info in self.files.get_file_info(FileSelector(BUCKET, recursive=True)):
            if info.type == FileType.File:
                with self.files.open_input_stream(info.path) as stream:
                    yield info.path, stream.read()


def start(stage: Stage, image: str) -> ObjectStore:
    """Start the server, wait for it, and make the buckets, without which Nessie does not become ready."""
    keys = Keys.fresh()
    environment = {"ROOT_ACCESS_KEY": keys.access, "ROOT_SECRET_KEY": keys.secret}
    accounts = ["--iam-dir", ACCOUNTS, "--iam-cache-disable"]  # one that is expelled is out at once
    command = ["--port", f":{PORT}", "--region", REGION, *accounts, "posix", FOLDER]
    container = stage.start(Server(ALIAS, image, [PORT], command, environment))
    endpoint = f"http://{LOOPBACK}:{host_port(container, PORT)}"
    wait_ready(container, lambda: _answers(endpoint))
    store = ObjectStore(endpoint, keys, container)
    for bucket in (BUCKET, SPARE_BUCKET):
        store.files.create_dir(bucket)
    return store


def _answers(endpoint: str) -> bool:
    """Tell whether the server speaks; it refuses a request without a signature, and that is an answer."""
    try:
        return requests.get(endpoint, timeout=5).status_code in {200, 400, 403}
    except requests.RequestException:
        return False
