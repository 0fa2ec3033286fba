"""Names every file that a table's metadata needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from pyiceberg.manifest import ManifestContent, ManifestEntryStatus, ManifestFile, read_manifest_list

from ingest_core.catalogs.maintenance.listing import THREADS
from ingest_core.errors import JobError
from ingest_core.state import readable, states_in

if TYPE_CHECKING:
    from pyiceberg.io import FileIO
    from pyiceberg.table.metadata import TableMetadata
    from pyiceberg.table.snapshots import Snapshot


class Reachable:
    """Names the files that metadata needs. What several snapshots share is read once.

    Args:
        io: Reads the metadata's files.
    """

    def __init__(self, io: FileIO) -> None:
        self._io = io
        self._read: set[str] = set()

    def named(self, metadata: TableMetadata, address: str) -> Iterator[str]:
        """Name all files of a table's metadata: those of every snapshot, and what it keeps beside them.

        Args:
            metadata: The metadata.
            address: Its own file.

        Raises:
            FileNotFoundError: A file that names others is gone.
            JobError: One is damaged, or the work of a newer release.
        """
        yield address
        yield f"{metadata.location.rstrip('/')}/metadata/version-hint.text"  # which catalogs on a file system read
        yield from (entry.metadata_file for entry in metadata.metadata_log)
        yield from (each.statistics_path for each in (*metadata.statistics, *metadata.partition_statistics))
        yield from _cursor_files(metadata.properties)
        for snapshot in metadata.snapshots:
            yield from _cursor_files(snapshot.summary.additional_properties if snapshot.summary else {})
            yield from self.shown(snapshot)

    def shown(self, snapshot: Snapshot) -> Iterator[str]:
        """Name the files of a snapshot: its manifest list, its manifests, and the data and delete files in them.

        Args:
            snapshot: The snapshot.

        Raises:
            FileNotFoundError: A file that names others is gone.
            JobError: One is damaged.
        """
        if snapshot.manifest_list in self._read:
            return
        yield snapshot.manifest_list
        manifests = list(read_manifest_list(self._io.new_input(snapshot.manifest_list)))
        _check_whole(snapshot, manifests)
        yield from (each.manifest_path for each in manifests)
        unread = [each for each in manifests if each.manifest_path not in self._read]
        with ThreadPoolExecutor(THREADS, thread_name_prefix="manifests") as pool:
            for start in range(0, len(unread), THREADS):
                part = unread[start : start + THREADS]
                for manifest, files in zip(part, pool.map(self._files, part), strict=True):
                    yield from files
                    self._read.add(manifest.manifest_path)
        self._read.add(snapshot.manifest_list)

    def _files(self, manifest: ManifestFile) -> Sequence[str]:
        """Name the files in a manifest, without those that its snapshot took away: others name them, or nobody."""
        found = manifest.fetch_manifest_entry(self._io, discard_deleted=False)
        # pyiceberg takes a file that breaks off for one that ends.
        if len(found) < _entries(manifest):
            raise JobError(
                f"the manifest {manifest.manifest_path} holds {len(found)} entries, and should {_entries(manifest)}",
                "bring the file back from a backup",
            )
        return [each.data_file.file_path for each in found if each.status != ManifestEntryStatus.DELETED]


def _check_whole(snapshot: Snapshot, manifests: Sequence[ManifestFile]) -> None:
    """See that a manifest list names as many files as its snapshot says: pyiceberg takes one that breaks off for whole.

    Raises:
        JobError: It names fewer.
    """
    said = (snapshot.summary.additional_properties if snapshot.summary else {}).get("total-data-files", "")
    counts = [(each.added_files_count, each.existing_files_count) for each in manifests if _of_data(each)]
    if not said.isdecimal() or any(number is None for pair in counts for number in pair):
        return
    found = sum(number or 0 for pair in counts for number in pair)
    if found < int(said):
        raise JobError(
            f"the manifest list {snapshot.manifest_list} names {found} data files, and its snapshot has {said}",
            "bring the file back from a backup",
        )


def _of_data(manifest: ManifestFile) -> bool:
    return manifest.content == ManifestContent.DATA


def _entries(manifest: ManifestFile) -> int:
    counts = (manifest.added_files_count, manifest.existing_files_count, manifest.deleted_files_count)
    return sum(each or 0 for each in counts)


def _cursor_files(properties: Mapping[str, str]) -> Iterator[str]:
    """Name our own files: those that hold long cursors. A state that nobody can read refers to nothing."""
    for key, text in states_in(properties).items():
        state = readable(text, key)
        if state and state.cursor_file:
            yield state.cursor_file.path
