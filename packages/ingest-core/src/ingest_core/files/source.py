"""The source that all connectors which read files share: everything but the format."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import pyarrow as pa

from ingest_core.errors import Fault, JobError, Key, TransientError
from ingest_core.files.file import File
from ingest_core.files.format import WHOLE_FILE, Format
from ingest_core.files.identity import noted_part
from ingest_core.files.news import new_tasks
from ingest_core.files.spellings import Spellings
from ingest_core.files.stores import FileOptions, Stores
from ingest_core.files.tasks import Task, packs, task_of
from ingest_core.plugin import Batch, Checkpoint, Cursor, SourceContext, Split, Stream, Window

SAMPLED_FILES = 64
"""Types are inferred over the first rows of so many files, spread over all."""

Types = Mapping[str, pa.DataType]


Given = TypeVar("Given", bound=FileOptions)


@dataclass(frozen=True)
class FileConnector(Generic[Given]):
    """A connector that reads files of one format; registered in ``ingest.connectors``.

    Args:
        Options: The model of a job's ``with``.
        form: Makes the format of the options and of the types that the job gives an object's columns.
        selecting: The same of the columns that the job selects, too, for a format that can leave others unread; it
            describes those columns alone.
    """

    Options: type[Given]
    form: Callable[[Given, Types], Format]
    selecting: Callable[[Given, Types, Sequence[str]], Format] | None = None

    def __call__(self, context: SourceContext) -> FileSource:
        """Make the source."""
        options = self.Options.model_validate(context.options.model_dump())
        forms = {name: self._form(options, special) for name, special in context.objects.items()}
        return FileSource(context, forms, options)

    def _form(self, options: Given, special: Mapping[str, Any]) -> Format:
        types, select = special.get("types") or {}, special.get("select")
        if self.selecting is None or select is None:
            return self.form(options, types)
        return self.selecting(options, types, select)


class FileSource:
    """Reads the files of paths and globs, each of them once.

    A file is known by its path below the home and by its content. One that has several names (links) is read once. One
    that only got a new time (copied, checked out again) is not read again; one with other content under a known name is
    told, never skipped, never loaded twice. A large one is read in sections, each a split of its own.

    Args:
        context: The objects with their ``path`` and ``types``.
        forms: The format of each object.
        options: How stores are reached.
    """

    def __init__(self, context: SourceContext, forms: Mapping[str, Format], options: FileOptions) -> None:
        self._home = context.home
        self._stores = Stores(context.home, options)
        self._objects = context.objects
        self._window = context.window
        self._is_look = context.first_rows is not None
        self._forms = forms
        self._listed: dict[str, list[list[File]]] = {}

    def check(self) -> None:
        """Say whether every object has files."""
        for name in self._objects:
            self._files(name)

    def streams(self) -> Sequence[Stream]:
        """Give each object's columns: the given types, else types inferred over a sample."""
        # A file is a position of its own, so any number of files can be gone on from.
        return [Stream(name, self._schema(name), resumable=True, windowed=True) for name in self._objects]

    def splits(self, stream: Stream, since: Cursor) -> Sequence[Split]:
        """Pack the files that the cursor does not hold, and divide the large ones.

        Raises:
            JobError: A file that was loaded has other content now.
        """
        known: Mapping[str, Any] = since.get("files", {})
        key = None if self._objects[stream.name].get("rows_may_repeat") else _key(stream.name)
        spellings = Spellings(known, self._home)
        tasks: list[Task] = []
        for names in self._files(stream.name):
            file = spellings.known(names)
            if self._window and not _in(self._window, file):
                continue
            noted = known.get(file.name)
            # To divide a file it has to be read through, which a look at its first rows can do without.
            is_first = self._is_look and noted is None
            tasks += [Task(file, WHOLE_FILE)] if is_first else new_tasks(file, noted, self._forms[stream.name], key)
        return [_split(stream, pack) for pack in packs(tasks)]

    def read(self, split: Split) -> Iterator[Batch | Checkpoint]:
        """Read the files of a split, one after the other.

        Raises:
            TransientError: A file is no longer as it was listed.
        """
        form = self._forms[split.stream.name]
        read: dict[str, Any] = {}
        for task in (task_of(held, self._stores.of(held["place"])) for held in split.position["files"]):
            file = task.file
            _check_unchanged(file)
            with _faults_of_change(file):
                for batch in form.batches(file, task.section, split.stream.schema):
                    yield Batch(split.stream.name, batch, file.name)
                    del batch  # before the next is read
            read[file.name] = noted_part(file, task.part, task.parts, task.division)
            _check_unchanged(file)
        yield Checkpoint(split.stream.name, {"files": read})

    def _files(self, name: str) -> list[list[File]]:
        """List an object's files, once: each with all its names."""
        if name not in self._listed:
            path = self._objects[name].get("path")
            if not path:
                raise JobError("an object of files needs a path", f"add `path: data/{name}.*`", _key(name)[:-1])
            paths = [path] if isinstance(path, str) else path
            keys = [_key(name)] if isinstance(path, str) else [(*_key(name), place) for place in range(len(path))]
            self._listed[name] = self._stores.find(dict(zip(keys, paths, strict=True)))
        return self._listed[name]

    def _schema(self, name: str) -> pa.Schema:
        files = [names[0] for names in self._files(name)]
        form, given = self._forms[name], self._objects[name].get("types") or {}
        step = -(-len(files) // SAMPLED_FILES)
        samples = [form.sample(file) for file in files[::step]]
        others = (file for place, file in enumerate(files) if place % step)
        # A column that the job gives a type may be in a file that is no part of the sample: that is looked for.
        schema = form.unified(samples)
        while (lacking := [column for column in given if column not in schema.names]) and (file := next(others, None)):
            samples.append(form.sample(file))
            schema = form.unified(samples)
        mend = f"the columns are {', '.join(schema.names)}"
        if faults := [
            Fault(f"there is no column {column!r}", mend, ("source", "objects", name, "types", column))
            for column in lacking
        ]:
            raise JobError.of(faults)
        return schema


def _in(window: Window, file: File) -> bool:
    """Tell whether a file was changed last in a stretch of time.

    Raises:
        JobError: Nobody says when it was.
    """
    if file.changed is None:
        raise JobError(f"nobody says when {file.name} was changed last", "leave --since and --until out")
    return window.holds(file.changed)


def _key(name: str) -> Key:
    return ("source", "objects", name, "path")


def _split(stream: Stream, pack: Sequence[Task]) -> Split:
    return Split(stream, {"files": [task.as_json() for task in pack]}, sum(task.size for task in pack))


@contextlib.contextmanager
def _faults_of_change(file: File) -> Iterator[None]:
    """Tell that a file changed, rather than the fault that it seems to have for it."""
    try:
        yield
    except JobError:
        _check_unchanged(file)
        raise


def _check_unchanged(file: File) -> None:
    """Refuse what was read, or is to be, if the file is not as it was listed; its rights and links do not matter."""
    now = file.store.look(file.place)
    if any(now.get(mark) != file.seen.get(mark) for mark in ("size", "mtime_ns", "etag", "modified")):
        raise TransientError(
            f"{file.name} changed while it was read",
            "run again when it is complete; better, write it elsewhere and move it into place",
        )
