"""Remembers in ``state/targets/`` which tables were landed in, so that a vanished one is noticed and not begun anew.

A catalog that forgot (a server that kept its data in memory) looks like one that never had the table.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from ingest_core.durable import replace_text
from ingest_core.errors import JobError
from ingest_core.planner import ObjectPlan
from ingest_core.ports import RunContext
from ingest_core.state import encode_part

LONGEST = 200
"""Characters of a name; a longer one is cut, and told apart by its digest."""


def remembered(context: RunContext, planned: ObjectPlan) -> str | None:
    """Give the id of the table that this object landed in last.

    Raises:
        JobError: The note is damaged.
    """
    path = _path(context, planned)
    if not path.exists():
        return None
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["uuid"])
    except (ValueError, TypeError, LookupError) as error:
        raise JobError(
            f"{path} cannot be read: {type(error).__name__}",
            f"remove it if the table {planned.table} is the one that this job landed in last",
        ) from error


def remember(context: RunContext, planned: ObjectPlan, uuid: str) -> None:
    """Note the table that this object landed in."""
    replace_text(_path(context, planned), json.dumps({"table": str(planned.table), "uuid": uuid}))


def forget(context: RunContext, planned: ObjectPlan) -> None:
    """Drop the note; the next table of that name is taken as it is."""
    _path(context, planned).unlink(missing_ok=True)


def _path(context: RunContext, planned: ObjectPlan) -> Path:
    """Name the note by tenant, job and object, and by the table, since a job may be given another one."""
    folder = context.home / "state" / "targets" / encode_part(context.tenant) / _short(encode_part(context.job))
    return folder / f"{_short(f'{encode_part(planned.name)}@{encode_part(str(planned.table))}')}.json"


def _short(name: str) -> str:
    """Keep a name within the 255 bytes that file systems allow; names made of several may be longer."""
    return name if len(name) <= LONGEST else f"{name[:100]}~{hashlib.sha256(name.encode()).hexdigest()}"
