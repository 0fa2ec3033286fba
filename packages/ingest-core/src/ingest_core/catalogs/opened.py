"""What every pyiceberg catalog has in common behind the port."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, cast

import pyarrow as pa
from pyiceberg.exceptions import NamespaceAlreadyExistsError, NoSuchNamespaceError, NoSuchTableError

from ingest_core.ages import wall_clock
from ingest_core.catalogs.iceberg_table import IcebergTable
from ingest_core.catalogs.laying import NewTable, new_table
from ingest_core.catalogs.protocol import Attempt, land
from ingest_core.catalogs.sending import Clock, Patience
from ingest_core.errors import JobError
from ingest_core.layout import AS_IT_IS, Layout
from ingest_core.ports import (
    Branches,
    Change,
    Committed,
    Maintenance,
    NamespaceSeen,
    RunContext,
    Table,
    TableName,
    WantedBranch,
)
from ingest_core.state import State, StateKey
from ingest_core.writers.storage import storage_errors

if TYPE_CHECKING:
    from pyiceberg.catalog import Catalog
    from pyiceberg.table import Table as PyIcebergTable

Translated = Callable[[], AbstractContextManager[None]]
Creator = Callable[[TableName, NewTable], None]
Settler = Callable[[Mapping[str, str], WantedBranch, RunContext, bool], str]

FILES = {"buffer-size": str(64 * 1024)}
"""How pyiceberg opens files: with its own megabyte before each, a hundred open files would take a hundred megabytes.

Source: ``BUFFER_SIZE`` in ``pyiceberg.io.pyarrow``.
"""


@dataclass(frozen=True)
class OpenedCatalog:
    """A pyiceberg catalog behind the port.

    Args:
        inner: pyiceberg's catalog.
        context: Who is writing.
        translated: Turns the catalog's exceptions into ours.
        creator: Creates a table with its first snapshot; somebody else having done so already is no fault.
        patience: How long a commit goes on.
        branches: What it can do with branches, where it has any.
        maintainer: Makes what keeps its tables small and clean, where there is such a thing.
        clock: Tells the time in UTC, by which files become too old to be committed.
    """

    inner: Catalog
    context: RunContext
    translated: Translated
    creator: Creator
    patience: Patience = field(default=Patience())
    branches: Branches | None = None
    maintainer: Callable[[OpenedCatalog], Maintenance] | None = None
    clock: Clock = wall_clock

    @property
    def maintenance(self) -> Maintenance | None:
        """See :class:`ingest_core.plugin.Catalog`."""
        return self.maintainer(self) if self.maintainer else None

    def load(self, name: TableName) -> IcebergTable | None:
        """See :class:`ingest_core.plugin.Catalog`."""
        found = self._load(name)
        return IcebergTable(found, self.context) if found else None

    def create(self, name: TableName, schema: pa.Schema, layout: Layout = AS_IT_IS) -> IcebergTable:
        """See :class:`ingest_core.plugin.Catalog`."""
        table = new_table(schema, layout)
        with storage_errors(), self.translated():
            with contextlib.suppress(NamespaceAlreadyExistsError):
                self.inner.create_namespace(name.namespace)
            self.creator(name, table)
            return IcebergTable(self.inner.load_table((name.namespace, name.table)), self.context)

    def commit(self, table: Table, change: Change, state: State, key: StateKey) -> Committed:
        """See :class:`ingest_core.plugin.Catalog`."""
        written = cast("IcebergTable", table)
        namespace, name = written.inner.name()
        load = partial(self._load, TableName(namespace, name))
        attempt = Attempt(self.inner, load, change, state, key, self.patience, self.clock)
        with storage_errors(), self.translated():
            return land(attempt, written)

    def close(self) -> None:
        """See :class:`ingest_core.plugin.Catalog`."""
        self.inner.close()

    def _load(self, name: TableName) -> PyIcebergTable | None:
        with self.translated():
            try:
                return self.inner.load_table((name.namespace, name.table))
            except (NoSuchTableError, NoSuchNamespaceError):
                return None


@dataclass(frozen=True)
class Opener:
    """Opens catalogs of one kind, and says offline what such a catalog can do.

    Args:
        function: Opens one.
        may_have_branches: Whether there are any of this kind that have branches.
        missing: Says of a catalog that opening would make what can be told of it before; ``None`` where it is there.
        writable: Whether a catalog that was opened may be written, where that can be told.
        settler: Finds a branch, or makes it; ``None`` where there are no branches.
    """

    function: Callable[[Mapping[str, str], str | None, RunContext], OpenedCatalog]
    may_have_branches: bool
    missing: Callable[[str | None, RunContext], NamespaceSeen | None] = lambda _branch, _context: None
    writable: Callable[[RunContext], bool | None] = lambda _context: None
    settler: Settler | None = None

    def __call__(self, properties: Mapping[str, str], branch: str | None, context: RunContext) -> OpenedCatalog:
        """See :class:`ingest_core.plugin.OpenCatalog`."""
        return self.function(properties, branch, context)

    def settle(self, properties: Mapping[str, str], wanted: WantedBranch, context: RunContext, *, make: bool) -> str:
        """See :class:`ingest_core.plugin.OpenCatalog`."""
        if self.settler is None:
            raise JobError("this catalog has no branches; only Nessie has", "leave it out", ("target", "branch_from"))
        return self.settler(properties, wanted, context, make)

    def look(
        self, properties: Mapping[str, str], branch: str | None, context: RunContext, namespace: str
    ) -> NamespaceSeen:
        """See :class:`ingest_core.plugin.OpenCatalog`."""
        if seen := self.missing(branch, context):
            return seen
        with contextlib.closing(self.function(properties, branch, context)) as catalog, catalog.translated():
            try:
                # A server may list the tables of a namespace that is not there: none.
                catalog.inner.load_namespace_properties(namespace)
                tables = [name[-1] for name in catalog.inner.list_tables(namespace)]
            except NoSuchNamespaceError:
                return NamespaceSeen(exists=False, writable=self.writable(context))
            return NamespaceSeen(exists=True, tables=tables, writable=self.writable(context))
