"""Finds columns that a job names and its tables will not have, as far as the file alone can tell."""

from __future__ import annotations

from collections.abc import Iterator

from ingest_core.documents import nearest
from ingest_core.errors import Fault, Key
from ingest_core.job import Job, ObjectSpec

_OWN = "_ingest_"


def column_faults(job: Job) -> list[Fault]:
    """Hold the columns that a job names against those that it selects and renames.

    Args:
        job: The job; of an object that selects no columns only the renamed ones are known.

    Returns:
        Renames of columns that are not selected, and keys, partitions, orders, cursors and contracts of columns that do
        not land.
    """
    return [
        fault for name in job.objects for fault in (*_renamed(job, name), *_landed(job, name), *_contracted(job, name))
    ]


def _renamed(job: Job, name: str) -> Iterator[Fault]:
    spec = job.objects[name]
    for old in spec.rename:
        if spec.select is not None and old not in spec.select:
            close = nearest(old, spec.select)
            mend = f"add it to select; or did you mean {close!r}?" if close else "add it to select"
            yield Fault(f"{old!r} is renamed and not selected", mend, ("source", "objects", name, "rename", old))


def _landed(job: Job, name: str) -> Iterator[Fault]:
    spec = job.objects[name]
    for column, key in _named(job, name):
        if not column.startswith(_OWN) and (mend := _missing(spec, column)):
            yield Fault(f"the table of {name} will have no column {column!r}", mend, key)


def _contracted(job: Job, name: str) -> Iterator[Fault]:
    """Refuse contracts that call columns by names which the job takes from them."""
    rename = job.objects[name].rename
    for column in job.contract(name).columns.values():
        if column.name in rename and column.name not in rename.values():
            mend = f"say {rename[column.name]!r}, as it lands"
            yield Fault(f"{name} lands no column {column.name!r}: it is renamed", mend, column.key, column.where)


def _missing(spec: ObjectSpec, column: str) -> str:
    """Say how a column is got that will not land; empty where it lands, or where nobody can tell."""
    landing = {spec.rename.get(old, old) for old in spec.select or ()}
    if column in landing or (spec.select is None and column in spec.rename.values()):
        return ""
    if column in spec.rename:
        return f"it is renamed: say {spec.rename[column]!r}"
    if spec.select is None:
        return ""
    close = nearest(column, landing)
    return f"did you mean {close!r}?" if close else "add it to select"


def _named(job: Job, name: str) -> Iterator[tuple[str, Key]]:
    """List the columns of a table that a job names, each with the key that names it."""
    own, layout, incremental = job.objects[name], job.layout(name), job.incremental(name)
    for part, columns in (
        ("key", layout.key),
        ("partition_by", [each.column for each in layout.partition_by or ()]),
        ("sort_by", [each.column for each in layout.sort_by or ()]),
    ):
        key: Key = ("target", part) if getattr(own, part) is None else ("source", "objects", name, part)
        if part == "key" and own.key is None and job.spec.target.key is None:
            key = ("asset",) if own.asset is None else ("source", "objects", name, "asset")
        yield from ((column, key) for column in columns)
    for part in ("cursor", "deleted"):
        if column := getattr(incremental, part):
            mine = own.incremental and getattr(own.incremental, part)
            place: Key = ("source", "objects", name) if mine else ("source",)
            yield column, (*place, "incremental", part)
