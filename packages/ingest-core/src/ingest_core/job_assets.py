"""Reads the data contracts that a job names, and finds in them what they say for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ingest_core.contracts import AssetName, Column, Contract, asset_name
from ingest_core.contracts.asset_file import find_asset
from ingest_core.errors import Fault, JobError, Key

if TYPE_CHECKING:
    from ingest_core.contracts.loading import AssetFile
    from ingest_core.job import Job, JobSpec


@dataclass(frozen=True)
class _Named:
    """An asset, and the object that goes by it."""

    object: str
    asset: AssetName
    at: Key
    is_shared: bool


def read_assets(spec: JobSpec, home: Path) -> tuple[Mapping[str, Contract], list[Fault]]:
    """Read the contracts of a job's objects, each file once.

    Args:
        spec: The job.
        home: The home folder.

    Returns:
        The contracts, by the objects that have one, and what is wrong with the others: faults of the job file, or of
        the asset's, which say their file.
    """
    files: dict[Path, AssetFile | None] = {}
    contracts: dict[str, Contract] = {}
    faults: list[Fault] = []
    for named in _named(spec):
        try:
            file = _read(find_asset(home, named.asset.file, named.at), files)
            if file is not None:
                contracts[named.object] = file.table(named.asset, named.object, named.at, is_shared=named.is_shared)
        except JobError as error:
            faults += error.faults
    return contracts, list(dict.fromkeys(faults))


def read_asset(path: Path) -> AssetFile:
    """Read the file of an asset, whole.

    Raises:
        JobError: It is no data contract, or has faults; carries them all.
    """
    from ingest_core.contracts.loading import AssetFile  # noqa: PLC0415  # heavy; most jobs name no asset

    return AssetFile.read(path)


def _named(spec: JobSpec) -> Iterator[_Named]:
    """List the objects that name an asset, or for which the job names one."""
    shared = [name for name, special in spec.source.objects.items() if special.asset is None]
    for name, special in spec.source.objects.items():
        if special.asset is not None:
            yield _Named(name, asset_name(special.asset), ("source", "objects", name, "asset"), is_shared=False)
        elif spec.asset is not None:
            yield _Named(name, asset_name(spec.asset), ("asset",), is_shared=len(shared) > 1)


def _read(path: Path, files: dict[Path, AssetFile | None]) -> AssetFile | None:
    """Read a file, the first time that it is named; ``None`` when what is wrong with it was told already."""
    if path not in files:
        files[path] = None
        files[path] = read_asset(path)
    return files[path]


def told(fault: Fault, job: Job) -> Fault:
    """Give a fault its file and line: those of the contract, where that says what is wrong and the job does not.

    Args:
        fault: As a source or the executor found it.
        job: The job.
    """
    if fault.where or not fault.key:
        return fault
    if column := _contract_column(fault.key, job):
        return replace(fault, key=column.key, where=column.where)
    return replace(fault, where=job.document.where(fault.key))


def _contract_column(key: Key, job: Job) -> Column | None:
    """Find the column whose type a key names, where the contract says that type."""
    match key:
        case ("source", "objects", str(name), "types", str(column)) if column not in job.objects[name].types:
            return job.contract(name).columns.get(job.objects[name].rename.get(column, column))
    return None
