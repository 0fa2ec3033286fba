"""Tells what of a file is new, by what the position holds of it."""

from __future__ import annotations

from collections.abc import Sequence

from ingest_core.errors import JobError, Key
from ingest_core.files.file import File
from ingest_core.files.format import WHOLE_FILE, Format
from ingest_core.files.identity import Noted, looks_like, same_content
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
    if is_known and len(noted.get("done", ())) == noted.get("parts", 0):
        return []
    tasks = tasks_of(file, form)
    if is_known and _division(tasks) == (noted["parts"], noted["division"]):
        return [task for task in tasks if str(task.part) not in noted["done"]]
    if key is None:
        return tasks
    what = "was loaded in part, by sections that are no longer those of" if is_known else "was loaded before and has"
    raise JobError(
        f"{file.name} {what} {'this release' if is_known else 'other content now'}; "
        "loading it again would double its rows",
        "give the new rows a file name of their own; or land the object by `write: replace`, or `merge` and a key",
        key,
    )


def _division(tasks: Sequence[Task]) -> tuple[int, str]:
    return tasks[0].parts, tasks[0].division
