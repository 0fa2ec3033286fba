"""The source: which files are new, which columns they have, and their rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from ingest_core.connectors.csv.dialect import Dialect
from ingest_core.connectors.csv.numbers import BEYOND_DOUBLE, WHOLE, wider
from ingest_core.connectors.csv.reading import CsvFile
from ingest_core.files import Identity, by_file, identify, matching_files, packs, relative_name
from ingest_core.iceberg_types import landed_type
from ingest_core.plugin import Batch, Checkpoint, Cursor, JobError, SourceContext, Split, Stream

SAMPLED_FILES = 64
"""Types are inferred over the first blocks of so many files, spread over all."""


class Options(BaseModel):
    """What a job's ``with`` may say."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    delimiter: str = Field(default=",", min_length=1, max_length=1)
    encoding: str = "utf8"
    null_values: list[str] = [""]


class CsvSource:
    """Reads the CSV files of a path or glob, each of them once.

    A file is known by its path below the home and by its content. One that has several names (links) is read once. One
    that only got a new time (copied, checked out again) is not read again; one with other content under a known name is
    told, never skipped, never loaded twice.

    Args:
        context: The objects with their ``path`` and ``types``, and the job's :class:`Options`.
    """

    Options = Options

    def __init__(self, context: SourceContext) -> None:
        self._home = context.home
        self._objects = context.objects
        self._window = context.window
        options = Options.model_validate(context.options.model_dump())
        self._dialect = Dialect(options.delimiter, options.encoding, tuple(options.null_values))

    def check(self) -> None:
        """Say whether every object has files."""
        for name in self._objects:
            self._files(name)

    def streams(self) -> Sequence[Stream]:
        """Give each object's columns: the header's names, the given types, else types inferred over a sample."""
        # A file is a position of its own, so any number of files can be gone on from.
        return [Stream(name, self._schema(name), resumable=True, windowed=True) for name in self._objects]

    def splits(self, stream: Stream, since: Cursor) -> Sequence[Split]:
        """Pack the files that the cursor does not hold.

        Raises:
            JobError: A file that was loaded has other content now.
        """
        known = {name: Identity(**seen) for name, seen in since.get("files", {}).items()}
        files = [self._known_name(names, known) for names in by_file(self._files(stream.name))]
        new = [file for file in files if self._is_wanted(file) and self._is_new(file, known, stream.name)]
        return [Split(stream, {"files": [str(file) for file in pack]}) for pack in packs(new)]

    def read(self, split: Split) -> Iterator[Batch | Checkpoint]:
        """Read the files of a split, one after the other."""
        name = split.stream.name
        types: Mapping[str, pa.DataType] = self._objects[name].get("types") or {}
        read: dict[str, Any] = {}
        for path in map(Path, split.position["files"]):
            file = CsvFile(path, self._dialect, types)
            origin = relative_name(path, self._home)
            for batch in file.batches(split.stream.schema):
                yield Batch(name, batch, origin)
            read[origin] = file.identity.as_json()
        yield Checkpoint(name, {"files": read})

    def _files(self, name: str) -> list[Path]:
        key = ("source", "objects", name)
        path = self._objects[name].get("path")
        if not path:
            raise JobError("a csv object needs a path", "add `path: data/<name>.csv`", key)
        return matching_files(path, self._home, (*key, "path"))

    def _schema(self, name: str) -> pa.Schema:
        files = self._files(name)
        given: Mapping[str, pa.DataType] = self._objects[name].get("types") or {}
        step = -(-len(files) // SAMPLED_FILES)
        schema = _unified([CsvFile(file, self._dialect, given).sample() for file in files[::step]])
        for column in given:
            if column not in schema.names:
                mend = f"the columns are {', '.join(schema.names)}"
                raise JobError(f"there is no column {column!r}", mend, ("source", "objects", name, "types", column))
        return schema

    def _known_name(self, names: Sequence[Path], known: Mapping[str, Identity]) -> Path:
        """Give the name by which a file was loaded, of all those that it has now, else its first."""
        return next((name for name in names if relative_name(name, self._home) in known), names[0])

    def _is_wanted(self, file: Path) -> bool:
        """Tell whether a file was changed last in the stretch of time that is to be read."""
        changed = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        return self._window is None or self._window.holds(changed)

    def _is_new(self, file: Path, known: Mapping[str, Identity], stream: str) -> bool:
        name = relative_name(file, self._home)
        before = known.get(name)
        if before is None:
            return True
        if before.looks_like(file) or before.same_content(identify(file)):
            return False
        if self._objects[stream].get("rows_may_repeat"):
            return True
        raise JobError(
            f"{name} was loaded before and has other content now; loading it again would double its rows",
            "give the new rows a file name of their own; or land the object by `write: replace`, or `merge` and a key",
            ("source", "objects", stream, "path"),
        )


def _unified(schemas: Sequence[pa.Schema]) -> pa.Schema:
    """Give each column the narrowest type that fits all samples and loses nothing of them."""
    columns: dict[str, pa.DataType] = {}
    for schema in schemas:
        for field in schema:
            columns[field.name] = wider(columns.get(field.name, field.type), field.type)
    return pa.schema(
        [(name, WHOLE if found == BEYOND_DOUBLE else landed_type(found)) for name, found in columns.items()]
    )
