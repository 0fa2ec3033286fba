"""Remembers in ``state/targets/`` which tables were landed in, so that a vanished one is noticed and not begun anew.

A catalog that forgot (a server that kept its data in memory) looks like one that never had the table.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from ingest_core.planner import ObjectPlan
from ingest_core.ports import RunContext
from ingest_core.state import encode_part

LONGEST = 200
"""Characters of a name; a longer one is cut, and told apart by its digest."""


def remembered(context: RunContext, planned: ObjectPlan) -> str | None:
    """Give the id of the table that this object landed in last."""
    path = _path(context, planned)
    return str(json.loads(path.read_text(encoding="utf-8"))["uuid"]) if path.exists() else None


def remember(context: RunContext, planned: ObjectPlan, uuid: str) -> None:
    """Note the table that this object landed in."""
    path = _path(context, planned)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps({"table": str(planned.table), "uuid": uuid}), encoding="utf-8")
    fresh.replace(path)


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
