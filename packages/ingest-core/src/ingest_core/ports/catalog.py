"""The port to where rows go: a catalog of Iceberg tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from ingest_core.layout import AS_IT_IS, Layout
from ingest_core.limits import Share
from ingest_core.merging import Rule
from ingest_core.messages import DataFile
from ingest_core.ports.table_name import TableName
from ingest_core.state import State, StateKey

if TYPE_CHECKING:
    import pyarrow as pa

    from ingest_core.merging.gathering import Gathering
    from ingest_core.ports.maintenance import Maintenance


ALONE = Share()
WriteMode = Literal["append", "replace", "merge", "history"]


@dataclass(frozen=True)
class RunContext:
    """Who is writing: named in the catalog's log where it keeps one, and in the paths of files.

    Args:
        home: The home folder.
        tenant: The job's tenant.
        job: The job's name.
        run_id: The run's id, unguessable.
    """

    home: Path
    tenant: str
    job: str
    run_id: str


@dataclass(frozen=True)
class Change:
    """What one commit does to a table, beside moving the state.

    Args:
        mode: ``append`` adds the files; ``replace`` puts them in the place of all others; ``merge`` and ``history``
            compare gathered rows with those of the table.
        files: The closed files, or the closed parts of the gathering.
        gathering: Where rows were gathered that are to be compared.
    """

    mode: WriteMode
    files: Sequence[DataFile]
    gathering: Gathering | None = None

    @property
    def rows(self) -> int:
        """Rows in all files, or parts, together."""
        return sum(file.rows for file in self.files)


@dataclass(frozen=True)
class Committed:
    """A commit that was read back.

    Args:
        snapshot_id: The table's snapshot that shows it; ``None`` where that was not read back.
        total_rows: Rows in the table with that snapshot, where the catalog tells.
        state: The stream's state, as it stands in the table.
        table: The table to build the next commit of the same files' columns upon; ``None`` when another writer changed
            them meanwhile, or the stream's state moved on.
        files: The data files that it brought; those of a merge are written as it is committed.
        commit: As :attr:`Table.commit`.
    """

    snapshot_id: int | None
    total_rows: int | None
    state: State
    table: Table | None
    files: Sequence[DataFile] = ()
    commit: str | None = None


class Writer(Protocol):
    """Writes batches to data files that no commit names yet. One per worker thread."""

    def write(self, batch: pa.RecordBatch) -> None:
        """Add rows in the table's schema. Bounded memory: files are closed at the target size."""

    def flush(self) -> tuple[DataFile, ...]:
        """Close what is open and hand on every file since the last flush. The writer can go on."""

    def abandon(self) -> None:
        """Let go of an unfinished file after a failure. Deletes nothing; never raises."""


class Table(Protocol):
    """A table as it was at one moment."""

    @property
    def uuid(self) -> str:
        """The id that a table keeps when it is renamed, and another table of the same name does not have."""

    @property
    def schema(self) -> pa.Schema:
        """Columns, in the table's order."""

    @property
    def sequence_number(self) -> int:
        """The current snapshot's sequence number; 0 without a snapshot."""

    @property
    def properties(self) -> Mapping[str, str]:
        """The table's properties, the states among them."""

    @property
    def commit(self) -> str | None:
        """What the catalog calls the commit that made it what it is; ``None`` where it has no commits of its own."""

    @property
    def is_empty(self) -> bool:
        """Whether it holds no rows, so that its columns may still become others."""

    @property
    def layout(self) -> Layout:
        """How it is laid out."""

    def grown(self, columns: pa.Schema, layout: Layout = AS_IT_IS, anew: Sequence[str] = ()) -> Table:
        """Give the table as it will be once a commit has changed it. Commits nothing.

        Args:
            columns: Columns that it adds or changes, as they will be.
            layout: How the table will be laid out; files that it has stay as they are.
            anew: Columns of an empty table that make way for those of their names among ``columns``.

        Raises:
            JobError: The table's rows do not allow it.
        """

    def with_cursor(self, state: State) -> State:
        """Give a state of this table with its cursor, wherever the catalog keeps that."""

    def told(self, property_name: str) -> Sequence[tuple[str, bool]]:
        """Give the texts of a property in the summaries of the snapshots that are still known.

        Returns:
            Each with whether its snapshot is the current one or led to it; false for one that was rolled back.
        """

    def writer(self, share: Share = ALONE) -> Writer:
        """Open a writer of this table's files.

        Args:
            share: What it may take.
        """

    def gather(self, rule: Rule, memory: int) -> AbstractContextManager[Gathering]:
        """Open a place for rows that are to be compared with this table's.

        Args:
            rule: How they are compared.
            memory: Bytes that they may take; what is more goes to disk.
        """


class Catalog(Protocol):
    """Keeps tables. Opened once per run; used by the driver's thread alone.

    Every method raises :class:`TransientError` when the catalog is out of reach and :class:`JobError` when a person
    must mend something (unknown warehouse, no right).
    """

    @property
    def branches(self) -> Branches | None:
        """What it can do with branches; ``None`` when it has none."""

    @property
    def maintenance(self) -> Maintenance | None:
        """How its tables are kept small and clean; ``None`` when it does not do that."""

    def load(self, name: TableName) -> Table | None:
        """Load a table fresh; ``None`` when there is none."""

    def create(self, name: TableName, schema: pa.Schema, layout: Layout = AS_IT_IS) -> Table:
        """Create an empty table, and its namespace. Of two creators one loses visibly, and gets the other's table.

        Args:
            name: Its name.
            schema: Its columns; those of the layout's key are required.
            layout: How it is laid out.
        """

    def commit(self, table: Table, change: Change, state: State, key: StateKey) -> Committed:
        """Land files and state in one commit, by the protocol of DESIGN section 4, and read it back.

        Args:
            table: As it was when its state was read and its files were written. What it is to become
                (see :meth:`Table.grown`) lands in the same commit.
            change: The files.
            state: The stream's next state; its sequence number is filled in.
            key: Whose state it is.

        Raises:
            TransientError: Another run of this job won, or nobody can tell yet whether it landed; run again.
            JobError: The table was dropped or changed so that these files do not fit.
        """

    def close(self) -> None:
        """Give back what it holds open. It is not used any more."""


class Branch(Protocol):
    """A branch of one run: what is committed on it shows on the target branch by one merge, or not at all."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def base(self) -> str:
        """Where on the target branch it began."""

    @property
    def catalog(self) -> Catalog:
        """The catalog as it is on this branch."""

    def head(self) -> str:
        """Give where it stands; equal to :attr:`base` as long as nothing was committed.

        Raises:
            JobError: It vanished.
        """

    def merge(self, head: str) -> bool:
        """Merge what it holds up to ``head`` into the target branch. Sent again, it lands once at most.

        Returns:
            Whether the catalog says that it did. It refuses when the same tables moved on the target branch, or when
            the target branch no longer holds :attr:`base`.

        Raises:
            JobError: This user may not.
            TransientError: Any other answer, or none: it may have landed.
        """

    def drop(self) -> None:
        """Delete it. Never raises: a branch that is left over does no harm, and is swept some day."""


class Branches(Protocol):
    """What a catalog with branches can do for a run that shows all of its tables at once."""

    def begin(self, attempt: int) -> Branch:
        """Make a branch of this run from where the target branch stands.

        Args:
            attempt: The how manieth branch of this run; each has a name of its own.
        """

    def sweep(self, age: timedelta) -> Sequence[str]:
        """Delete the branches of former runs of this very job, as far as they can be deleted.

        Args:
            age: How long ago the run of a branch must have begun.

        Returns:
            Their names.
        """


@dataclass(frozen=True)
class WantedBranch:
    """A branch that a job wants to be made, where it is not there.

    Args:
        name: The branch.
        made_from: The branch or tag that it is made from.
    """

    name: str
    made_from: str


@dataclass(frozen=True)
class NamespaceSeen:
    """What can be told of a namespace without writing.

    Args:
        exists: Whether it is there; else the first run makes it.
        tables: The tables in it.
        writable: Whether we may write; ``None`` where only writing would tell.
    """

    exists: bool
    tables: Sequence[str] = ()
    writable: bool | None = None


class OpenCatalog(Protocol):
    """Opens a catalog. Found by its entry point in ``ingest.catalogs``."""

    @property
    def may_have_branches(self) -> bool:
        """Whether catalogs of this kind can have branches; which of them has is known once it is open."""

    def __call__(self, properties: Mapping[str, str], branch: str | None, context: RunContext) -> Catalog:
        """Open it.

        Args:
            properties: As the job names the catalog, secrets filled in.
            branch: The branch to write to, where the catalog has branches.
            context: Who is writing.
        """

    def settle(self, properties: Mapping[str, str], wanted: WantedBranch, context: RunContext, *, make: bool) -> str:
        """Find a branch, and make it where it is not there. Of two that make it at once both find it made.

        Args:
            properties: As for opening.
            wanted: The branch.
            context: As for opening.
            make: Whether it may be made.

        Returns:
            Its name; that of the one it would be made from, where it is not there and may not be made.

        Raises:
            JobError: This catalog has no branches, or not the one it would be made from.
            TransientError: It does not answer.
        """

    def look(
        self, properties: Mapping[str, str], branch: str | None, context: RunContext, namespace: str
    ) -> NamespaceSeen:
        """Reach it and look at a namespace. Makes and changes nothing, not even an empty catalog.

        Args:
            properties: As for opening.
            branch: As for opening.
            context: As for opening.
            namespace: One level.

        Raises:
            JobError: The catalog refuses what the job says.
            TransientError: It does not answer.
        """
