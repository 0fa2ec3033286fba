"""Tells what of a file is new, by what the position holds of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest_core.errors import JobError, Key
from ingest_core.files.file import File
from ingest_core.files.format import WHOLE_FILE, Format
from ingest_core.files.identity import Noted, done_parts, looks_like, same_content
from ingest_core.files.tasks import Task, division_of

LEAST_DIVIDED = 64 * 1024 * 1024
"""Bytes from which on a file is divided into sections."""


def tasks_of(file: File, form: Format) -> list[Task]:
    """Divide a file into what is read on its own."""
    if file.is_compressed or (file.size or 0) < LEAST_DIVIDED:
        return [Task(file, WHOLE_FILE)]
    sections = form.sections(file)
    division = division_of(sections) if len(sections) > 1 else ""
    return [Task(file, section, part, len(sections), division) for part, section in enumerate(sections)]


def new_tasks(file: File, noted: Noted | None, form: Format, key: Key | None) -> list[Task]:
    """Give what of a file is to be read.

    Args:
        file: The file.
        noted: What the position holds of it.
        form: Its format.
        key: Where in the job its path stands, if rows that came again would be doubled; ``None`` if they may come.

    Raises:
        JobError: It was loaded, has other content now, and may not be loaded again.
    """
    if noted is None:
        return tasks_of(file, form)
    is_known = looks_like(noted, file.seen) or same_content(noted, file)
    done = done_parts(noted)
    if is_known and len(done) == noted.get("parts", 0):
        return []
    tasks = tasks_of(file, form)
    former = noted.get("division", "")
    if is_known and tasks[0].parts == noted["parts"] and tasks[0].division == _plain(former):
        return [replace(task, division=former) for task in tasks if str(task.part) not in done]
    if key is None:
        return _anew(tasks, former)
    what = "was loaded in part, by sections that are no longer those of" if is_known else "was loaded before and has"
    raise JobError(
        f"{file.name} {what} {'this release' if is_known else 'other content now'}; "
        "loading it again would double its rows",
        "give the new rows a file name of their own; or land the object by `write: replace`, or `merge` and a key",
        key,
    )


def _plain(division: str) -> str:
    return division.partition(".")[0]


def _anew(tasks: Sequence[Task], former: str) -> list[Task]:
    """Name the division otherwise than the former one, of whose parts the position goes on to tell.

    Contents of one length may well be divided alike.
    """
    if not former:
        return list(tasks)
    again = int(former.partition(".")[2] or 0) + 1
    return [replace(task, division=f"{task.division}.{again}") for task in tasks]
