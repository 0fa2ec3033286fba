"""Names what a table's files are needed for on Nessie, where any branch or tag may show them.

A table has one snapshot there, and each commit has metadata of its own. So what is needed is told by the commits that
Nessie keeps. Tried on Nessie 0.99: the metadata of each commit names its one snapshot and no former metadata; a merge
puts what the branch had at last; a renamed table keeps its content's id and its files; one that is registered under a
second name has another id, the same location, and writes there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import structlog
from pyiceberg.exceptions import ValidationError
from pyiceberg.serializers import Compressor, FromInputFile

from ingest_core.catalogs.maintenance.file_names import compared, is_below
from ingest_core.catalogs.maintenance.listing import THREADS
from ingest_core.catalogs.maintenance.neighbours import writes_within
from ingest_core.catalogs.maintenance.nessie_history import NessieHistory
from ingest_core.catalogs.maintenance.reachable import Reachable
from ingest_core.errors import JobError, TransientError

if TYPE_CHECKING:
    from datetime import datetime

    from pyiceberg.io import FileIO
    from pyiceberg.table import Table
    from pyiceberg.table.metadata import TableMetadata

    from ingest_core.catalogs.maintenance.nessie_api import Content, NessieApi

LOOKS = 10
"""How often the references are looked at, until a look shows nothing new of the table."""


def live_on_nessie(api: NessieApi, table: Table, since: datetime) -> Iterator[str]:
    """Name the files of a table that any branch or tag needs, or needed at a moment or since.

    Args:
        api: The server.
        table: The table.
        since: The moment, in UTC.

    Raises:
        JobError: What a reference shows cannot be read, or the server does not know the table.
        TransientError: The server does not answer, or the table kept changing.
    """
    history = NessieHistory(api, since)
    concerned = Concerned(table)
    reachable = Reachable(table.io)
    told: set[Content] = set()
    for _ in range(LOOKS):
        history.look()
        _check_known(history, table)
        fresh = concerned.among([*history.shown, *history.past]) - told
        if not fresh:
            return
        for content in fresh:
            yield from _needed(content, reachable, table.io, history.shown.get(content))
        told |= fresh
    raise TransientError(f"{'.'.join(table.name())} kept changing while its orphans were looked for", "run again")


class Concerned:
    """Tells which contents may need files below a table's location.

    Args:
        table: The table.
    """

    def __init__(self, table: Table) -> None:
        self._io = table.io
        self._folder = compared(table.location())
        self._own = table.metadata_location
        self._known: dict[tuple[str, str], bool] = {}

    def among(self, contents: Sequence[Content]) -> set[Content]:
        """Choose the table's own, those that lie there or say that they write there, and all of the same ids.

        Args:
            contents: Those first that are shown now, since the metadata of former ones may be gone.
        """
        places = {content: (content.id, compared(content.metadata_location).rpartition("/")[0]) for content in contents}
        new: dict[tuple[str, str], list[Content]] = {}
        for content, place in places.items():
            if place not in self._known:
                new.setdefault(place, []).append(content)
        with ThreadPoolExecutor(THREADS, thread_name_prefix="metadata") as pool:
            self._known.update(zip(new, pool.map(self._writes_there, new.values()), strict=True))
        ids = {
            content.id
            for content, place in places.items()
            if self._known[place] or content.metadata_location == self._own
        }
        return {content for content in contents if content.id in ids}

    def _writes_there(self, contents: Sequence[Content]) -> bool:
        """Ask the first metadata that can be read, of one table and folder: a table is seldom moved."""
        if is_below(compared(contents[0].metadata_location), self._folder):
            return True
        for content in contents:
            try:
                metadata = _parsed(self._io, content.metadata_location)
                return writes_within(metadata["location"], metadata.get("properties") or {}, self._folder)
            except PermissionError:
                return False  # it lies elsewhere, and is not for us to read
            except (FileNotFoundError, ValueError, KeyError):
                continue  # a former one may be gone or damaged, and another one not
        return False  # it lies elsewhere, and none of it can be read


def _parsed(io: FileIO, address: str) -> dict[str, Any]:
    """Read metadata as plain JSON: that of another table may be of a kind that pyiceberg does not know yet."""
    with io.new_input(address).open() as raw, Compressor.get_compressor(address).stream_decompressor(raw) as stream:
        parsed: dict[str, Any] = json.loads(stream.read())
    return parsed


def _check_known(history: NessieHistory, table: Table) -> None:
    """See that the server is the one whose table this is: from another, nothing would seem to be needed."""
    known = {content.metadata_location for content in (*history.shown, *history.past)}
    if table.metadata_location not in known:
        raise JobError(
            f"no branch or tag of Nessie shows, or showed lately, {'.'.join(table.name())} as it was just loaded",
            "run again; if it stays so, see whether another server answers at Nessie's own API",
        )


def _needed(content: Content, reachable: Reachable, io: FileIO, reference: str | None) -> Iterator[str]:
    """Name what a content needs. What none shows by now may have lost files to a former removal, and then is lost."""
    address = content.metadata_location
    try:
        yield from reachable.named(_metadata(io, address), address)
    except FileNotFoundError as error:
        if reference is not None:
            raise JobError(
                f"{reference} shows a table that cannot be read, so nobody knows which files it needs: {error}",
                f"bring the file back, or drop the table there; or drop {reference} if nobody needs it",
            ) from error
        structlog.get_logger("ingest").info("former_content_is_gone", metadata=address, error=str(error))


def _metadata(io: FileIO, address: str) -> TableMetadata:
    try:
        return FromInputFile.table_metadata(io.new_input(address))
    except (ValidationError, ValueError) as error:
        raise JobError(
            f"{address} cannot be read, so nobody knows which files it needs: {error}",
            "see who wrote it: it is damaged, or of a format that pyiceberg does not know yet",
        ) from error
