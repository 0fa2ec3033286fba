"""Whatever a table went through: what is removed is what nothing needs, all of it, and nothing else."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_core.catalogs.maintenance.file_names import compared
from ingest_core.catalogs.maintenance.neighbours import live_in_catalog
from ingest_core.catalogs.maintenance.orphans import orphans, remove
from ingest_core.ports import Kept
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.types import LongType

if TYPE_CHECKING:
    from pyiceberg.table import Table

NAME = ("acme", "orders")
SOON = datetime.now(UTC) + timedelta(days=1)
OF_ANY_AGE = Kept(SOON, SOON)
Step = Callable[["Table", random.Random], None]


def append(table: Table, chance: random.Random) -> None:
    table.append(rows(table, chance))


def replace(table: Table, chance: random.Random) -> None:
    table.overwrite(rows(table, chance), overwrite_filter=f"id < {chance.randrange(50)}")


def delete(table: Table, chance: random.Random) -> None:
    table.delete(f"id >= {chance.randrange(50)}")


def killed(table: Table, chance: random.Random) -> None:
    """Leave files behind as a writer does that dies at any point."""
    for name in ("data/id=1/killed", "metadata/killed-m0.avro", "metadata/snap-killed.avro", "killed.metadata.json"):
        path = place(table) / f"{name}-{chance.randrange(10**9)}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half a file")


def refused(table: Table, chance: random.Random) -> None:
    """Write all of a commit, and never send it."""
    transaction = table.transaction()
    transaction.append(rows(table, chance))


def expire(table: Table, chance: random.Random) -> None:
    named = {each.snapshot_id for each in table.metadata.refs.values()}
    old = [each.snapshot_id for each in table.snapshots() if each.snapshot_id not in named]
    if chosen := [each for each in old if chance.random() < 0.6]:
        table.maintenance.expire_snapshots().by_ids(chosen).commit()


def keep(table: Table, chance: random.Random) -> None:
    if chosen := table.snapshots():
        snapshot = chance.choice(chosen).snapshot_id
        name = f"ref{chance.randrange(10**9)}"
        changes = table.manage_snapshots()
        (changes.create_tag if chance.random() < 0.5 else changes.create_branch)(snapshot, name).commit()


def forget(table: Table, chance: random.Random) -> None:
    tags = [name for name, each in table.metadata.refs.items() if each.snapshot_ref_type == "tag"]
    if tags:
        table.manage_snapshots().remove_tag(chance.choice(tags)).commit()


def roll_back(table: Table, chance: random.Random) -> None:
    line = [entry.snapshot_id for entry in table.history()]
    there = {each.snapshot_id for each in table.snapshots()}
    if former := [each for each in line if each in there and is_ancestor(table, each)]:
        table.manage_snapshots().rollback_to_snapshot(chance.choice(former)).commit()


def grow(table: Table, chance: random.Random) -> None:
    with table.update_schema() as update:
        update.add_column(f"c{chance.randrange(10**9)}", LongType())


def divide(table: Table, _: random.Random) -> None:
    with table.update_spec() as update:
        if table.spec().is_unpartitioned():
            update.add_identity("id")
        else:
            update.remove_field("id")


STEPS: Sequence[Step] = [append, replace, delete, killed, refused, expire, keep, forget, roll_back, grow, divide]


def is_ancestor(table: Table, snapshot_id: int) -> bool:
    each = table.current_snapshot()
    while each is not None and each.snapshot_id != snapshot_id:
        each = table.snapshot_by_id(each.parent_snapshot_id) if each.parent_snapshot_id else None
    return each is not None


def place(table: Table) -> Path:
    return Path(table.location().removeprefix("file://"))


def rows(table: Table, chance: random.Random) -> pa.Table:
    columns = {field.name: [chance.randrange(50) for _ in range(3)] for field in table.schema().fields}
    return pa.table(columns)


def content(table: Table) -> Mapping[int, Sequence[object]]:
    """Read every snapshot that a table keeps."""
    scans = {each.snapshot_id: table.scan(snapshot_id=each.snapshot_id).to_arrow() for each in table.snapshots()}
    return {key: sorted(map(repr, found.to_pylist())) for key, found in scans.items()}


@settings(max_examples=25)
@given(steps=st.lists(st.sampled_from(STEPS), min_size=1, max_size=14), tidy=st.booleans(), seed=st.integers(0, 10**6))
def test_what_is_left_is_what_is_needed(steps: Sequence[Step], tidy: bool, seed: int) -> None:  # noqa: FBT001  # drawn
    chance = random.Random(seed)  # noqa: S311  # no cryptography
    with tempfile.TemporaryDirectory() as folder:
        catalog = SqlCatalog("ingest", uri=f"sqlite:///{folder}/catalog.db", warehouse=f"file://{folder}")
        catalog.create_namespace("acme")
        properties = {"write.metadata.previous-versions-max": "2", "commit.manifest-merge.enabled": str(tidy)}
        table = catalog.create_table(NAME, pa.schema([("id", pa.int64())]), properties=properties)
        for step in steps:
            step(catalog.load_table(NAME), chance)
        table = catalog.load_table(NAME)
        before = content(table)
        found = orphans(table, OF_ANY_AGE, lambda: live_in_catalog(catalog, table))
        assert remove(catalog.load_table(NAME), found) == found
        assert content(catalog.load_table(NAME)) == before
        needed = {compared(name) for name in live_in_catalog(catalog, table)}
        assert {str(path) for path in place(table).rglob("*") if path.is_file()} <= needed
        append(catalog.load_table(NAME), chance)
        assert content(catalog.load_table(NAME)).items() >= before.items()
