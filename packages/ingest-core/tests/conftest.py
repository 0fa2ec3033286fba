"""A home folder for each test, and a run in one call."""

from __future__ import annotations

import functools
import itertools
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, settings
from ingest_core import Report, RunOptions, load_job, plan, run
from ingest_core.catalogs.embedded import open_catalog
from ingest_core.catalogs.maintenance.neighbours import live_in_catalog
from ingest_core.catalogs.maintenance.orphans import orphans, remove
from ingest_core.evolution import growth
from ingest_core.fitting import fit
from ingest_core.layout import AS_IT_IS, Layout, partition_field, sort_field
from ingest_core.limits import Share
from ingest_core.plugin import Change, RunContext, State, StateKey, TableName
from ingest_core.ports import Kept, StoredFile
from ingest_core.state import decode, recent_with
from ingest_core.testing import MemorySource, MemorySystem, conduct, conformance
from pyiceberg.catalog.sql import SqlCatalog
from sqlalchemy import URL

if TYPE_CHECKING:
    from pyiceberg.manifest import DataFile
    from pyiceberg.table import Table

# Properties hold however busy the machine is; how fast it makes up examples is no part of them.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")

JOB = """\
tenant: acme
source:
  connector: csv
  objects:
    orders: {path: "data/orders*.csv"}
target: {connector: iceberg}
"""


@dataclass
class Home:
    """A home folder, with what a test puts in and gets out of it."""

    root: Path

    def write(self, name: str, text: str) -> Path:
        """Write a file below the home."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def job(self, text: str = JOB, name: str = "shop") -> Path:
        """Write a job of the tenant acme."""
        return self.write(f"jobs/acme/{name}.yaml", text)

    def run(self, text: str = JOB, options: RunOptions | None = None, name: str = "shop") -> Report:
        """Write a job and run it."""
        return run(plan(load_job(self.job(text, name))), options)

    def catalog(self) -> SqlCatalog:
        """Open the embedded catalog as a stranger would."""
        state = self.root / "state"
        uri = URL.create("sqlite", database=str(state / "catalog.db")).render_as_string()
        return SqlCatalog("ingest", uri=uri, warehouse=f"file://{state / 'warehouse'}")

    def rows(self, table: str) -> pa.Table:
        """Read a table of the tenant's namespace whole."""
        return self.catalog().load_table(("acme", table)).scan().to_arrow()

    def values(self, table: str, *columns: str) -> list[tuple[object, ...]]:
        """Read some columns of a table, sorted."""
        found = self.rows(table).select(list(columns)).to_pylist()
        return sorted((tuple(row.values()) for row in found), key=repr)


STREAM = StateKey("acme", "shop", "orders")


@dataclass
class Landing:
    """An embedded catalog, and commits to it as a run makes them, without a source."""

    root: Path
    stream = STREAM
    share: Share = field(default_factory=Share)
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.catalog = open_catalog({}, None, RunContext(self.root, "acme", "shop", "run"))

    def land(
        self,
        name: str,
        batches: Sequence[pa.RecordBatch],
        laid: Layout = AS_IT_IS,
        given: Mapping[str, pa.DataType] | None = None,
    ) -> Table:
        """Land batches of one schema in one commit, growing the table as a run does, and load it as a stranger."""
        table_name = TableName("acme", name)
        schema = batches[0].schema
        table = self.catalog.load(table_name) or self.catalog.create(table_name, schema, laid)
        text = table.properties.get(STREAM.property_name)
        before = decode(text, STREAM) if text else None
        grown = table.grown(growth(schema, table.schema, given or {}), laid)
        writer = grown.writer(self.share)
        for batch in batches:
            writer.write(_fitted(batch, grown.schema))
        files = writer.flush()
        pair = (f"run-{next(self.numbers)}", before.seq + 1 if before else 1)
        state = State(*pair, {}, {}, sum(batch.num_rows for batch in batches), 0, recent_with(pair, before))
        self.catalog.commit(grown, Change("append", files), state, STREAM)
        return self.table(name)

    def table(self, name: str) -> Table:
        """Load a table."""
        return self.catalog.inner.load_table(("acme", name))

    def open_files(self) -> int:
        """Count the data files that this process holds open, as the kernel tells."""
        links = [link.readlink() for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
        return sum(link.is_relative_to(self.root) and link.suffix == ".parquet" for link in links)

    @staticmethod
    def layout(
        partition_by: Sequence[str] | None = None,
        sort_by: Sequence[str] | None = None,
        key: Sequence[str] = (),
        **properties: str,
    ) -> Layout:
        """Read a layout as a job file says it."""
        return Layout(
            partition_by=None if partition_by is None else tuple(map(partition_field, partition_by)),
            sort_by=None if sort_by is None else tuple(map(sort_field, sort_by)),
            key=tuple(key),
            properties={name.replace("__", "."): value for name, value in properties.items()},
        )

    @staticmethod
    def data_files(table: Table) -> list[DataFile]:
        """List a table's data files."""
        return [task.file for task in table.scan().plan_files()]


@dataclass
class Attic:
    """The embedded catalog of a home folder, and what lies below the locations of its tables.

    Args:
        home: The home folder.
        now: The moment from which ages are counted.
    """

    home: Home
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def kept(self) -> Kept:
        """Keep files of three days, and five days of history."""
        return Kept(self.now - timedelta(days=3), self.now - timedelta(days=5))

    @property
    def catalog(self) -> SqlCatalog:
        """Open the catalog as a stranger would."""
        return self.home.catalog()

    def table(self, name: str = "csv_orders") -> Table:
        """Load a table."""
        return self.catalog.load_table(("acme", name))

    def folder(self, name: str = "csv_orders") -> Path:
        """Give the folder of a table."""
        return Path(self.table(name).location().removeprefix("file://"))

    def age(self, path: Path | None = None, days: float = 4) -> None:
        """Make a file so old; by default, all files of the table."""
        moment = (self.now - timedelta(days=days)).timestamp()
        for each in [path] if path else self.folder().rglob("*"):
            os.utime(each, (moment, moment), follow_symlinks=False)

    def left_over(self, name: str) -> Path:
        """Put a file below the table's location."""
        path = self.folder() / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half a file")
        return path

    def found(self) -> list[StoredFile]:
        """Find the table's orphans, all files being old."""
        self.age()
        table = self.table()
        return orphans(table, self.kept, lambda: live_in_catalog(self.catalog, table))

    def remove(self, files: Sequence[StoredFile]) -> list[StoredFile]:
        """Remove what was found."""
        return remove(self.table(), files)

    def names(self, files: Iterable[StoredFile]) -> list[str]:
        """Name files as they lie below the table's location."""
        return [each.path.removeprefix(f"{self.table().location()}/") for each in files]

    def ids(self) -> Mapping[int, Sequence[int]]:
        """Read every snapshot of the table."""
        table = self.table()
        scans = {each.snapshot_id: table.scan(snapshot_id=each.snapshot_id) for each in table.snapshots()}
        return {key: sorted(scan.to_arrow()["id"].to_pylist()) for key, scan in scans.items()}


def _fitted(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """Turn a batch into rows of a table, by the names of its columns."""
    columns = [
        fit(batch.column(each.name) if each.name in batch.schema.names else pa.nulls(batch.num_rows), each)
        for each in schema
    ]
    return pa.record_batch(columns, schema=schema)


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    """An empty embedded catalog."""
    return Landing(tmp_path / "landing")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An empty home folder."""
    monkeypatch.delenv("INGEST_HOME", raising=False)
    monkeypatch.delenv("INGEST_REGISTRY", raising=False)
    monkeypatch.delenv("INGEST_CONNECTORS", raising=False)
    (tmp_path / "home" / "jobs").mkdir(parents=True)
    return Home(tmp_path / "home")


@pytest.fixture
def attic(home: Home) -> Attic:
    """A home in which nothing has landed yet."""
    return Attic(home)


@pytest.fixture
def landed(attic: Attic) -> Attic:
    """A home with a table of three snapshots."""
    for number in range(3):
        attic.home.write(f"data/orders-{number}.csv", f"id\n{number}\n")
        attic.home.run()
    return attic


class SecretiveSystem(MemorySystem):
    """Tables in memory, behind a secret."""

    secrets = ("hunter2-and-more",)


@pytest.fixture
def broken_checks(monkeypatch: pytest.MonkeyPatch) -> Callable[[type[MemorySource]], set[str]]:
    """Hold a source to all checks, and give the names of those that it does not keep, each of which tells a mend."""
    monkeypatch.setattr(conduct, "GONE", 0.1)  # what does not end is waited for briefly

    def broken(kind: type[MemorySource]) -> set[str]:
        verdicts = conformance(functools.partial(SecretiveSystem, kind=kind))
        found = [each for each in verdicts if each.ending == "broken"]
        assert all("\n  mend: " in each.why for each in found)
        return {each.check.name for each in found}

    return broken


Answer = tuple[int, Mapping[str, str], bytes]
"""Status, headers and body."""

Answering = Callable[[Callable[[BaseHTTPRequestHandler], Answer]], str]
"""Starts a server that answers as a function says, and gives its URL."""


@pytest.fixture
def answering() -> Iterator[Answering]:
    """Start servers whose answers a test decides."""
    servers: list[ThreadingHTTPServer] = []

    def start(answer: Callable[[BaseHTTPRequestHandler], Answer]) -> str:
        handler = type("Handler", (_Handler,), {"answer": staticmethod(answer)})
        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), handler))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    answer: Callable[[BaseHTTPRequestHandler], Answer]

    def do_GET(self) -> None:
        status, headers, body = self.answer(self)
        self.send_response(status)
        said = {"Content-Length": str(len(body)), **headers}
        for name, value in said.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
            # A body that is cut off ends its connection.
            self.close_connection = int(said["Content-Length"]) != len(body)

    do_HEAD = do_GET  # noqa: N815  # the library's name

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # the library's name
        """Say nothing."""
