"""Finds small data files that are worth rewriting, and groups them so that each group fills about one file.

A file is small, and a group worth it, by the measures of Iceberg's own ``rewrite_data_files``
(https://iceberg.apache.org/docs/latest/spark-procedures/#rewrite_data_files).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyiceberg.manifest import FileFormat
from pyiceberg.utils.bin_packing import ListPacker

from ingest_core.catalogs.planning import plan_files
from ingest_core.catalogs.private_names import deleted_places
from ingest_core.errors import JobError
from ingest_core.ports import FileGroup
from ingest_core.writers.open_file import target_size
from ingest_core.writers.storage import storage_errors

if TYPE_CHECKING:
    from pyiceberg.io import FileIO
    from pyiceberg.table import FileScanTask
    from pyiceberg.table.metadata import TableMetadata

    from ingest_core.catalogs.iceberg_table import IcebergTable

SMALL = 0.75
"""A file is small below so much of the target size (Iceberg's ``min-file-size-bytes``)."""

LEAST_FILES = 5
"""Files that are worth a rewriting however little is in them (Iceberg's ``min-input-files``)."""

WORN = 0.3
"""A file of any size is worth it when so much of its rows is deleted (Iceberg's ``delete-ratio-threshold``)."""

LOOKBACK = 20
"""Groups that are filled at the same time; the more, the fuller they are."""

NOT_WRITTEN = 3
"""The first version of Iceberg's format whose manifests pyiceberg does not write."""


@dataclass(frozen=True)
class Candidate:
    """A file that may be rewritten.

    Args:
        task: The file, with the deletes that belong to it.
        worn: Whether so many of its rows are deleted that it is worth it by itself.
    """

    task: FileScanTask
    worn: bool

    @property
    def size(self) -> int:
        """Its bytes."""
        return self.task.file.file_size_in_bytes


def small_files(table: IcebergTable) -> list[FileGroup]:
    """Find the small files of a table that are worth rewriting.

    Files of other formats than Parquet are left as they are, and so are those of former partitionings: their rows would
    be spread over the partitions of today, and may well become more files than they were.

    Args:
        table: As it was loaded.

    Raises:
        JobError: Another engine keeps the table in a way that cannot be rewritten here.
        TransientError: The storage is out of reach.
    """
    metadata = table.inner.metadata
    _refuse_newer(table)
    with storage_errors():
        planned = [task for task in plan_files(table.inner) if _can_be_rewritten(task, metadata)]
        found = [Candidate(task, _is_worn(table.inner.io, task)) for task in planned]
    small = SMALL * target_size(metadata)
    chosen = [each for each in found if each.worn or each.size < small]
    return [
        _group(folder, bin_)
        for folder, candidates in _by_folder(chosen, metadata).items()
        for bin_ in _packed(candidates, target_size(metadata))
        if _is_worth_it(bin_, small)
    ]


def _refuse_newer(table: IcebergTable) -> None:
    version = table.inner.metadata.format_version
    if version >= NOT_WRITTEN:
        raise JobError(
            f"the table {'.'.join(table.inner.name())} is of version {version} of Iceberg's format, which is not "
            "written here",
            "compact it with the engine that made it",
        )


def _can_be_rewritten(task: FileScanTask, metadata: TableMetadata) -> bool:
    return task.file.file_format == FileFormat.PARQUET and task.file.spec_id == metadata.default_spec_id


def _is_worn(io: FileIO, task: FileScanTask) -> bool:
    """Tell whether much of a file is deleted. Its deletes are read only where there are as many at all."""
    enough = WORN * task.file.record_count
    if sum(each.record_count for each in task.delete_files) < max(enough, 1):
        return False
    return deleted_rows(io, task) >= enough


def deleted_rows(io: FileIO, task: FileScanTask) -> int:
    """Count the rows of a file that its delete files take away; several may name the same one."""
    places = deleted_places(io, task)
    return 0 if places is None else len(places.unique())


def _by_folder(candidates: Sequence[Candidate], metadata: TableMetadata) -> Mapping[str, Sequence[Candidate]]:
    """Put the files of each partition together, in the order in which they came to the table."""
    folders: dict[str, list[Candidate]] = {}
    spec, schema = metadata.spec(), metadata.schema()
    for each in reversed(candidates):  # the newest manifest is planned first
        folder = "" if spec.is_unpartitioned() else spec.partition_to_path(each.task.file.partition, schema)
        folders.setdefault(folder, []).append(each)
    return folders


def _packed(candidates: Sequence[Candidate], target: int) -> list[list[Candidate]]:
    packer: ListPacker[Candidate] = ListPacker(target, LOOKBACK, largest_bin_first=False)
    return packer.pack(list(candidates), lambda each: each.size)


def _is_worth_it(candidates: Sequence[Candidate], small: float) -> bool:
    """Tell whether enough files become one, or what becomes one is no longer small."""
    fills = len(candidates) > 1 and sum(each.size for each in candidates) >= small
    return len(candidates) >= LEAST_FILES or fills or any(each.worn for each in candidates)


def _group(folder: str, candidates: Sequence[Candidate]) -> FileGroup:
    tasks = tuple(each.task for each in candidates)
    rows = sum(task.file.record_count for task in tasks)
    return FileGroup(folder, len(tasks), rows, sum(each.size for each in candidates), tasks)
